import type { CompiledModel } from '../compile/compile.ts';
import { measuresOf } from '../compile/plan.ts';
import { heartbeatsQuery, measureEvents } from '../compile/queries/heartbeats.ts';
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

/** Asks the events engine for the heartbeats; one narrow scan of the workspace. */
export async function readHeartbeats(
  events: EventStore,
  request: { compiled: CompiledModel; workspace: string; asOf: number; knownAt: number | null },
): Promise<Heartbeats> {
  const tables = { events: events.table('events'), traits: events.table('traits'), rollup: '' };
  const rows = await events.query({
    ...heartbeatsQuery(request.compiled, { ...request, tables }),
    row: (raw) => [String(raw['name']), { first: Number(raw['first']), last: Number(raw['last']) }] as const,
  });
  return new Map(rows);
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
