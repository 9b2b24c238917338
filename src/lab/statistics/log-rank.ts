import { chiSquareUpperTail } from './distribution.ts';
import { dot, generalisedInverse, times } from './matrix.ts';
import { riskCounter, riskTable } from './risk-table.ts';
import type { Spell } from './spell.ts';

/** Whether groups wait equally long. */
export interface LogRank {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** In the order given: events seen, and expected if all groups had the same hazard at every time. */
  readonly groups: readonly { readonly observed: number; readonly expected: number }[];
}

/**
 * The log-rank test of Mantel 1966 for any number of groups, as `survdiff` of R computes it: at every time with events a
 * group is expected to have its share of those at risk of them, with the hypergeometric variance. Late entries count from
 * their entry. A group that was never at risk at an event takes no degree of freedom. Null when the data compare no
 * groups: no two of them were at risk together at an event, or all that were had it.
 */
export function logRank(groups: readonly (readonly Spell[])[]): LogRank | null {
  const counters = groups.map(riskCounter);
  const observed = groups.map((spells) => spells.filter(({ event }) => event).length);
  const expected = groups.map(() => 0);
  const variance = groups.map(() => groups.map(() => 0));
  for (const { time, atRisk, ending } of riskTable(groups.flat())) {
    const events = ending.filter(({ event }) => event).length;
    if (events === 0) continue;
    const shares = counters.map((count) => count(time) / atRisk);
    const spread = atRisk > 1 ? (events * (atRisk - events)) / (atRisk - 1) : 0;
    shares.forEach((share, g) => {
      expected[g] = (expected[g] ?? 0) + events * share;
      const row = variance[g] ?? [];
      shares.forEach((other, h) => {
        row[h] = (row[h] ?? 0) + spread * share * ((g === h ? 1 : 0) - other);
      });
    });
  }
  const { inverse, rank } = generalisedInverse(variance);
  if (rank === 0) return null;
  const excess = observed.map((events, g) => events - (expected[g] ?? 0));
  const chiSquare = Math.max(0, dot(excess, times(inverse, excess)));
  return {
    chiSquare,
    degreesOfFreedom: rank,
    p: chiSquareUpperTail(chiSquare, rank),
    groups: observed.map((events, g) => ({ observed: events, expected: expected[g] ?? 0 })),
  };
}
