import { checkWatches, type Watch } from './spell.ts';

/** One time at which watches ended: how many were at risk just before, and which ended. */
export interface RiskRow<W extends Watch> {
  readonly time: number;
  readonly atRisk: number;
  readonly ending: readonly W[];
}

/**
 * The distinct exit times, ascending, with n(t) = #{entry < t ≤ exit}. Two times are the same only if they are the same
 * number: times that were computed should be rounded first. Checks the watches.
 */
export function riskTable<W extends Watch>(watches: readonly W[]): RiskRow<W>[] {
  checkWatches(watches);
  const atRisk = riskCounter(watches);
  return [...Map.groupBy(watches, ({ exit }) => exit)]
    .toSorted(([a], [b]) => a - b)
    .map(([time, ending]) => ({ time, atRisk: atRisk(time), ending }));
}

/** A function that counts #{entry < t ≤ exit} by two searches: every entry is before its exit, so the counts subtract. */
export function riskCounter(watches: readonly Watch[]): (time: number) => number {
  const exits = Float64Array.from(watches, ({ exit }) => exit).toSorted();
  const entries = Float64Array.from(watches.flatMap(({ entry }) => (entry === undefined ? [] : [entry]))).toSorted();
  return (time) => countFrom(exits, time) - countFrom(entries, time);
}

/** How many of the ascending numbers are at least the bound. */
function countFrom(ascending: Float64Array, bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return ascending.length - low;
}
