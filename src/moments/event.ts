import type { Moment, Trigger } from '../model/resolved-moments.ts';
import { eventsBetween, firstFrom } from './event-log.ts';
import type { Journey, Occurrence, SeenEvent } from './journey.ts';
import { type Look, occurrencesOf, planned, type Sought, watchedSince } from './look.ts';

const dayMs = 86_400_000;

/** An event that arrives longer after its time opens nothing: nobody can react to it any more. */
export const lateness = 7 * dayMs;

/** One occurrence per event, from the instant of the event; within `atMostOncePer` of another one none. */
export function event(
  moment: Moment,
  { test, within, atMostOncePer }: Extract<Trigger, { kind: 'event' }>,
  look: Look,
  journey: Journey,
): Sought {
  const since = watchedSince(moment, journey);
  if (since === null) return { wanted: [], changes: [], next: Infinity };
  const events = eventsBetween(look.log, test, Math.max(look.eventsFrom, since), look.at);
  const own = occurrencesOf(moment, journey);
  const answered = new Set(own.map(({ cause }) => (cause.kind === 'event' ? cause.event : '')));
  const opened = own.filter(({ openedAt }) => openedAt !== null).map(({ cause }) => cause.at);
  const wanted: Occurrence[] = [];
  for (const one of events) {
    if (answered.has(one.id) || !counts(one, moment, journey)) continue;
    if (atMostOncePer !== null && opened.some((at) => Math.abs(one.time - at) < atMostOncePer)) continue;
    const times = { opensAt: one.time, dueAt: within === null ? null : one.time + within };
    wanted.push(planned(moment, { kind: 'event', event: one.id, at: one.time }, times, look, journey));
    opened.push(one.time);
  }
  const quiet = atMostOncePer === null ? -Infinity : Math.max(...opened, -Infinity) + atMostOncePer;
  const upcoming = firstFrom(look.log, test, Math.max(look.at + 1, since, quiet));
  return { wanted, changes: [], next: upcoming?.time ?? Infinity };
}

/** It came in time, while the account was in the phase of the moment. */
function counts({ time, receivedAt }: SeenEvent, { phase }: Moment, { entered }: Journey): boolean {
  if (receivedAt - time > lateness) return false;
  if (phase === null) return true;
  return entered.some(
    ({ phase: id, at, endedAt }) => id === phase && at <= time && (endedAt === null || time < endedAt),
  );
}
