import { normalQuantile } from './distribution.ts';

/** How an interval for a share is made. */
export interface IntervalOptions {
  /** `log-log` (the default) never leaves (0, 1) and covers well in small samples; `log` is what R prints by default. */
  readonly scale?: 'log-log' | 'log';
  /** Chance that such an interval covers the truth; 0.95 by default. */
  readonly confidence?: number;
}

/** Limits of a share; null where the data give none. */
export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A function that gives limits to a share p with standard error s, by the delta method (Kalbfleisch and Prentice 1980):
 * `log-log` p^exp(±z·s / (p·ln p)), `log` p·exp(±z·s / p) and at most 1.
 * None at 0 and 1, where the standard error is 0 or unknown: an interval without width would claim certainty.
 */
export function shareInterval({
  scale = 'log-log',
  confidence = 0.95,
}: IntervalOptions): (share: number, standardError: number | null) => Interval {
  const z = normalQuantile((1 + confidence) / 2);
  return (share, standardError) => {
    if (standardError === null || share <= 0 || share >= 1) return { low: null, high: null };
    if (scale === 'log') {
      const factor = Math.exp((z * standardError) / share);
      return { low: share / factor, high: Math.min(1, share * factor) };
    }
    const power = Math.exp((z * standardError) / (share * -Math.log(share)));
    return { low: share ** power, high: share ** (1 / power) };
  };
}
