import { midnightOf } from '../../compile/columns/merge.ts';
import type { Cohort } from '../../compile/plan.ts';
import { cohortIndicators } from '../../compile/queries/cohort.ts';
import type { AccountHistory } from '../../evaluate/in-process/account-history.ts';
import { gatherCohorts } from '../../evaluate/in-process/cohorts.ts';
import { type InstantsRequest, instantAt } from '../../evaluate/in-process/instants.ts';
import { nextTurn } from '../../lib/turn.ts';

const dayMs = 86_400_000;
/** Numbers held at a time, 8 bytes each: a longer period or more accounts mean that everybody is read more than once. */
const mostSamples = 16_000_000;
/** Some milliseconds: engines and others that wait for this process must not think that it hangs. */
const midnightsPerTurn = 20;

/** What indicators compare with, by midnight. */
export type CohortsByMidnight = ReadonlyMap<number, readonly Cohort[]>;

/**
 * What was usual at each midnight of a period, as it was known then, from everybody. None when no indicator asks. `everybody`
 * reads all accounts anew each time; `accounts` is how many there are. On its way it tells how many were read.
 */
export async function* usualOf(
  request: Omit<InstantsRequest, 'cohorts'>,
  { from, to }: { readonly from: number; readonly to: number },
  accounts: number,
  everybody: () => AsyncIterable<readonly AccountHistory[]>,
): AsyncGenerator<number, CohortsByMidnight> {
  const found = new Map<number, readonly Cohort[]>();
  const indicators = cohortIndicators(request.compiled).length;
  if (indicators === 0) return found;
  const midnights: number[] = [];
  for (let midnight = midnightOf(from); midnight <= to; midnight += dayMs) midnights.push(midnight);
  const atOnce = Math.max(1, Math.floor(mostSamples / Math.max(1, accounts * indicators)));
  for (let start = 0; start < midnights.length; start += atOnce) {
    const some = midnights.slice(start, start + atOnce).map((midnight) => {
      const instant = instantAt({ ...request, cohorts: () => [] }, midnight);
      return { midnight, instant, cohort: gatherCohorts(instant.view) };
    });
    let read = 0;
    for await (const block of everybody()) {
      yield (read += block.length);
      for (const history of block)
        for (const [index, { midnight, instant, cohort }] of some.entries()) {
          if (index % midnightsPerTurn === 0) await nextTurn();
          history.advance(midnight);
          const ingredients = instant.ingredients(history);
          if (ingredients !== null) cohort.add(ingredients);
        }
    }
    for (const { midnight, cohort } of some) found.set(midnight, cohort.cohorts());
  }
  return found;
}
