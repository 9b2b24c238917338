import { riskTable } from './risk-table.ts';
import { shareInterval, type Interval, type IntervalOptions } from './share-interval.ts';
import type { Spell } from './spell.ts';

/** What is known at one time at which watching a subject ended. */
export interface SurvivalStep extends Interval {
  /** In the unit of the spells. */
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
  readonly censored: number;
  /** Share that still waits just after this time. */
  readonly survival: number;
  /** By Greenwood; null once nobody waits any more. */
  readonly standardError: number | null;
}

/**
 * The product-limit curve S(t) = Π (1 − dᵢ/nᵢ) of Kaplan and Meier 1958, one step per distinct exit, ascending; none for
 * no spells. With late entries n counts who is watched at that time (Tsai, Jewell and Wang 1987): should the few that are
 * watched early all have the event, the curve is 0 from there on, whoever enters later.
 * Variance by Greenwood 1926: S² Σ dᵢ / (nᵢ (nᵢ − dᵢ)).
 */
export function kaplanMeier(spells: readonly Spell[], options: IntervalOptions = {}): SurvivalStep[] {
  const interval = shareInterval(options);
  let survival = 1;
  let relativeVariance = 0;
  return riskTable(spells).map(({ time, atRisk, ending }) => {
    const events = ending.filter(({ event }) => event).length;
    survival *= (atRisk - events) / atRisk;
    if (survival > 0) relativeVariance += events / (atRisk * (atRisk - events));
    const standardError = survival > 0 ? survival * Math.sqrt(relativeVariance) : null;
    const censored = ending.length - events;
    return { time, atRisk, events, censored, survival, standardError, ...interval(survival, standardError) };
  });
}

/** Share that still waits just after a time; null after the last exit, unless nobody waits any more. */
export function survivalAt(steps: readonly SurvivalStep[], time: number): number | null {
  const last = steps.at(-1);
  if (!last || (time > last.time && last.survival > 0)) return null;
  return steps.findLast((step) => step.time <= time)?.survival ?? 1;
}
