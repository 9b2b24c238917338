import type { SurvivalStep } from './kaplan-meier.ts';

/** A time by which a share of the subjects has had the event; null says that it was not reached while watching. */
export interface QuantileTime {
  readonly time: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

type Curve = Pick<SurvivalStep, 'time' | 'survival' | 'low' | 'high'>;

/** Shares closer than this are the same: 0.5 + 1e-16 is a curve at 0.5. R takes the same root of the precision. */
const tolerance = Math.sqrt(Number.EPSILON);

/**
 * The time by which the share has had the event, `0.5` for the median: where the curve falls to 1 − share. Its limits are
 * where the limits of the curve do (Brookmeyer and Crowley 1982). As R prints them: a curve that is flat exactly at the
 * level and falls later gives the middle of the flat; one that stays above never reaches it, however long was watched.
 */
export function survivalQuantile(steps: readonly Curve[], share: number): QuantileTime {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share inside (0, 1) is needed, not ${share}`);
  return {
    time: crossing(steps, ({ survival }) => survival, 1 - share),
    low: crossing(steps, ({ low }) => low, 1 - share),
    high: crossing(steps, ({ high }) => high, 1 - share),
  };
}

function crossing(steps: readonly Curve[], value: (step: Curve) => number | null, level: number): number | null {
  const known = steps.flatMap((step) => {
    const share = value(step);
    return share === null ? [] : [{ time: step.time, share }];
  });
  const reached = known.find(({ share }) => share < level + tolerance);
  if (!reached) return null;
  const flat = Math.abs(reached.share - level) < tolerance;
  const next = flat ? known.find(({ share }) => share < reached.share - tolerance) : undefined;
  return next ? (reached.time + next.time) / 2 : reached.time;
}
