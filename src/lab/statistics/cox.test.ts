import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coxRegression, type CoxFit } from './cox.ts';
import type { CoxSubject } from './partial-likelihood.ts';
import { shuffled } from './spell.testing.ts';
import { aml, gehan, lung, ovarian, veteran } from './survival-data.testing.ts';

const coefficients = (fit: CoxFit | null, digits: number): string[] =>
  (fit?.terms ?? []).map((term) => term.coefficient.toFixed(digits));
const standardErrors = (fit: CoxFit | null, digits: number): string[] =>
  (fit?.terms ?? []).map((term) => term.standardError.toFixed(digits));

/** One covariate: 0 for the first group, 1 for the second. */
function twoGroups(first: readonly CoxSubject[], second: readonly CoxSubject[]): CoxSubject[] {
  return [first, second].flatMap((group, index) => group.map((subject) => ({ ...subject, covariates: [index] })));
}

describe('Cox regression', () => {
  it('equals the printed fit of the lung cancer study on age and sex', () => {
    const fit = coxRegression(lung);
    expect(coefficients(fit, 7)).toEqual(['0.0170453', '-0.5132185']);
    expect(fit?.terms[0]?.standardError.toFixed(8)).toBe('0.00922327');
    expect(fit?.terms[1]?.standardError.toFixed(8)).toBe('0.16745796');
    expect(fit?.terms.map(({ p }) => p.toFixed(5))).toEqual(['0.06459', '0.00218']);
    expect(fit?.nullLogLikelihood.toFixed(3)).toBe('-749.910');
    expect(fit?.logLikelihood.toFixed(3)).toBe('-742.848');
    expect(fit?.likelihoodRatio.chiSquare.toFixed(2)).toBe('14.12');
    expect(fit?.likelihoodRatio.p.toFixed(4)).toBe('0.0009');
    expect(fit?.concordance?.toFixed(6)).toBe('0.602853');
    expect([fit?.subjects, fit?.events]).toEqual([228, 165]);
    expect(coefficients(coxRegression(lung, 'breslow'), 7)).toEqual(['0.0170129', '-0.5125648']);
  });

  it('equals the printed fit of the veterans on treatment, Karnofsky score and age', () => {
    expect(coefficients(coxRegression(veteran), 9)).toEqual(['0.189546442', '-0.034443897', '-0.003864418']);
  });

  it('equals the printed fits of the leukaemia trials', () => {
    const fit = coxRegression(twoGroups(gehan.treated, gehan.control));
    expect(coefficients(fit, 5)).toEqual(['1.57213']);
    expect(Math.exp(fit?.terms[0]?.coefficient ?? NaN).toFixed(5)).toBe('4.81687');
    const other = coxRegression(twoGroups(aml.maintained, aml.nonmaintained), 'breslow');
    expect([...coefficients(other, 4), ...standardErrors(other, 4)]).toEqual(['0.9042', '0.5122']);
    expect(other?.terms[0]?.p.toFixed(4)).toBe('0.0775');
    expect(other?.likelihoodRatio.p.toFixed(5)).toBe('0.06945');
  });

  it('equals the printed fit of the ovarian cancer study on age', () => {
    const fit = coxRegression(ovarian.map((one) => ({ ...one, covariates: one.covariates.slice(0, 1) })));
    expect([...coefficients(fit, 5), ...standardErrors(fit, 5)]).toEqual(['0.16162', '0.04974']);
    expect(fit?.likelihoodRatio.chiSquare.toFixed(2)).toBe('14.29');
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
    expect(coefficients(coxRegression(cut), 9)).toEqual(coefficients(coxRegression(lung), 9));
    expect(coxRegression(cut)?.logLikelihood).toBeCloseTo(coxRegression(lung)?.logLikelihood ?? NaN, 8);
    expect(coxRegression(cut)?.concordance).toBeCloseTo(coxRegression(lung)?.concordance ?? NaN, 12);
  });

  it('is the same in any order, and follows the unit and the zero of a covariate', () => {
    const fit = coxRegression(ovarian);
    fc.assert(
      fc.property(shuffled(ovarian), fc.double({ min: 0.01, max: 1e6, noNaN: true }), (subjects, unit) => {
        const other = coxRegression(
          subjects.map((one) => {
            const [age = 0, status = 0] = one.covariates;
            return { ...one, covariates: [(age - 9) * unit, status] };
          }),
        );
        const [age, status] = other?.terms ?? [];
        expect((age?.coefficient ?? NaN) * unit).toBeCloseTo(fit?.terms[0]?.coefficient ?? NaN, 8);
        expect((age?.standardError ?? NaN) * unit).toBeCloseTo(fit?.terms[0]?.standardError ?? NaN, 8);
        expect(status?.coefficient).toBeCloseTo(fit?.terms[1]?.coefficient ?? NaN, 8);
      }),
      { numRuns: 30 },
    );
  });
});

describe('Cox regression of what determines no fit', () => {
  const plain = (covariates: readonly number[], event = true, exit = 1): CoxSubject => ({ exit, event, covariates });
  const ages = ovarian.map((one) => one.covariates[0] ?? 0);
  const withCovariates = (of: (age: number, index: number) => number[]): CoxSubject[] =>
    ovarian.map((one, index) => ({ ...one, covariates: of(ages[index] ?? 0, index) }));

  it('is null without subjects, events or covariates', () => {
    expect(coxRegression([])).toBeNull();
    expect(coxRegression([plain([1], false), plain([2], false)])).toBeNull();
    expect(coxRegression([plain([]), plain([])])).toBeNull();
  });

  it('is null when a covariate is the same for all, or for all at risk at any event', () => {
    expect(coxRegression(withCovariates((age) => [age, 3]))).toBeNull();
    // The two that differ are never at risk together with an event of the other.
    expect(coxRegression([plain([1], false, 1), plain([2], true, 2), plain([2], true, 3)])).toBeNull();
  });

  it('is null when a covariate follows from the others', () => {
    expect(coxRegression(withCovariates((age, index) => [age, index % 2, 3 * age - 7 * (index % 2) + 1]))).toBeNull();
  });

  it('is null when a covariate tells without exception who has the event first', () => {
    expect(coxRegression([4, 3, 2, 1].map((exit) => plain([exit], true, exit)))).toBeNull();
  });

  it('refuses covariates that are missing, not numbers, or of another length', () => {
    expect(() => coxRegression([plain([1]), plain([NaN])])).toThrow(
      'subject 1: 1 finite covariates are needed, not [NaN]',
    );
    expect(() => coxRegression([plain([1]), plain([1, 2])])).toThrow('not [1, 2]');
    expect(() => coxRegression([plain([1]), { ...plain([2]), entry: 1 }])).toThrow(
      'spell 1: entry 1 must be before exit 1',
    );
  });
});
