/**
 * Adjusted p values in the order given: the smallest false discovery rate at which each test would count as a discovery.
 * Sorted, adjusted(i) = min over j ≥ i of p(j)·m/j, at most 1 (Benjamini and Hochberg 1995; `p.adjust(p, "BH")` of R).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  pValues.forEach((p, index) => {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p value ${index} must be in [0, 1], not ${p}`);
  });
  const descending = pValues.map((p, index) => ({ p, index })).toSorted((a, b) => b.p - a.p);
  const adjusted = pValues.map(() => 1);
  let smallest = 1;
  descending.forEach(({ p, index }, place) => {
    smallest = Math.min(smallest, p * (pValues.length / (pValues.length - place)));
    adjusted[index] = smallest;
  });
  return adjusted;
}
