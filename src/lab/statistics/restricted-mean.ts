import type { SurvivalStep } from './kaplan-meier.ts';

/** A mean time with its standard error, in the unit of the spells. */
export interface MeanTime {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * The mean of the time waited up to a horizon: the area below the curve from 0 to there (Irwin 1949). The curve need not
 * fall to 0, so this compares groups whose median was not reached. Variance Σ Aᵢ² dᵢ / (nᵢ (nᵢ − dᵢ)) with Aᵢ the area
 * from tᵢ to the horizon (Miller 1981). Null when the curve is not known up to the horizon.
 */
export function restrictedMean(steps: readonly SurvivalStep[], horizon: number): MeanTime | null {
  if (!(horizon > 0)) throw new RangeError(`a horizon above 0 is needed, not ${horizon}`);
  const last = steps.at(-1);
  if (!last || (last.time < horizon && last.survival > 0)) return null;
  let end = horizon;
  let area = 0;
  let variance = 0;
  for (const { time, atRisk, events, survival } of steps.filter((step) => step.time <= horizon).toReversed()) {
    area += survival * (end - time);
    if (survival > 0) variance += (area * area * events) / (atRisk * (atRisk - events));
    end = time;
  }
  return { mean: area + end, standardError: Math.sqrt(variance) };
}
