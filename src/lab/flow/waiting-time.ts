import { aalenJohansen, type CausedSpell, incidenceQuantile } from '../statistics/aalen-johansen.ts';
import { kaplanMeier } from '../statistics/kaplan-meier.ts';
import { type QuantileTime, survivalQuantile } from '../statistics/survival-quantile.ts';

/** How long a group of accounts waits. */
export interface WaitingTime {
  /** Waits that were watched. */
  readonly n: number;
  /** Those that ended with the moment. */
  readonly events: number;
  /** When half of them had it; null: not reached. */
  readonly medianDays: number | null;
  /** Limits of the median, 95 %, on the log-log scale; null where the data give none. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The median wait: of the curve of Kaplan and Meier, or, where accounts left by another door, of the incidence of Aalen and
 * Johansen, because who left will never have the moment.
 */
export function waitingTime(spells: readonly CausedSpell[]): WaitingTime {
  const events = spells.filter(({ cause }) => cause === 'done').length;
  const { time, low, high } = medianOf(spells);
  return { n: spells.length, events, medianDays: time, low, high };
}

function medianOf(spells: readonly CausedSpell[]): QuantileTime {
  if (spells.some(({ cause }) => cause === 'left')) return incidenceQuantile(aalenJohansen(spells, 'done'), 0.5);
  const curve = kaplanMeier(spells.map(({ cause, ...watch }) => ({ ...watch, event: cause === 'done' })));
  return survivalQuantile(curve, 0.5);
}
