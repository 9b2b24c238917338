import type { Moment, Trigger } from '../model/resolved-moments.ts';
import { firstAfter, latestUpTo } from './event-log.ts';
import { currentEntry, hasEnded, type Journey, type Occurrence, type OccurrenceChange } from './journey.ts';
import { ended, inPhase, type Look, occurrencesOf, planned, type Sought, watchedSince } from './look.ts';

type Absence = Extract<Trigger, { kind: 'absence' }>;

/** One occurrence per silence, from the instant at which it was long enough; an event ends the silence and cancels it. */
export function absence(moment: Moment, trigger: Absence, look: Look, journey: Journey): Sought {
  const own = occurrencesOf(moment, journey);
  const changes: OccurrenceChange[] = [];
  let next = Infinity;
  for (const one of own) {
    const broken = brokenBy(one, trigger, look);
    if (broken !== null && broken.time <= look.at) {
      const endedAt = one.state === 'open' ? Math.max(broken.time, one.opensAt) : broken.time;
      changes.push(ended(one, 'cancelled', endedAt, { kind: 'event', event: broken.id }));
    } else if (broken !== null) next = Math.min(next, broken.time);
  }
  const anchor = trigger.since === 'known' ? look.observed.knownSince : currentEntry(journey)?.at;
  const watched = watchedSince(moment, journey);
  if (anchor === undefined || watched === null || !inPhase(moment, journey)) return { wanted: [], changes, next };
  const known = own.map(({ cause }) => (cause.kind === 'absence' ? cause.since : -Infinity));
  const last = latestUpTo(look.log, trigger.test, look.at)?.time ?? -Infinity;
  // A silence that was answered stays answered, also when the event before it is not there any more.
  const since = Math.max(last, anchor, ...known);
  const opensAt = openingOf(since, trigger, watched);
  const answered = known.includes(since);
  if (answered || opensAt > look.at) {
    const begins = answered ? firstAfter(look.log, trigger.test, since)?.time : since;
    const silent = begins === undefined ? Infinity : nextSilence(begins, trigger, look, watched);
    return { wanted: [], changes, next: Math.min(next, silent) };
  }
  const dueAt = trigger.within === null ? null : opensAt + trigger.within;
  const cause = { kind: 'absence', since, at: since + trigger.for } as const;
  return { wanted: [planned(moment, cause, { opensAt, dueAt }, look, journey)], changes, next };
}

/** The event that ends the silence of an occurrence that has not ended. */
function brokenBy(one: Occurrence, { test }: Absence, { log }: Look): { time: number; id: string } | null {
  if (hasEnded(one) || one.cause.kind !== 'absence') return null;
  return firstAfter(log, test, Math.max(one.cause.since, one.reopenedAt ?? -Infinity));
}

/** A silence that was long enough before the account got the moment opens then. */
function openingOf(since: number, trigger: Absence, watched: number): number {
  return Math.max(since + trigger.for, watched);
}

/** When a silence will be long enough for the first time, given the events that are known. */
function nextSilence(from: number, trigger: Absence, { log }: Look, watched: number): number {
  let since = from;
  for (;;) {
    const opensAt = openingOf(since, trigger, watched);
    const broken = firstAfter(log, trigger.test, since);
    if (broken === null || broken.time > opensAt) return opensAt;
    since = broken.time;
  }
}
