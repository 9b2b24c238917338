import { describe, expect, it } from 'vitest';
import { areaUnderCurve } from './auc.ts';

/** Henderson and Velleman 1981, the `mtcars` table of R: weight (1,000 lb), horsepower, manual gearbox. */
const cars = [
  [2.62, 110, 1], [2.875, 110, 1], [2.32, 93, 1], [3.215, 110, 0], [3.44, 175, 0], [3.46, 105, 0], [3.57, 245, 0],
  [3.19, 62, 0], [3.15, 95, 0], [3.44, 123, 0], [3.44, 123, 0], [4.07, 180, 0], [3.73, 180, 0], [3.78, 180, 0],
  [5.25, 205, 0], [5.424, 215, 0], [5.345, 230, 0], [2.2, 66, 1], [1.615, 52, 1], [1.835, 65, 1], [2.465, 97, 0],
  [3.52, 150, 0], [3.435, 150, 0], [3.84, 245, 0], [3.845, 175, 0], [1.935, 66, 1], [2.14, 91, 1], [1.513, 113, 1],
  [3.17, 264, 1], [2.77, 175, 1], [3.57, 335, 1], [2.78, 109, 1],
] as const; // prettier-ignore

describe('the area under the ROC curve', () => {
  it('equals the published one of the logistic regression of gearbox on weight and horsepower', () => {
    // Coefficients and AUC: R 4.2.2, glm(am ~ wt + hp, binomial).
    const scores = cars.map(([weight, horsepower]) => 18.8662987 - 8.0834752 * weight + 0.0362556 * horsepower);
    const manual = cars.map(([, , gearbox]) => gearbox === 1);
    expect(areaUnderCurve(scores, manual)).toBeCloseTo(0.9838057, 7);
  });

  it('counts ties half', () => {
    expect(areaUnderCurve([1, 1, 1, 1], [true, false, true, false])).toBe(0.5);
    expect(areaUnderCurve([1, 2, 2, 3], [false, true, false, true])).toBe(0.875);
  });

  it('is 1 when all positives come first, 0 when they come last, and turns with the sign', () => {
    expect(areaUnderCurve([1, 2, 3], [false, false, true])).toBe(1);
    expect(areaUnderCurve([-1, -2, -3], [false, false, true])).toBe(0);
  });

  it('is not known without both classes', () => {
    expect(areaUnderCurve([], [])).toBeNull();
    expect(areaUnderCurve([1, 2], [true, true])).toBeNull();
  });
});
