import type { WarmAccount } from './account.ts';

/** An account as bytes. JSON: a cell, an event and a trait hold nothing else, and the engine made them as JSON too. */
export function pack({ revision, slices, events, lifecycle, traits }: WarmAccount): Buffer {
  return Buffer.from(JSON.stringify([revision, slices, [...events.values()], lifecycle, [...traits]]));
}

/** The account that was packed. */
export function unpack(bytes: Buffer): WarmAccount {
  const [revision, slices, events, lifecycle, traits] = JSON.parse(bytes.toString()) as [
    WarmAccount['revision'],
    WarmAccount['slices'],
    WarmAccount['events'] extends ReadonlyMap<string, infer Event> ? Event[] : never,
    WarmAccount['lifecycle'],
    (WarmAccount['traits'] extends ReadonlyMap<infer Name, infer Rows> ? [Name, Rows] : never)[],
  ];
  const byId = new Map(events.map((event) => [event.id, event]));
  return { revision, slices, events: byId, lifecycle, traits: new Map(traits) };
}
