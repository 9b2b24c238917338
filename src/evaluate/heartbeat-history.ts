import type { CompiledModel } from '../compile/compile.ts';
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
  return (asOf) =>
    new Map(
      firsts.flatMap(([name, first]) => {
        if (first > asOf) return [];
        const known = (gaps.get(name) ?? []).map(({ gap }) => gap);
        return [[name, { first, last: lastKnown(known, asOf) }] as const];
      }),
    );
}

function lastKnown(gaps: readonly Gap[], asOf: number): number {
  return gaps.find(({ from, until }) => from <= asOf && asOf < until)?.last ?? asOf;
}
