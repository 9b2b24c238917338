import { describe, expect, it } from 'vitest';
import { coxRegression } from './cox.ts';
import type { CoxSubject } from './partial-likelihood.ts';

// Therneau and Grambsch 2000, appendix E: fits that can be written down (also R survival, tests/book1 to book4). r is e^β.

/** Data set 1: ties, watched from the start. */
const tied: CoxSubject[] = [
  [9, 1, 0],
  [1, 1, 1],
  [1, 0, 1],
  [6, 1, 1],
  [6, 1, 0],
  [8, 0, 0],
].map(([exit = 0, event, x = 0]) => ({ exit, event: event === 1, covariates: [x] }));

/** Data set 2: late entries, and a tie at 9. */
const late: CoxSubject[] = [
  [1, 2, 1, 1],
  [2, 3, 1, 0],
  [5, 6, 1, 0],
  [2, 7, 1, 1],
  [1, 8, 1, 0],
  [7, 9, 1, 1],
  [3, 9, 1, 1],
  [4, 9, 0, 1],
  [8, 14, 0, 0],
  [8, 17, 0, 0],
].map(([entry, exit = 0, event, x = 0]) => ({ entry, exit, event: event === 1, covariates: [x] }));

/** Compares the fit with log likelihood and information as functions of r. */
function expectFit(
  subjects: readonly CoxSubject[],
  ties: 'efron' | 'breslow',
  logLikelihood: (r: number) => number,
  information: (r: number) => number,
): number {
  const fit = coxRegression(subjects, ties);
  const coefficient = fit?.terms[0]?.coefficient ?? NaN;
  const r = Math.exp(coefficient);
  expect(fit?.logLikelihood).toBeCloseTo(logLikelihood(r), 11);
  expect(fit?.nullLogLikelihood).toBeCloseTo(logLikelihood(1), 11);
  expect(fit?.terms[0]?.standardError).toBeCloseTo(1 / Math.sqrt(information(r)), 8);
  return coefficient;
}

describe('the partial likelihood', () => {
  it('is the one written down for ties by Breslow', () => {
    const coefficient = expectFit(
      tied,
      'breslow',
      (r) => 2 * Math.log(r) - Math.log(3 * r + 3) - 2 * Math.log(r + 3),
      (r) => r / (r + 1) ** 2 + (6 * r) / (r + 3) ** 2,
    );
    expect(coefficient).toBeCloseTo(Math.log((3 + Math.sqrt(33)) / 2), 9);
  });

  it('is the one written down for ties by Efron', () => {
    const spread = (share: number): number => share - share ** 2;
    const coefficient = expectFit(
      tied,
      'efron',
      (r) => 2 * Math.log(r) - Math.log(3 * r + 3) - Math.log((r + 5) / 2) - Math.log(r + 3),
      (r) => spread(r / (r + 1)) + spread(r / (r + 5)) + spread(r / (r + 3)),
    );
    const angle = Math.acos((45 / 23) * Math.sqrt(3 / 23));
    expect(coefficient).toBeCloseTo(Math.log(2 * Math.sqrt(23 / 3) * Math.cos(angle / 3)), 9);
    expect(coefficient.toFixed(6)).toBe('1.676857');
  });

  it('is the one written down for late entries by Breslow', () => {
    const coefficient = expectFit(
      late,
      'breslow',
      (r) => 4 * Math.log(r) - Math.log(r + 1) - Math.log(r + 2) - 3 * Math.log(3 * r + 2) - 2 * Math.log(3 * r + 1),
      (r) => r / (r + 1) ** 2 + (2 * r) / (r + 2) ** 2 + (18 * r) / (3 * r + 2) ** 2 + (6 * r) / (3 * r + 1) ** 2,
    );
    expect(coefficient.toFixed(9)).toBe('-0.084526081');
  });

  it('is the one written down for late entries by Efron', () => {
    const coefficient = expectFit(
      late,
      'efron',
      (r) =>
        4 * Math.log(r) -
        Math.log(r + 1) -
        Math.log(r + 2) -
        2 * Math.log(3 * r + 2) -
        2 * Math.log(3 * r + 1) -
        Math.log(2 * r + 2),
      (r) =>
        r * (1 / (r + 1) ** 2 + 2 / (r + 2) ** 2 + 12 / (3 * r + 2) ** 2 + 6 / (3 * r + 1) ** 2 + 4 / (2 * r + 2) ** 2),
    );
    const r = Math.exp(coefficient);
    const score =
      1 / (r + 1) +
      1 / (3 * r + 1) +
      2 / (3 * r + 2) +
      2 / (2 * r + 2) -
      (r / (r + 2) + (3 * r) / (3 * r + 2) + (3 * r) / (3 * r + 1));
    expect(score).toBeCloseTo(0, 9);
  });
});
