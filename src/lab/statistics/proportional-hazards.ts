import type { CoxFit } from './cox.ts';
import { chiSquareUpperTail } from './distribution.ts';
import { kaplanMeier } from './kaplan-meier.ts';
import { dot, generalisedInverse, times, type Matrix } from './matrix.ts';
import { coxDesign, visitEventTimes, type CoxSubject } from './partial-likelihood.ts';

/** A test of whether an effect stays the same however long was waited; a small p says that it does not. */
export interface ProportionalityTest {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/** The test of each covariate, in their order, and of all together. */
export interface ProportionalHazards {
  readonly terms: readonly ProportionalityTest[];
  readonly global: ProportionalityTest;
}

/**
 * The score test of Grambsch and Therneau 1994 for adding covariate × g(time) to a fitted model, with g = 1 − S(t₋) of
 * Kaplan and Meier over all subjects: `cox.zph` of R (survival 3 or later) with its default transform.
 */
export function proportionalHazards(subjects: readonly CoxSubject[], fit: CoxFit): ProportionalHazards {
  const design = coxDesign(subjects);
  if (!design) throw new RangeError('the subjects are not those of the fit');
  const width = design.scales.length;
  const coefficients = design.scales.map((scale, j) => (fit.terms[j]?.coefficient ?? 0) * scale);
  const steps = kaplanMeier(subjects);
  const gone = new Map(steps.map(({ time }, index) => [time, 1 - (steps[index - 1]?.survival ?? 1)]));
  const centre = steps.reduce((sum, { time, events }) => sum + events * (gone.get(time) ?? 0), 0) / fit.events;
  const score = Array.from({ length: 2 * width }, () => 0);
  const information = score.map(() => score.map(() => 0));
  visitEventTimes(design, coefficients, fit.ties, (at) => {
    const g = (gone.get(at.time) ?? 0) - centre;
    at.information.forEach((row, j) => {
      // At the maximum the score of the covariates themselves is 0; what is left of it is rounding.
      score[width + j] = (score[width + j] ?? 0) + g * (at.score[j] ?? 0);
      row.forEach((value, k) => {
        for (const [down, across, factor] of [
          [0, 0, 1],
          [0, width, g],
          [width, 0, g],
          [width, width, g * g],
        ] as const) {
          const target = information[down + j] ?? [];
          target[across + k] = (target[across + k] ?? 0) + factor * value;
        }
      });
    });
  });
  const places = Array.from({ length: width }, (_, j) => j);
  const test = (added: readonly number[]): ProportionalityTest =>
    scoreTest(information, score, [...places, ...added], added.length);
  return { terms: places.map((j) => test([width + j])), global: test(places.map((j) => width + j)) };
}

function scoreTest(
  information: Matrix,
  score: readonly number[],
  places: readonly number[],
  degreesOfFreedom: number,
): ProportionalityTest {
  const some = places.map((i) => places.map((j) => information[i]?.[j] ?? 0));
  const first = places.map((i) => score[i] ?? 0);
  const chiSquare = Math.max(0, dot(first, times(generalisedInverse(some).inverse, first)));
  return { chiSquare, degreesOfFreedom, p: chiSquareUpperTail(chiSquare, degreesOfFreedom) };
}
