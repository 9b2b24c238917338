import { concordance } from './concordance.ts';
import { chiSquareUpperTail, normalUpperTail } from './distribution.ts';
import { dot, generalisedInverse, times, type Matrix } from './matrix.ts';
import { coxDesign, visitEventTimes, type CoxDesign, type CoxSubject, type Ties } from './partial-likelihood.ts';

/** What one covariate does, the others held equal. */
export interface CoxTerm {
  /** Natural logarithm of the hazard ratio for one unit of the covariate. Above 0 the event comes sooner. */
  readonly coefficient: number;
  readonly standardError: number;
  /** Two-sided, by Wald. */
  readonly p: number;
}

/** A fitted proportional-hazards model. */
export interface CoxFit {
  readonly ties: Ties;
  readonly subjects: number;
  readonly events: number;
  /** In the order of the covariates. */
  readonly terms: readonly CoxTerm[];
  readonly logLikelihood: number;
  /** Of the model without covariates. */
  readonly nullLogLikelihood: number;
  /** Whether the covariates together say anything: twice the difference of the two above, as χ². */
  readonly likelihoodRatio: { readonly chiSquare: number; readonly degreesOfFreedom: number; readonly p: number };
  /** Share of comparable pairs in which the one with the higher hazard had the event first; 0.5 says nothing. */
  readonly concordance: number | null;
}

/** Newton takes 4 to 8 steps where there is a maximum; where there is none each step is as long as the one before. */
const mostSteps = 30;
/** In standard deviations of a covariate. */
const smallestStep = 1e-9;
/** Information per event about a covariate in standard deviations; less is rounding. */
const leastInformation = 1e-10;

/**
 * Cox regression (Cox 1972) by maximum partial likelihood, with late entries. The numbers are those of `coxph` in R.
 * Null when the data determine no fit: no events or covariates, a covariate that does not differ among those at risk or
 * follows from the others, or one that tells without exception who comes first, so that its coefficient grows without end.
 */
export function coxRegression(subjects: readonly CoxSubject[], ties: Ties = 'efron'): CoxFit | null {
  const design = coxDesign(subjects);
  const events = subjects.filter(({ event }) => event).length;
  if (!design || events === 0 || design.scales.length === 0) return null;
  const start = likelihood(
    design,
    design.scales.map(() => 0),
    ties,
  );
  if (start.information.some((row, j) => (row[j] ?? 0) < leastInformation * events)) return null;
  const found = climb(design, start, ties);
  if (!found) return null;
  const terms = design.scales.map((scale, j): CoxTerm => {
    const coefficient = (found.coefficients[j] ?? 0) / scale;
    const standardError = Math.sqrt(found.covariance[j]?.[j] ?? 0) / scale;
    return { coefficient, standardError, p: 2 * normalUpperTail(Math.abs(coefficient / standardError)) };
  });
  const chiSquare = Math.max(0, 2 * (found.logLikelihood - start.logLikelihood));
  const ranked = design.subjects.map((one) => ({ ...one, hazard: dot(one.covariates, found.coefficients) }));
  return {
    ties,
    subjects: subjects.length,
    events,
    terms,
    logLikelihood: found.logLikelihood,
    nullLogLikelihood: start.logLikelihood,
    likelihoodRatio: { chiSquare, degreesOfFreedom: terms.length, p: chiSquareUpperTail(chiSquare, terms.length) },
    concordance: concordance(ranked),
  };
}

interface Likelihood {
  readonly coefficients: readonly number[];
  readonly logLikelihood: number;
  readonly score: readonly number[];
  readonly information: Matrix;
}

/** Newton's way to the maximum. The likelihood is concave, but a whole step can pass the top: then it is halved. */
function climb(design: CoxDesign, start: Likelihood, ties: Ties): (Likelihood & { covariance: Matrix }) | null {
  let here = start;
  for (let count = 0; count < mostSteps; count++) {
    const { inverse, rank } = generalisedInverse(here.information);
    if (rank < design.scales.length) return null;
    const step = times(inverse, here.score);
    if (step.every((length) => Math.abs(length) < smallestStep)) return { ...here, covariance: inverse };
    const from = here;
    const ahead = (share: number): Likelihood =>
      likelihood(
        design,
        from.coefficients.map((value, j) => value + share * (step[j] ?? 0)),
        ties,
      );
    const lowest = from.logLikelihood - 1e-12 * Math.abs(from.logLikelihood);
    here = ahead(1);
    for (let share = 0.5; !(here.logLikelihood >= lowest) && share > 1e-6; share /= 2) here = ahead(share);
  }
  return null;
}

function likelihood(design: CoxDesign, coefficients: readonly number[], ties: Ties): Likelihood {
  let logLikelihood = 0;
  const score = coefficients.map(() => 0);
  const information = coefficients.map(() => coefficients.map(() => 0));
  visitEventTimes(design, coefficients, ties, (at) => {
    logLikelihood += at.logLikelihood;
    at.score.forEach((value, j) => {
      score[j] = (score[j] ?? 0) + value;
      const row = information[j] ?? [];
      at.information[j]?.forEach((one, k) => {
        row[k] = (row[k] ?? 0) + one;
      });
    });
  });
  return { coefficients, logLikelihood, score, information };
}
