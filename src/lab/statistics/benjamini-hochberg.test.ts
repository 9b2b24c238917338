import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from './benjamini-hochberg.ts';

/** García-Arenzana et al. 2014 as quoted in McDonald's Handbook of Biological Statistics: diet and mammographic density. */
const diet = [
  0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34, 0.341, 0.384,
  0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986,
];

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe('p values adjusted for a false discovery rate', () => {
  it('equal the published ones', () => {
    const adjusted = benjaminiHochberg(diet).map((p) => p.toFixed(3));
    expect(adjusted.slice(0, 7)).toEqual(['0.025', '0.100', '0.210', '0.210', '0.210', '0.250', '0.264']);
    expect(adjusted.at(-1)).toBe('0.986');
  });

  it('stay where their p values stood, and share the value of a tie', () => {
    expect(benjaminiHochberg([0.5, 0.01, 0.01])).toEqual([0.5, 0.015, 0.015]);
    expect(benjaminiHochberg([])).toEqual([]);
    expect(benjaminiHochberg([0.3])).toEqual([0.3]);
  });

  it('never fall below their p values, never pass 1, keep the order and follow a permutation', () => {
    fc.assert(
      fc.property(pValues, (values) => {
        const adjusted = benjaminiHochberg(values);
        values.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          values.forEach((other, j) => {
            if (p <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN);
          });
        });
        expect(benjaminiHochberg(values.toReversed())).toEqual(adjusted.toReversed());
      }),
    );
  });

  it('refuse what is not a p value', () => {
    expect(() => benjaminiHochberg([0.1, 1.2])).toThrow('p value 1 must be in [0, 1], not 1.2');
    expect(() => benjaminiHochberg([NaN])).toThrow('p value 0');
  });
});
