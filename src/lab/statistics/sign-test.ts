import { logGamma } from './distribution.ts';

/**
 * The exact one-sided sign test (Arbuthnott 1710): the chance that at least so many of n fall on one side when both sides
 * are equally likely, P(X ≥ count) = Σ C(n, k) / 2ⁿ.
 */
export function signTest(count: number, n: number): number {
  if (!(Number.isInteger(count) && Number.isInteger(n) && count >= 0 && count <= n))
    throw new RangeError(`a count of at most n is needed, not ${count} of ${n}`);
  // Of the two tails the shorter one is summed: the other one is what is left.
  if (count * 2 <= n) return count === 0 ? 1 : Math.max(0, 1 - signTest(n - count + 1, n));
  const half = logGamma(n + 1) - n * Math.LN2;
  let sum = 0;
  for (let k = n; k >= count; k--) sum += Math.exp(half - logGamma(k + 1) - logGamma(n - k + 1));
  return Math.min(1, sum);
}
