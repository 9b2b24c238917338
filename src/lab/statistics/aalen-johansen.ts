import { riskTable } from './risk-table.ts';
import { shareInterval, type Interval, type IntervalOptions } from './share-interval.ts';
import type { Watch } from './spell.ts';
import { survivalQuantile, type QuantileTime } from './survival-quantile.ts';

/** A watch that ended by one of several causes; null when it ended before any (censored). */
export interface CausedSpell extends Watch {
  readonly cause: string | null;
}

/** What is known of one cause at one time at which watching a subject ended. */
export interface IncidenceStep extends Interval {
  /** In the unit of the spells. */
  readonly time: number;
  readonly atRisk: number;
  /** Events of this cause. */
  readonly events: number;
  /** Share that has had the event by this cause up to and including this time. */
  readonly incidence: number;
  readonly standardError: number;
  /** Share that has had no event by any cause. */
  readonly eventFree: number;
}

/**
 * The cumulative incidence of one cause while others compete, F(t) = Σ S(tᵢ₋)·dₖᵢ/nᵢ (Aalen and Johansen 1978), one step
 * per distinct exit, ascending. A subject that left by another cause can never have this event: counting it as censored,
 * as 1 − Kaplan–Meier does, says too much. Over all causes F and the event-free share sum to 1.
 *
 * Variance by the delta method (Marubini and Valsecchi 1995; LIFETEST of SAS), exact also for ties:
 * Σ (F(t)−F(tᵢ))² dᵢ/(nᵢ(nᵢ−dᵢ)) + Σ S(tᵢ₋)² dₖᵢ(nᵢ−dₖᵢ)/nᵢ³ − 2 Σ (F(t)−F(tᵢ)) S(tᵢ₋) dₖᵢ/nᵢ².
 */
export function aalenJohansen(
  spells: readonly CausedSpell[],
  cause: string,
  options: IntervalOptions = {},
): IncidenceStep[] {
  const interval = shareInterval(options);
  let eventFree = 1;
  let incidence = 0;
  // The sums over i are polynomials in F(t): their coefficients grow with t, so each step costs the same.
  const squares = [0, 0, 0];
  const products = [0, 0];
  let own = 0;
  return riskTable(spells).map(({ time, atRisk, ending }) => {
    const ended = ending.filter((spell) => spell.cause !== null).length;
    const events = ending.filter((spell) => spell.cause === cause).length;
    incidence += (eventFree * events) / atRisk;
    // Once nobody is free of events F moves no more, and what would be 0 · ∞ is 0.
    const general = ended < atRisk ? ended / (atRisk * (atRisk - ended)) : 0;
    const shared = (eventFree * events) / atRisk ** 2;
    own += (eventFree ** 2 * events * (atRisk - events)) / atRisk ** 3;
    grow(squares, general, [1, -2 * incidence, incidence ** 2]);
    grow(products, shared, [1, -incidence]);
    eventFree *= (atRisk - ended) / atRisk;
    const variance = polynomial(squares, incidence) + own - 2 * polynomial(products, incidence);
    const standardError = Math.sqrt(Math.max(0, variance));
    return { time, atRisk, events, incidence, standardError, eventFree, ...interval(incidence, standardError) };
  });
}

/** Share that has had the event by the cause up to and including a time; null after the last exit, unless all had one. */
export function incidenceAt(steps: readonly IncidenceStep[], time: number): number | null {
  const last = steps.at(-1);
  if (!last || (time > last.time && last.eventFree > 0)) return null;
  return steps.findLast((step) => step.time <= time)?.incidence ?? 0;
}

/** The time by which a share of all subjects has had the event by the cause; null says that it was not reached. */
export function incidenceQuantile(steps: readonly IncidenceStep[], share: number): QuantileTime {
  const falling = steps.map(({ time, incidence, low, high }) => ({
    time,
    survival: 1 - incidence,
    low: high === null ? null : 1 - high,
    high: low === null ? null : 1 - low,
  }));
  return survivalQuantile(falling, share);
}

function grow(coefficients: number[], factor: number, by: readonly number[]): void {
  by.forEach((value, index) => {
    coefficients[index] = (coefficients[index] ?? 0) + factor * value;
  });
}

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
