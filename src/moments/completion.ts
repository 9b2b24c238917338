import type { Completion } from '../model/resolved-moments.ts';
import { missedAt } from './deadline.ts';
import { firstFrom } from './event-log.ts';
import type { Journey, Occurrence, OccurrenceChange } from './journey.ts';
import { ended, holds, type Look, type Verdict, verdict } from './look.ts';

/** Completes what is open by the first event that its moment waits for, or by its condition. */
export function completeOccurrences(look: Look, journey: Journey): Verdict {
  const changes: OccurrenceChange[] = [];
  let next = Infinity;
  for (const one of journey.occurrences) {
    const done = look.moments.get(one.moment)?.done ?? null;
    if (done === null || !isWaiting(one)) continue;
    const completed = completedBy(one, done, look, journey);
    if (typeof completed === 'number') next = Math.min(next, completed);
    else if (completed !== null) changes.push(completed);
  }
  return verdict(journey, changes, next);
}

/** Missed ones too: an event of before the deadline can arrive after it. */
function isWaiting({ state, endedBy }: Occurrence): boolean {
  return state === 'open' || (state === 'missed' && endedBy?.kind === 'deadline');
}

/** How it is completed, or when it will be, or null. */
function completedBy(
  one: Occurrence,
  done: Completion,
  look: Look,
  journey: Journey,
): OccurrenceChange | number | null {
  if (done.kind === 'condition') {
    // Opened again by a person while the condition holds: then a person completes it.
    const asked = look.present && one.state === 'open' && one.reopenedAt === null;
    return asked && holds(done.when, look, journey) ? ended(one, 'done', look.at, { kind: 'condition' }) : null;
  }
  const from = Math.max(one.opensAt, one.reopenedAt === null ? -Infinity : one.reopenedAt + 1);
  const first = firstFrom(look.log, done.test, from);
  // The event that opened it does not complete it.
  const own = one.cause.kind === 'event' && one.cause.event === first?.id;
  const event = own ? look.log.matching(done.test).find((other) => other.time >= from && other.id !== first.id) : first;
  if (event === null || event === undefined || event.time > missedAt(one, look, journey)) return null;
  return event.time > look.at ? event.time : ended(one, 'done', event.time, { kind: 'event', event: event.id });
}
