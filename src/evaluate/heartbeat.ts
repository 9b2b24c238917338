import type { CompiledModel } from '../compile/compile.ts';
import { measuresOf } from '../compile/plan.ts';
import type { Sql } from '../compile/parameters.ts';
import {
  heartbeatsOfDayQuery,
  heartbeatsOfEventsQuery,
  heartbeatsQuery,
  measureEvents,
} from '../compile/queries/heartbeats.ts';
import type { EventStore } from '../store/events/store.ts';

/** First and last time of each event name at or before T, over all accounts. */
export type Heartbeats = ReadonlyMap<string, { readonly first: number; readonly last: number }>;

/** What the sources of a model say as of an instant. */
export interface SourceStates {
  /** Indicators of a stale source, with the heartbeat as of which they are computed. */
  readonly stale: ReadonlyMap<string, number>;
  /** Indicators none of whose events was ever seen. */
  readonly unseen: ReadonlySet<string>;
}

/** Asks the events engine for the heartbeats: from the days of events, whose number does not grow with the events. */
export async function readHeartbeats(
  events: EventStore,
  request: { workspace: string; asOf: number; knownAt: number | null },
): Promise<Heartbeats> {
  const read = (query: Sql) =>
    events.query({
      ...query,
      row: (raw) => ({
        name: String(raw['name']),
        first: Number(raw['first']),
        last: Number(raw['last']),
        beyond: Number(raw['beyond']) === 1,
      }),
    });
  const table = events.table('events');
  const rows = await read(
    request.knownAt === null
      ? heartbeatsQuery(request, events.table('event_days'))
      : heartbeatsOfEventsQuery(request, table),
  );
  const found = new Map(rows.map(({ name, first, last }) => [name, { first, last }]));
  const cut = rows.filter(({ beyond }) => beyond).map(({ name }) => name);
  if (cut.length === 0) return found;
  for (const { name, first, last } of await read(heartbeatsOfDayQuery(request, table, cut))) {
    const known = found.get(name);
    found.set(name, { first: Math.min(known?.first ?? first, first), last: Math.max(known?.last ?? last, last) });
  }
  return found;
}

/** Decides which indicators stand on a stale source and which on events that were never seen. */
export function sourceStates({ model }: CompiledModel, heartbeats: Heartbeats, asOf: number): SourceStates {
  const stale = new Map<string, number>();
  const unseen = new Set<string>();
  const overdue = new Map<string, number>();
  for (const source of model.sources) {
    const last = Math.max(...source.events.map((name) => heartbeats.get(name)?.last ?? -Infinity));
    if (Number.isFinite(last) && asOf - last > source.freshness) overdue.set(source.id, last);
  }
  for (const indicator of model.indicators) {
    const silent = indicator.sources.flatMap((id) => overdue.get(id) ?? []);
    if (silent.length > 0) stale.set(indicator.id, Math.min(...silent));
    const measures = measuresOf(indicator, model.measures);
    const seen = measures.some((measure) => {
      const names = measureEvents(measure);
      return names === null ? heartbeats.size > 0 : names.some((name) => heartbeats.has(name));
    });
    if (measures.length > 0 && !seen) unseen.add(indicator.id);
  }
  return { stale, unseen };
}
