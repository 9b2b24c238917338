import type { CausedSpell } from '../statistics/aalen-johansen.ts';
import type { Wait } from './wait.ts';

const dayMs = 86_400_000;

/** A stretch of time, (from, until], UTC milliseconds. */
export interface Period {
  readonly from: number;
  readonly until: number;
}

/** What is known of a wait from watching during a period, in days; null when it was not watched then. */
export function spellOf({ start, end, ending, watchedSince }: Wait, { from, until }: Period): CausedSpell | null {
  if (start > until) return null;
  const watched = Math.max(from, watchedSince);
  const exit = Math.min(end, until) - start;
  const cause = end <= until && ending !== 'waiting' ? ending : null;
  if (start >= watched) return { exit: exit / dayMs, cause };
  const entry = watched - start;
  return entry >= exit ? null : { entry: entry / dayMs, exit: exit / dayMs, cause };
}

/** The same of many waits. */
export function spellsOf(waits: readonly Wait[], period: Period): readonly CausedSpell[] {
  return waits.flatMap((wait) => spellOf(wait, period) ?? []);
}

/** Milliseconds as days. */
export function days(milliseconds: number): number {
  return milliseconds / dayMs;
}
