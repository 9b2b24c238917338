import type { CompiledModel } from '../compile/compile.ts';
import { measureEvents } from '../compile/queries/heartbeats.ts';
import { firstArrivalsQuery, sourceGapsQuery } from '../compile/queries/source-gaps.ts';
import type { EventStore } from '../store/events/store.ts';
import type { Heartbeats } from './heartbeat.ts';

/** A stretch in which the newest event known of a name was older than the freshness of a source. UTC milliseconds. */
interface Gap {
  readonly from: number;
  readonly until: number;
  readonly last: number;
}

/**
 * Reads what the heartbeats were at any instant, as far as sources can tell them apart: only the silences are kept, not
 * every event. Without a silence the newest event counts as one of the instant itself.
 */
export async function readHeartbeatHistory(
  store: EventStore,
  workspace: string,
  { model }: CompiledModel,
): Promise<(asOf: number) => Heartbeats> {
  const table = store.table('events');
  const firsts = await store.query({
    ...firstArrivalsQuery(workspace, table),
    row: (raw) => [String(raw['name']), Number(raw['first'])] as const,
  });
  const names = [...new Set(model.sources.flatMap(({ events }) => events))];
  const freshness = Math.min(...model.sources.map((source) => source.freshness));
  const rows =
    names.length === 0
      ? []
      : await store.query({
          ...sourceGapsQuery(workspace, table, names, freshness),
          row: (raw) => ({
            name: String(raw['name']),
            gap: { from: Number(raw['from']), until: Number(raw['until']), last: Number(raw['last']) },
          }),
        });
  const gaps = Map.groupBy(rows, ({ name }) => name);
  // Of other names nobody asks more than whether there are any.
  const asked = new Set([...names, ...model.measures.flatMap((measure) => measureEvents(measure) ?? [])]);
  const earliest = firsts.toSorted(([, a], [, b]) => a - b)[0];
  const kept = firsts.filter(([name]) => asked.has(name) || name === earliest?.[0]);
  return (asOf) => {
    const known = new Map<string, { first: number; last: number }>();
    for (const [name, first] of kept)
      if (first <= asOf) known.set(name, { first, last: lastKnown(gaps.get(name) ?? [], asOf) });
    return known;
  };
}

function lastKnown(gaps: readonly { readonly gap: Gap }[], asOf: number): number {
  return gaps.find(({ gap }) => gap.from <= asOf && asOf < gap.until)?.gap.last ?? asOf;
}
