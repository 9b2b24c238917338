import { hasEnded, type Journey, type OccurrenceChange } from './journey.ts';
import { change, type Look, type Verdict, verdict } from './look.ts';

/** Brings back into sight what a person put off until now. */
export function wakeOccurrences(look: Look, journey: Journey): Verdict {
  const changes: OccurrenceChange[] = [];
  let next = Infinity;
  for (const one of journey.occurrences) {
    if (hasEnded(one) || one.snoozedUntil === null) continue;
    if (one.snoozedUntil <= look.at) changes.push(change(one, { snoozedUntil: null }, { kind: 'snooze' }));
    else next = Math.min(next, one.snoozedUntil);
  }
  return verdict(journey, changes, next);
}
