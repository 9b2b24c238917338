import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { remember } from './remember.ts';

/*
 * Recurrence rules (RFC 5545) over wall clock readings (`zone.ts`): no time zone takes part, so a date keeps its time
 * of day through every change of clocks, and accounts with the same rule and anchor share their dates.
 */

/** The dates of a rule. */
export interface Recurrence {
  /** The first date after a wall clock reading, or null. Made one at a time, near where one asks. */
  readonly next: (after: number) => number | null;
}

/** The dates of a rule from an anchor on, which is a wall clock reading too. */
export function recurrence(rrule: string, anchor: number): Recurrence {
  return known(`${anchor} ${rrule}`);
}

/** The dates in (after, until]. */
export function datesBetween({ next }: Recurrence, after: number, until: number): readonly number[] {
  const dates: number[] = [];
  for (let date = next(after); date !== null && date <= until; date = next(date)) dates.push(date);
  return dates;
}

/** Whether the rule sets a time of day of its own. */
export function hasTimeOfDay(rrule: string): boolean {
  return /BYHOUR=|FREQ=(HOURLY|MINUTELY|SECONDLY)/i.test(rrule);
}

/**
 * The rule as it is meant here. A day of the month that a month does not have is its last day (RFC 7529, SKIP=BACKWARD;
 * SKIP=OMIT leaves such months out). The library knows SKIP, but takes 6 ms for what takes 7 µs without it and loses
 * dates when there are several, so the days are written in another way that means the same. UNTIL is read on the wall
 * clock.
 */
export function plainRule(rrule: string, anchor: number): string {
  const parts = new Map(
    rrule
      .replace(/^RRULE:/i, '')
      .toUpperCase()
      .split(';')
      .filter((part) => part !== '')
      .map((part): [string, string] => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const omits = parts.get('SKIP') === 'OMIT';
  parts.delete('RSCALE');
  parts.delete('SKIP');
  if (!omits) keepMonthEnds(parts, new Date(anchor));
  const until = parts.get('UNTIL');
  if (until !== undefined && /T\d+$/.test(until)) parts.set('UNTIL', `${until}Z`);
  return Array.from(parts, ([name, value]) => `${name}=${value}`).join(';');
}

/** Only for dates that are days of a month; the 31st is always the last day, the 29th and 30th where they stand alone. */
function keepMonthEnds(parts: Map<string, string>, anchor: Date): void {
  const yearly = parts.get('FREQ') === 'YEARLY';
  if (!yearly && parts.get('FREQ') !== 'MONTHLY') return;
  if (['BYDAY', 'BYYEARDAY', 'BYWEEKNO', 'BYSETPOS'].some((name) => parts.has(name))) return;
  const month = parts.get('BYMONTH') ?? (yearly && !parts.has('BYMONTHDAY') ? String(anchor.getUTCMonth() + 1) : null);
  const days = (parts.get('BYMONTHDAY') ?? String(anchor.getUTCDate())).split(',').map(Number);
  const [day] = days;
  if (day === undefined || days.every((one) => one < 29)) return;
  if (yearly && month !== null) parts.set('BYMONTH', month);
  parts.set('BYMONTHDAY', days.map((one) => (one === 31 ? -1 : one)).join(','));
  // BYSETPOS counts within the year of a yearly rule: there it takes a single month.
  const single = days.length === 1 && (!yearly || (month !== null && !month.includes(',')));
  if (!single || (day !== 29 && day !== 30)) return;
  parts.set('BYMONTHDAY', day === 29 ? '28,29' : '28,29,30');
  const times = ['BYHOUR', 'BYMINUTE', 'BYSECOND'].reduce((sum, name) => sum * countOf(parts.get(name)), 1);
  parts.set('BYSETPOS', Array.from({ length: times }, (_, index) => `-${index + 1}`).join(','));
}

function countOf(list: string | undefined): number {
  return list === undefined ? 1 : new Set(list.split(',')).size;
}

const maxKept = 1_000;

/** Dates that were asked for are kept: those of 100,000 accounts are mostly the same ones. */
const known = remember(2_000, (key: string): Recurrence => {
  const space = key.indexOf(' ');
  const anchor = Number(key.slice(0, space));
  const rule = new RRuleTemporal({
    rruleString: plainRule(key.slice(space + 1), anchor),
    dtstart: Temporal.Instant.fromEpochMilliseconds(anchor).toZonedDateTimeISO('UTC'),
  });
  /** All dates in (from, last of them], without a gap; `over` when none comes after them. */
  let from = Infinity;
  let dates: number[] = [];
  let over = false;
  const next = (after: number): number | null => {
    if (after === Infinity) return null;
    const last = dates.at(-1) ?? from;
    if (after >= from && (after <= last || over)) {
      const found = firstAbove(dates, after);
      if (found !== undefined || over) return found ?? null;
    }
    const date = dateAfter(rule, after);
    if (after === last && dates.length < maxKept) {
      if (date === null) over = true;
      else dates.push(date);
    } else if (after < from && date !== null && date === dates[0]) from = after;
    else [from, dates, over] = [after, date === null ? [] : [date], date === null];
    return date;
  };
  return { next };
});

function firstAbove(dates: readonly number[], after: number): number | undefined {
  let low = 0;
  let high = dates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((dates[middle] ?? Infinity) <= after) low = middle + 1;
    else high = middle;
  }
  return dates[low];
}

function dateAfter(rule: RRuleTemporal, after: number): number | null {
  try {
    return rule.next(new Date(after))?.epochMilliseconds ?? null;
  } catch (error) {
    // The library gives up on a rule that matches no day in thousands of periods: such a rule has no next date.
    if (error instanceof Error && error.message.startsWith('Maximum')) return null;
    throw error;
  }
}
