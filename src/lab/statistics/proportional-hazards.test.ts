import { describe, expect, it } from 'vitest';
import { coxRegression } from './cox.ts';
import { dot, generalisedInverse, times } from './matrix.ts';
import type { CoxSubject, Ties } from './partial-likelihood.ts';
import { proportionalHazards, type ProportionalHazards } from './proportional-hazards.ts';
import { lung, ovarian } from './survival-data.testing.ts';

function test(subjects: readonly CoxSubject[], ties?: Ties): ProportionalHazards {
  const fit = coxRegression(subjects, ties);
  if (!fit) throw new Error('these subjects have a fit');
  return proportionalHazards(subjects, fit);
}

describe('the test of proportional hazards', () => {
  it('equals the printed one of the ovarian cancer study on age and ECOG status (R survival, ?cox.zph)', () => {
    const { terms, global } = test(ovarian);
    expect([...terms, global].map(({ chiSquare, p }) => `${chiSquare.toFixed(3)} ${p.toFixed(2)}`)).toEqual([
      '0.698 0.40',
      '2.371 0.12',
      '3.633 0.16',
    ]);
    expect([...terms, global].map(({ degreesOfFreedom }) => degreesOfFreedom)).toEqual([1, 1, 2]);
  });

  it('equals the printed p values of the lung cancer study on age and sex', () => {
    const { terms, global } = test(lung);
    expect([...terms, global].map(({ p }) => p.toFixed(2))).toEqual(['0.65', '0.11', '0.25']);
  });

  it('is the score test written down for ties (Therneau and Grambsch 2000, appendix E; R survival, tests/zph)', () => {
    const tied = [
      [9, 1, 0],
      [1, 1, 1],
      [1, 0, 1],
      [6, 1, 1],
      [6, 1, 0],
      [8, 0, 0],
    ].map(([exit = 0, event, x = 0]) => ({ exit, event: event === 1, covariates: [x] }));
    // Events at 1, 6, 6 and 9, before which 0, 1/6, 1/6 and 7/12 had gone.
    const gone = [0, 1 / 6, 1 / 6, 7 / 12].map((share) => share - 11 / 48);
    for (const [ties, second] of [
      ['breslow', 3],
      ['efron', 5],
    ] as const) {
      const r = Math.exp(coxRegression(tied, ties)?.terms[0]?.coefficient ?? NaN);
      const score = [1 / (r + 1), 3 / (r + 3), -r / (r + second), 0];
      const information = [r / (r + 1) ** 2, (3 * r) / (r + 3) ** 2, (second * r) / (r + second) ** 2, 0];
      const sum = (values: number[], power: number): number =>
        dot(
          values,
          gone.map((g) => g ** power),
        );
      const first = [sum(score, 0), sum(score, 1)];
      const { inverse } = generalisedInverse([
        [sum(information, 0), sum(information, 1)],
        [sum(information, 1), sum(information, 2)],
      ]);
      expect(test(tied, ties).global.chiSquare).toBeCloseTo(dot(first, times(inverse, first)), 8);
    }
  });

  it('is the same when a spell is cut in two, of which the second enters late', () => {
    const cut = lung.flatMap((one) =>
      one.exit > 200
        ? [
            { ...one, exit: 200, event: false },
            { ...one, entry: 200 },
          ]
        : [one],
    );
    expect(test(cut).global.chiSquare).toBeCloseTo(test(lung).global.chiSquare, 8);
  });

  it('refuses subjects that cannot be those of the fit', () => {
    const fit = coxRegression(lung);
    if (!fit) throw new Error('these subjects have a fit');
    expect(() => proportionalHazards([{ exit: 1, event: true, covariates: [1, 1] }], fit)).toThrow(
      'not those of the fit',
    );
  });
});
