import type { Journey, Occurrence, OccurrenceChange } from './journey.ts';
import { ended, type Look, type Verdict, verdict } from './look.ts';

/** What is open for too long is missed. */
export function missOccurrences(look: Look, journey: Journey): Verdict {
  const changes: OccurrenceChange[] = [];
  let next = Infinity;
  for (const one of journey.occurrences) {
    if (one.state !== 'open') continue;
    const at = missedAt(one, look, journey);
    if (at <= look.at) changes.push(ended(one, 'missed', at, { kind: 'deadline' }));
    else next = Math.min(next, at);
  }
  return verdict(journey, changes, next);
}

/**
 * When an occurrence is missed: `expires` after it was due. An overdue one of a schedule is missed when the next one
 * is due, so that at most one of them is overdue. Not before a snooze is over; one that was opened again never.
 */
export function missedAt(one: Occurrence, { moments }: Look, journey: Journey): number {
  if (one.state === 'missed') return one.endedAt ?? Infinity;
  const moment = moments.get(one.moment);
  if (moment === undefined || one.dueAt === null || one.reopenedAt !== null) return Infinity;
  const expires = moment.expires === null ? Infinity : one.dueAt + moment.expires;
  return Math.max(Math.min(expires, replacedAt(one, journey)), one.snoozedUntil ?? -Infinity);
}

function replacedAt({ cause, moment }: Occurrence, { occurrences }: Journey): number {
  if (cause.kind !== 'date') return Infinity;
  const later = occurrences.filter(
    (other) =>
      other.moment === moment && other.cause.kind === 'date' && other.cause.at > cause.at && other.openedAt !== null,
  );
  return Math.min(...later.map((other) => other.cause.at), Infinity);
}
