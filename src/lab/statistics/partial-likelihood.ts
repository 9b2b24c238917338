import { dot, type Matrix } from './matrix.ts';
import { checkWatches, type Spell } from './spell.ts';

/** A spell with what may make it longer or shorter: as many numbers for each, none missing. */
export interface CoxSubject extends Spell {
  readonly covariates: readonly number[];
}

/** How events at the same time count: Efron 1977 (better) or Breslow 1974. */
export type Ties = 'efron' | 'breslow';

/** Subjects ready for the likelihood: covariates centred and in standard deviations, so that steps have one size. */
export interface CoxDesign {
  /** Latest exit first. */
  readonly subjects: readonly CoxSubject[];
  /** Places in `subjects` of those that entered late, latest entry first. */
  readonly lateEntries: readonly number[];
  /** Standard deviation of each covariate. */
  readonly scales: readonly number[];
}

/** What the events at one time add to the log partial likelihood and to its derivatives by the coefficients. */
export interface EventTime {
  readonly time: number;
  readonly events: number;
  readonly logLikelihood: number;
  /** First derivative; over single events, the residuals of Schoenfeld 1982. */
  readonly score: readonly number[];
  /** Minus the second derivative: the weighted variance of the covariates among those at risk. */
  readonly information: Matrix;
}

/** Null when a covariate is the same for all. Checks the subjects. */
export function coxDesign(subjects: readonly CoxSubject[]): CoxDesign | null {
  checkWatches(subjects);
  const width = subjects[0]?.covariates.length ?? 0;
  subjects.forEach(({ covariates }, index) => {
    if (covariates.length !== width || !covariates.every(Number.isFinite)) {
      throw new RangeError(`subject ${index}: ${width} finite covariates are needed, not [${covariates.join(', ')}]`);
    }
  });
  const columns = Array.from({ length: width }, (_, j) => subjects.map(({ covariates }) => covariates[j] ?? 0));
  if (columns.some((column) => column.every((value) => value === column[0]))) return null;
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const scales = columns.map((column, j) => {
    const squares = column.reduce((sum, value) => sum + (value - (means[j] ?? 0)) ** 2, 0);
    return Math.sqrt(squares / column.length);
  });
  const ordered = subjects
    .map((subject) => ({
      ...subject,
      covariates: subject.covariates.map((value, j) => (value - (means[j] ?? 0)) / (scales[j] ?? 1)),
    }))
    .toSorted((a, b) => b.exit - a.exit);
  const lateEntries = ordered
    .flatMap(({ entry }, place) => (entry === undefined ? [] : [{ entry, place }]))
    .toSorted((a, b) => b.entry - a.entry)
    .map(({ place }) => place);
  return { subjects: ordered, lateEntries, scales };
}

/**
 * Visits the times with events from the last to the first, for coefficients per standard deviation. Going backwards a
 * subject joins those at risk at its exit and leaves them at its entry, so one pass over the subjects is enough.
 */
export function visitEventTimes(
  { subjects, lateEntries, scales }: CoxDesign,
  coefficients: readonly number[],
  ties: Ties,
  visit: (eventTime: EventTime) => void,
): void {
  const predictors = subjects.map(({ covariates }) => dot(covariates, coefficients));
  // Only ratios of weights matter: the largest is 1, so none overflows.
  const largest = predictors.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = predictors.map((predictor) => Math.exp(predictor - largest));
  const atRisk = new WeightedSums(scales.length);
  let next = 0;
  let left = 0;
  while (next < subjects.length) {
    const time = subjects[next]?.exit ?? 0;
    const having = new WeightedSums(scales.length);
    const sums = { time, events: 0, predictor: 0, covariates: scales.map(() => 0) };
    for (let subject = subjects[next]; subject?.exit === time; subject = subjects[++next]) {
      atRisk.add(subject.covariates, weights[next] ?? 0);
      if (!subject.event) continue;
      having.add(subject.covariates, weights[next] ?? 0);
      sums.events++;
      sums.predictor += (predictors[next] ?? 0) - largest;
      sums.covariates = sums.covariates.map((sum, j) => sum + (subject.covariates[j] ?? 0));
    }
    for (let place = lateEntries[left]; place !== undefined; place = lateEntries[++left]) {
      const { entry = 0, covariates = [] } = subjects[place] ?? {};
      if (entry < time) break;
      atRisk.add(covariates, -(weights[place] ?? 0));
    }
    if (sums.events > 0) visit(contribution(sums, atRisk, having, ties));
  }
}

function contribution(
  { time, events, predictor, covariates }: { time: number; events: number; predictor: number; covariates: number[] },
  atRisk: WeightedSums,
  having: WeightedSums,
  ties: Ties,
): EventTime {
  let logLikelihood = predictor;
  let score: readonly number[] = covariates;
  let information: Matrix = covariates.map(() => covariates.map(() => 0));
  for (let earlier = 0; earlier < events; earlier++) {
    // By Efron those that have the event together leave one after the other, each partly, as nobody knows their order.
    const { total, mean, variance } = atRisk.without(having, ties === 'efron' ? earlier / events : 0);
    logLikelihood -= Math.log(total);
    score = score.map((value, j) => value - (mean[j] ?? 0));
    information = information.map((row, j) => row.map((value, k) => value + (variance[j]?.[k] ?? 0)));
  }
  return { time, events, logLikelihood, score, information };
}

/** Σ w, Σ w·x and Σ w·x·xᵀ over a set that changes. */
class WeightedSums {
  #weight = 0;
  readonly #first: Float64Array;
  readonly #second: Float64Array;

  constructor(width: number) {
    this.#first = new Float64Array(width);
    this.#second = new Float64Array(width * width);
  }

  add(x: readonly number[], weight: number): void {
    this.#weight += weight;
    x.forEach((value, j) => {
      this.#first[j] = (this.#first[j] ?? 0) + weight * value;
      x.forEach((other, k) => {
        const place = j * x.length + k;
        this.#second[place] = (this.#second[place] ?? 0) + weight * value * other;
      });
    });
  }

  /** Weight, mean and variance of x over this set with a share of another taken out. */
  without(other: WeightedSums, share: number): { total: number; mean: number[]; variance: Matrix } {
    const total = this.#weight - share * other.#weight;
    const mean = Array.from(this.#first, (sum, j) => (sum - share * (other.#first[j] ?? 0)) / total);
    const variance = mean.map((mj, j) =>
      mean.map((mk, k) => {
        const place = j * mean.length + k;
        return ((this.#second[place] ?? 0) - share * (other.#second[place] ?? 0)) / total - mj * mk;
      }),
    );
    return { total, mean, variance };
  }
}
