import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signTest } from './sign-test.ts';

describe('the sign test', () => {
  it('is the share of the throws of a coin that go so far', () => {
    expect(signTest(0, 3)).toBe(1);
    expect(signTest(3, 3)).toBeCloseTo(1 / 8, 14);
    expect(signTest(2, 3)).toBeCloseTo(4 / 8, 14);
    expect(signTest(1, 3)).toBeCloseTo(7 / 8, 14);
    // 1 − pbinom(14, 20, 0.5) of R.
    expect(signTest(15, 20)).toBeCloseTo(0.020694732666015625, 14);
    expect(signTest(0, 0)).toBe(1);
  });

  it('equals the sum over Pascal’s triangle', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), (n, some) => {
        const count = some % (n + 1);
        let row = [1n];
        for (let i = 0; i < n; i++) row = [1n, ...row.slice(1).map((one, k) => one + (row[k] ?? 0n)), 1n];
        const sum = row.slice(count).reduce((total, one) => total + one, 0n);
        expect(signTest(count, n)).toBeCloseTo(Number(sum) / 2 ** n, 12);
      }),
    );
  });

  it('stays in [0, 1] and does not grow with the count for a hundred thousand', () => {
    const ps = [49_000, 49_999, 50_000, 50_001, 50_500, 51_000].map((count) => signTest(count, 100_000));
    for (const p of ps) expect(p).toBeGreaterThanOrEqual(0);
    expect(ps.toSorted((a, b) => b - a)).toEqual(ps);
    expect(ps[2]).toBeCloseTo(0.5 + 0.5 * 0.002523126, 6);
  });

  it('refuses a count that cannot be', () => {
    expect(() => signTest(4, 3)).toThrow('a count of at most n');
    expect(() => signTest(1.5, 3)).toThrow('a count of at most n');
  });
});
