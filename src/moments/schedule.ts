import type { Calendar, Moment, Trigger } from '../model/resolved-moments.ts';
import { workingDay } from './calendar.ts';
import { currentEntry, hasEnded, type Journey, type Occurrence, type OccurrenceChange } from './journey.ts';
import {
  change,
  ended,
  isActive,
  type Look,
  occurrencesOf,
  planned,
  revived,
  type Sought,
  watchedSince,
} from './look.ts';
import { hasTimeOfDay, type Recurrence, recurrence } from './recurrence.ts';
import { remember } from './remember.ts';
import { instantOf, localOf } from './zone.ts';

type Schedule = Extract<Trigger, { kind: 'schedule' }>;

const dayMs = 86_400_000;
/** Time of day of a date whose rule and anchor have none. */
const morning = 9 * 3_600_000;
/** A date is looked for this long before its instant: time zones differ, holidays move it. */
const margins = { zone: 2 * dayMs, calendar: 14 * dayMs };

/** The dates of a schedule for one account. */
interface Dates {
  readonly recurrence: Recurrence;
  /** Only dates after this wall clock reading. */
  readonly after: number;
  readonly calendar: Calendar | null;
  readonly zone: string;
}

/**
 * One occurrence per date, open from `prepare` before it, due at it. The next one that is not open yet is always there,
 * planned. Dates that are not in the schedule any more are cancelled, those that moved with time zone or calendar move.
 */
export function schedule(moment: Moment, trigger: Schedule, look: Look, journey: Journey): Sought {
  const own = occurrencesOf(moment, journey);
  const dates = isActive(moment, journey) ? datesOf(trigger, look, journey) : null;
  const bound = moment.phase === null ? -Infinity : (currentEntry(journey)?.at ?? -Infinity);
  const floor = Math.max(watchedSince(moment, journey) ?? -Infinity, look.observed.knownSince, bound);
  const byDate = new Map(own.map((one) => [one.cause.kind === 'date' ? one.cause.local : one.id, one]));
  const wanted: Occurrence[] = [];
  const changes: OccurrenceChange[] = [];
  for (const date of dates === null ? [] : instantsAfter(dates, Math.max(floor, look.datesAfter))) {
    const times = { opensAt: Math.max(date.at - trigger.prepare, floor), dueAt: date.at };
    const known = byDate.get(date.local);
    const following = known === undefined ? [] : followed(known, date.at, times.opensAt, look);
    changes.push(...following);
    if (known === undefined) wanted.push(planned(moment, { kind: 'date', ...date }, times, look, journey));
    const expected = known === undefined || !hasEnded(known) || following.length > 0;
    if (times.opensAt > look.at && expected) break;
  }
  // Phases change in the past too; that a trait, the time zone or the rule is another one is known of the present only.
  const settled = look.present || trigger.from.kind === 'phase';
  if (settled && isActive(moment, journey)) changes.push(...withdrawn(own, dates, look));
  return { wanted, changes, next: Infinity };
}

/** A date that is there already: it moves with its time zone and calendar, and comes back when it was withdrawn. */
function followed(known: Occurrence, at: number, opensAt: number, look: Look): readonly OccurrenceChange[] {
  if (known.endedBy?.kind === 'schedule') return at > look.at ? [revived(known, { kind: 'schedule' })] : [];
  if (hasEnded(known) || known.touched || known.cause.kind !== 'date' || known.cause.at === at) return [];
  const patch = { cause: { ...known.cause, at }, dueAt: at, ...(known.state === 'planned' ? { opensAt } : {}) };
  return [change(known, patch, { kind: 'schedule' })];
}

/** What lies ahead and is no date any more, because the anchor or the rule is another one now. */
function withdrawn(own: readonly Occurrence[], dates: Dates | null, look: Look): readonly OccurrenceChange[] {
  return own
    .filter((one) => !hasEnded(one) && !one.touched && one.cause.kind === 'date' && one.cause.at > look.at)
    .filter(({ cause }) => cause.kind === 'date' && !isDate(dates, Date.parse(`${cause.local}Z`)))
    .map((one) => ended(one, 'cancelled', look.at, { kind: 'schedule' }));
}

function datesOf(trigger: Schedule, look: Look, journey: Journey): Dates | null {
  const { zone, model } = look;
  const calendar = model.calendars.find(({ id }) => id === trigger.calendar) ?? null;
  const of = (anchor: number, after: number): Dates => ({
    recurrence: recurrence(trigger.rrule, anchor),
    after,
    calendar,
    zone,
  });
  const onDay = (day: number): number => day + (hasTimeOfDay(trigger.rrule) ? 0 : morning);
  switch (trigger.from.kind) {
    case 'fixed': {
      const anchor = Date.parse(`${trigger.from.local}Z`);
      return of(anchor, anchor - 1);
    }
    case 'phase': {
      const entry = currentEntry(journey);
      if (entry === null) return null;
      // The day of the phase begins the first interval, it is no date itself.
      const day = dayOf(localOf(entry.at, zone));
      return of(onDay(day), day + dayMs - 1);
    }
    case 'trait': {
      const value = look.observed.traits[trigger.from.trait];
      if (typeof value !== 'number') return null;
      // A trait at midnight UTC is a calendar date: it is that day everywhere.
      const day = value % dayMs === 0 ? value : dayOf(localOf(value, zone));
      return of(onDay(day), day - 1);
    }
  }
}

/** The dates whose instant is after another one, in order. */
function* instantsAfter(dates: Dates, instant: number): Generator<{ local: string; at: number }> {
  const { next } = dates.recurrence;
  const margin = dates.calendar === null ? margins.zone : margins.calendar;
  let local = next(Math.max(dates.after, localOf(instant, dates.zone) - margin));
  while (local !== null) {
    const at = isReplaced(dates, local) ? -Infinity : instantOf(moved(local, dates), dates.zone);
    if (at > instant) yield { local: textOf(local), at };
    local = next(local);
  }
}

function moved(local: number, { calendar }: Dates): number {
  return calendar === null ? local : workingDay(local, calendar);
}

/** Of several dates that move to the same working day, the last one stays. */
function isReplaced(dates: Dates, local: number): boolean {
  const target = moved(local, dates);
  let later = target === local ? null : dates.recurrence.next(local);
  while (later !== null && later <= target) {
    if (moved(later, dates) === target) return true;
    later = dates.recurrence.next(later);
  }
  return false;
}

function isDate(dates: Dates | null, local: number): boolean {
  if (dates === null || local <= dates.after) return false;
  return dates.recurrence.next(local - 1) === local && !isReplaced(dates, local);
}

/** Remembered, because writing dates was the largest part of deciding. */
const textOf = remember(5_000, (local: number) => new Date(local).toISOString().slice(0, 19));

function dayOf(local: number): number {
  return Math.floor(local / dayMs) * dayMs;
}
