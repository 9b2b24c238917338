import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binsOf } from './bins.ts';

describe('stretches of values', () => {
  it('are round and hold every value once', () => {
    expect(binsOf([0, 1, 2, 30]).map(({ from, to, count }) => [from, to, count])).toEqual(
      Array.from({ length: 15 }, (_, at) => [at * 2, at * 2 + 2, [2, 1][at] ?? (at === 14 ? 1 : 0)]),
    );
  });

  it('one value is one stretch, none is none', () => {
    expect(binsOf([4, 4])).toEqual([{ from: 4, to: 4, count: 2 }]);
    expect(binsOf([])).toEqual([]);
    expect(binsOf([0, 5e-324])).toEqual([{ from: 0, to: 5e-324, count: 2 }]);
  });

  it('lose nothing, whatever the values are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const bins = binsOf(values.toSorted((one, other) => one - other));
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        expect(bins.length).toBeLessThanOrEqual(18);
      }),
    );
  });
});
