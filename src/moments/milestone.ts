import type { Moment, Trigger } from '../model/resolved-moments.ts';
import { currentEntry, type Journey } from './journey.ts';
import { isActive, type Look, planned, type Sought, watchedSince, withCause, occurrencesOf } from './look.ts';

/**
 * One occurrence per time that the account enters the phase, from the start of the phase. A moment that the account gets
 * later, by a new model or segment, is due that long after it got it; what happened since the start completes it.
 */
export function milestone(
  moment: Moment,
  { due }: Extract<Trigger, { kind: 'milestone' }>,
  look: Look,
  journey: Journey,
): Sought {
  const entry = currentEntry(journey);
  const nothing = { wanted: [], changes: [], next: Infinity };
  if (entry === null || entry.phase !== moment.phase || !isActive(moment, journey)) return nothing;
  const cause = { kind: 'phase', phase: entry.phase, at: entry.at } as const;
  if (withCause(occurrencesOf(moment, journey), cause) !== undefined) return nothing;
  const since = watchedSince(moment, journey) ?? entry.at;
  const dueAt = Math.max(entry.at, since > journey.watchedSince ? since : entry.at) + due;
  return { ...nothing, wanted: [planned(moment, cause, { opensAt: entry.at, dueAt }, look, journey)] };
}
