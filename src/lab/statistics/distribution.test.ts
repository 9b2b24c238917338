import { describe, expect, it } from 'vitest';
import { chiSquareUpperTail, logGamma, normalQuantile, normalUpperTail, upperGamma } from './distribution.ts';

/** Equal to about twelve digits, however small both are. */
function expectRelatively(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} is not ${expected}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}

// The numbers were computed with SciPy 1.17.1 (scipy.special, scipy.stats), which agrees with R to the digits shown.
describe('tail areas and quantiles', () => {
  it('have the gamma function below them', () => {
    expectRelatively(logGamma(0.5), 0.5723649429247);
    expectRelatively(logGamma(1.5), -0.12078223763524526);
    expectRelatively(logGamma(10), 12.801827480081469);
    expectRelatively(logGamma(100.5), 361.43554046777757);
    expect(logGamma(1)).toBeCloseTo(0, 14);
  });

  it('give the incomplete gamma function by series and by continued fraction', () => {
    expectRelatively(upperGamma(0.5, 0.01), 0.887537083981715);
    expectRelatively(upperGamma(0.5, 3), 0.014305878435429641);
    expectRelatively(upperGamma(1, 1), Math.exp(-1));
    expectRelatively(upperGamma(5, 2), 0.9473469826562889);
    expectRelatively(upperGamma(5, 20), 1.694474393006737e-5);
    expectRelatively(upperGamma(0.5, 100), 2.0884875837625688e-45);
    expectRelatively(upperGamma(50, 60), 0.08440668109369177);
    expect([upperGamma(2, 0), upperGamma(2, Infinity)]).toEqual([1, 0]);
  });

  it('give p values of the χ² distribution, also very small ones', () => {
    expectRelatively(chiSquareUpperTail(3.841458820694124, 1), 0.05);
    expectRelatively(chiSquareUpperTail(5.991464547107979, 2), 0.05);
    expectRelatively(chiSquareUpperTail(16.8, 1), 4.153330286677669e-5);
    expectRelatively(chiSquareUpperTail(100, 3), 1.5541594313896026e-21);
    expectRelatively(chiSquareUpperTail(0.001, 4), 0.9999998750416589);
    expectRelatively(chiSquareUpperTail(25, 25), 0.46237366292661375);
  });

  it('give both tails of the normal distribution', () => {
    expect(normalUpperTail(0)).toBe(0.5);
    expectRelatively(normalUpperTail(1.96), 0.024997895148220435);
    expectRelatively(normalUpperTail(-1), 0.8413447460685429);
    expectRelatively(normalUpperTail(5), 2.866515718791933e-7);
    expectRelatively(normalUpperTail(37), 5.7255712225239266e-300);
  });

  it('give quantiles of the normal distribution', () => {
    expectRelatively(normalQuantile(0.975), 1.959963984540054);
    expectRelatively(normalQuantile(0.025), -1.9599639845400545);
    expectRelatively(normalQuantile(0.75), 0.6744897501960817);
    expectRelatively(normalQuantile(0.001), -3.090232306167813);
    expectRelatively(normalQuantile(1e-10), -6.361340902404056);
    expectRelatively(normalQuantile(1e-300), -37.0470962993612);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 14);
  });

  it('refuse what is not a probability or a distribution', () => {
    for (const wrong of [0, 1, -0.1, NaN]) expect(() => normalQuantile(wrong)).toThrow('a probability inside (0, 1)');
    expect(() => upperGamma(0, 1)).toThrow('a > 0');
    expect(() => chiSquareUpperTail(NaN, 1)).toThrow('x ≥ 0');
  });
});
