import type { CompiledModel } from '../compile/compile.ts';
import type { Cohort, Vantage } from '../compile/plan.ts';
import { cohortIndicators, cohortQuery } from '../compile/queries/cohort.ts';
import type { EventStore } from '../store/events/store.ts';

type Statistics = readonly [accounts: number, low: number | null, middle: number | null, high: number | null];

/** What indicators compare with, as of `vantage.asOf` (a midnight), over everybody. */
export async function computeCohorts(
  events: EventStore,
  compiled: CompiledModel,
  vantage: Vantage,
): Promise<readonly Cohort[]> {
  const query = cohortQuery(compiled, { ...vantage, accounts: null, cohorts: [] });
  if (query === null) return [];
  const indicators = cohortIndicators(compiled);
  const rows = await events.query({
    ...query,
    row: (raw) => ({ segment: String(raw['segment_or_all']), statistics: raw['statistics'] as Statistics[] }),
  });
  return rows.flatMap(({ segment, statistics }) =>
    indicators.flatMap((indicator, index) => {
      const [accounts, low, middle, high] = statistics[index] ?? [0, null, null, null];
      // A trend is compared with everybody, the others with their segment.
      if ((indicator.cohort === 'trend') !== (segment === '*')) return [];
      return [{ segment, indicator: indicator.id, accounts, low, middle, high }];
    }),
  );
}
