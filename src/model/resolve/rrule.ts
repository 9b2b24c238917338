import { RRuleTemporal } from 'rrule-temporal';
import { closest } from '../../lib/closest.ts';

/*
 * Recurrence rules as a model may write them: RFC 5545, section 3.3.10, without frequencies below a day, because a
 * moment happens on a day, and with SKIP of RFC 7529. Dates are found on the wall clock: no time zone takes part, and
 * neither does UNTIL. The only file of the model that knows the library.
 */

/** A mistake inside the text of a rule; offsets count UTF-16 units. */
export interface RuleProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly hint: string;
}

/** At which time of its day a date is, when the rule does not say. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

interface Part {
  readonly name: string;
  readonly elements: readonly string[];
  readonly start: number;
  readonly end: number;
}

interface PartSpec {
  readonly fits: (element: string) => boolean;
  readonly list: boolean;
  readonly usage: string;
}

const weekday = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;
const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const most = 1000;

const whole =
  (low: number, high: number) =>
  (element: string): boolean =>
    /^\d{1,4}$/.test(element) && Number(element) >= low && Number(element) <= high;
const fromEitherEnd =
  (high: number) =>
  (element: string): boolean =>
    /^[+-]?\d{1,3}$/.test(element) && Math.abs(Number(element)) >= 1 && Math.abs(Number(element)) <= high;
const oneOf =
  (words: readonly string[]) =>
  (element: string): boolean =>
    words.includes(element);
const single = (fits: PartSpec['fits'], usage: string): PartSpec => ({ fits, list: false, usage });
const list = (fits: PartSpec['fits'], usage: string): PartSpec => ({ fits, list: true, usage });

/** In the order in which a rule is written out. */
const specs: Readonly<Record<string, PartSpec>> = {
  FREQ: single(oneOf(frequencies), `one of ${frequencies.join(', ')}`),
  INTERVAL: single(whole(1, most), `a whole number from 1 to ${most}`),
  COUNT: single(whole(1, most), `a whole number from 1 to ${most}`),
  UNTIL: single(isUntil, 'a date such as 20261231, or a time such as 20261231T230000'),
  WKST: single(oneOf(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']), 'a weekday such as MO'),
  BYMONTH: list(whole(1, 12), 'months from 1 to 12'),
  BYWEEKNO: list(fromEitherEnd(53), 'weeks from 1 to 53, or from -1 to -53'),
  BYYEARDAY: list(fromEitherEnd(366), 'days from 1 to 366, or from -1 to -366'),
  BYMONTHDAY: list(fromEitherEnd(31), 'days from 1 to 31, or from -1 (the last one) to -31'),
  BYDAY: list(isWeekday, 'weekdays such as TU, 2TU (the second Tuesday) or -1FR (the last Friday)'),
  BYHOUR: list(whole(0, 23), 'hours from 0 to 23'),
  BYMINUTE: list(whole(0, 59), 'minutes from 0 to 59'),
  BYSECOND: list(whole(0, 59), 'seconds from 0 to 59'),
  BYSETPOS: list(fromEitherEnd(366), 'positions from 1 to 366, or from -1 to -366'),
  SKIP: single(oneOf(['BACKWARD', 'OMIT']), 'BACKWARD (a short month takes its last day, the default) or OMIT'),
};

function isWeekday(element: string): boolean {
  const [, position] = weekday.exec(element) ?? [];
  return weekday.test(element) && (position === undefined || fromEitherEnd(53)(position));
}

function isUntil(element: string): boolean {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})Z?)?$/.exec(element);
  if (match === null) return false;
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0));
  const time = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second));
  return time
    .toISOString()
    .replaceAll(/[-:]|\.000/g, '')
    .startsWith(element.replace(/Z$/, ''));
}

/**
 * Reads a rule. It comes back in one spelling and with its time of day written out, or null after mistakes; `time`
 * is for those parts of the time that the rule leaves open.
 */
export function parseRule(text: string, time: TimeOfDay): { rule: string | null; problems: readonly RuleProblem[] } {
  const problems: RuleProblem[] = [];
  const parts = new Map<string, Part>();
  for (const part of split(text)) {
    const spec = specs[part.name];
    if (spec === undefined || !Object.hasOwn(specs, part.name)) {
      const near = closest(part.name, Object.keys(specs));
      const hint = near === null ? `a rule has ${Object.keys(specs).join(', ')}` : `did you mean ${near}?`;
      problems.push({ ...placed(part), message: `a rule has no part ${JSON.stringify(part.name)}`, hint });
    } else if (parts.has(part.name)) {
      problems.push({ ...placed(part), message: `${part.name} stands here twice`, hint: 'keep one of them' });
    } else {
      parts.set(part.name, part);
      problems.push(...elementProblems(part, spec));
    }
  }
  if (!parts.has('FREQ') && !problems.some(({ message }) => message.includes('no part'))) {
    const hint = `start with FREQ, ${specs['FREQ']?.usage ?? ''}`;
    problems.push({ start: 0, end: text.length, message: 'the rule does not say how often', hint });
  }
  if (problems.length === 0) problems.push(...combinationProblems(parts));
  return { rule: problems.length > 0 ? null : written(parts, time), problems };
}

/** The parts of a rule with their places; the name of the property (`RRULE:`), as calendars write it, may stand before them. */
function split(text: string): Part[] {
  const parts: Part[] = [];
  let at = /^\s*RRULE:/i.exec(text)?.[0].length ?? 0;
  for (const piece of text.slice(at).split(';')) {
    const start = at + piece.length - piece.trimStart().length;
    const [name = '', ...value] = piece.trim().split('=');
    if (piece.trim() !== '') {
      const elements = value.join('=').toUpperCase().split(',');
      parts.push({ name: name.trim().toUpperCase(), elements, start, end: start + piece.trim().length });
    }
    at += piece.length + 1;
  }
  return parts;
}

function placed(part: Part): Pick<RuleProblem, 'start' | 'end'> {
  return { start: part.start, end: part.end };
}

function elementProblems(part: Part, spec: PartSpec): RuleProblem[] {
  const wrong = part.elements.find((element) => !spec.fits(element));
  if (wrong === undefined && (spec.list || part.elements.length === 1)) return [];
  const what = wrong === undefined || wrong === '' ? part.elements.join(',') : wrong;
  const message = what === '' ? `${part.name} has no value` : `${part.name} cannot be ${what}`;
  return [{ ...placed(part), message, hint: `write ${spec.usage}` }];
}

/** What RFC 5545 forbids, and what libraries then do differently. */
function combinationProblems(parts: ReadonlyMap<string, Part>): RuleProblem[] {
  const frequency = parts.get('FREQ')?.elements[0] ?? '';
  const found: RuleProblem[] = [];
  const forbid = (name: string, isForbidden: boolean, message: string, hint: string): void => {
    const part = parts.get(name);
    if (part !== undefined && isForbidden) found.push({ ...placed(part), message, hint });
  };
  const not = (name: string): string => `${name} has no meaning in a ${frequency} rule`;
  forbid('UNTIL', parts.has('COUNT'), 'a rule ends by COUNT or by UNTIL', 'keep one of them');
  forbid('BYWEEKNO', frequency !== 'YEARLY', not('BYWEEKNO'), 'use FREQ=YEARLY');
  forbid('BYYEARDAY', frequency !== 'YEARLY', not('BYYEARDAY'), 'use FREQ=YEARLY');
  forbid('BYMONTHDAY', frequency === 'WEEKLY', not('BYMONTHDAY'), 'use FREQ=MONTHLY');
  const numbered = parts.get('BYDAY')?.elements.some((element) => /\d/.test(element)) === true;
  const byPosition = (frequency === 'MONTHLY' || frequency === 'YEARLY') && !parts.has('BYWEEKNO');
  forbid(
    'BYDAY',
    numbered && !byPosition,
    `a numbered weekday has no meaning ${parts.has('BYWEEKNO') ? 'beside BYWEEKNO' : `in a ${frequency} rule`}`,
    'leave the number out, or use FREQ=MONTHLY',
  );
  const others = [...parts.keys()].some((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  forbid('BYSETPOS', !others, 'BYSETPOS picks among the dates of another BY… part, and there is none', 'add BYDAY');
  return found;
}

function written(parts: ReadonlyMap<string, Part>, time: TimeOfDay): string {
  const usual: Readonly<Record<string, number>> = { BYHOUR: time.hour, BYMINUTE: time.minute, BYSECOND: time.second };
  return Object.keys(specs)
    .flatMap((name) => {
      const elements = parts.get(name)?.elements.map(plainElement) ?? (name in usual ? [String(usual[name])] : []);
      if (elements[0] === 'BACKWARD') return [];
      return elements.length === 0 ? [] : [`${name}=${[...new Set(elements)].join(',')}`];
    })
    .join(';');
}

/** `+2TU`, `02` and a time without its Z in one spelling. */
function plainElement(element: string): string {
  if (element.length >= 8) return /T\d+$/.test(element) ? `${element}Z` : element;
  return element.replace(/^[+-]?\d+/, (digits) => String(Number(digits)));
}

/** What can be said about the dates of a rule before there is an account. */
export interface Reach {
  /** Whether there is a date, whatever the anchor; `some`: it depends on the anchor. */
  readonly dates: 'all' | 'some' | 'none';
  /** A local time from which there is no date. */
  readonly missing: string | null;
  /** From one date to the next on average, in milliseconds; null when there is no second one. */
  readonly interval: number | null;
}

/** How much looking for dates one model may cost: a few seconds, whatever somebody writes. */
export interface Searching {
  left: number;
}

/** A search that has not begun. */
export function newSearching(): Searching {
  return { left: 5000 };
}

// The first and last days of the months of a leap year: every month, every weekday, the 29th, 30th and 31st.
const anchors = [
  ...Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2024, month, 1))),
  ...Array.from({ length: 12 }, (_, month) => new Date(Date.UTC(2024, month + 1, 0))),
].map((date) => date.toISOString().slice(0, 19));
const datesToAverage = 25;
// 1,500 days reach over a leap day, 1,500 weeks over 28 years: a rule without a date in them has none to count on.
const furthestPeriods = 1500;
const dayMilliseconds = 86_400_000;

// The same rules are looked at each time a model is checked; 24 searches cost 5–10 ms. The cost is remembered too, so
// that the answer does not depend on what was looked at before.
const remembered = new Map<string, { readonly reach: Reach; readonly cost: number }>();
const mostRemembered = 500;
const longestRemembered = 300;

/** Where a rule begins: a local time, the day of a trait (which is a date itself), or the day of a phase (which is none). */
export type Start = { readonly kind: 'fixed'; readonly local: string } | { readonly kind: 'trait' | 'phase' };

/**
 * Looks for dates of a rule (in the spelling of `parseRule`) from its start on. Where that is open, UNTIL says nothing:
 * there are always accounts that begin before it. Null when the search is used up.
 */
export function reachOf(rule: string, start: Start, searching: Searching): Reach | null {
  if (searching.left <= 0) return null;
  const key = `${start.kind} ${start.kind === 'fixed' ? start.local : ''} ${rule}`;
  const found = remembered.get(key) ?? look(rule, start);
  if (remembered.size >= mostRemembered) remembered.clear();
  if (key.length <= longestRemembered) remembered.set(key, found);
  searching.left -= found.cost;
  return found.reach;
}

function look(rule: string, start: Start): { reach: Reach; cost: number } {
  const open = start.kind === 'fixed' ? rule : rule.replace(/;UNTIL=[^;]*/, '');
  const short = takesLastDays(rule);
  const sought = (short ? onDaysOfEveryMonth(open) : open).replace(/;SKIP=.*/, '');
  const missing: string[] = [];
  let interval: number | null = null;
  let tried = 0;
  let cost = 0;
  for (const anchor of start.kind === 'fixed' ? [start.local] : anchors) {
    // Twelve months without a date are enough: the last days of them are looked at only when others have one.
    if (tried === 12 && missing.length === 12) break;
    const from = short ? anchor.replace(/-(?:29|30|31)T/, '-28T') : anchor;
    const after = start.kind === 'phase' ? Date.parse(`${from}Z`) + dayMilliseconds : Number.NEGATIVE_INFINITY;
    const dates = firstDates(sought, from, after, interval === null ? datesToAverage : 1);
    interval ??= averageGap(dates);
    tried += 1;
    // A search that finds nothing goes through all periods, one that finds something stops at once.
    cost += dates.length === 0 ? 100 : 1;
    if (dates.length === 0) missing.push(anchor);
  }
  const dates = missing.length === 0 ? 'all' : missing.length < tried ? 'some' : 'none';
  return { reach: { dates, missing: missing[0] ?? null, interval }, cost };
}

/** Whether a rule picks days of a month, of which a short month takes its last one. */
function takesLastDays(rule: string): boolean {
  const picksOtherwise = /;(?:BYDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|SKIP)=/.test(rule);
  return /^FREQ=(?:MONTHLY|YEARLY)/.test(rule) && !picksOtherwise;
}

/** A rule that has a date in the same months: on the 28th instead of days that only some months have. */
function onDaysOfEveryMonth(rule: string): string {
  return rule.replace(/;BYMONTHDAY=[^;]*/, (part) => part.replaceAll(/(?<=[=,])(?:29|30|31)(?=,|$)/g, '28'));
}

function averageGap(dates: readonly number[]): number | null {
  const [first] = dates;
  const last = dates.at(-1);
  return first === undefined || last === undefined || dates.length < 2 ? null : (last - first) / (dates.length - 1);
}

/** The first dates of a rule from a local time on that are after another one; none when there is none within reach. */
function firstDates(rule: string, local: string, after: number, count: number): number[] {
  const dates: number[] = [];
  try {
    const recurrence = new RRuleTemporal({
      rruleString: `DTSTART;TZID=UTC:${local.replaceAll(/[-:]/g, '')}\nRRULE:${rule}`,
      maxIterations: furthestPeriods,
      cache: false,
    });
    recurrence.all((date) => {
      if (date.epochMilliseconds >= after) dates.push(date.epochMilliseconds);
      return dates.length < count;
    });
  } catch {
    // The library throws when it gives up; what it found until then counts.
  }
  return dates;
}
