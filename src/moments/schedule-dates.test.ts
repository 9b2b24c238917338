import { describe, expect, it } from 'vitest';
import type { Trigger } from '../model/resolved-moments.ts';
import { decide } from './decide.ts';
import type { Journey, Observed } from './journey.ts';
import { day, instant, looks, moment, momentModel, named, observedAt, phase, seen, start } from './moments.testing.ts';

type Schedule = Extract<Trigger, { kind: 'schedule' }>;

const at = { file: 'model.yaml', line: 1, column: 1 };
const calendars = [
  { id: 'default', workdays: [1, 2, 3, 4, 5], holidays: ['2026-04-06', '12-25'], at },
  { id: 'never', workdays: [], holidays: [], at },
];
const phases = [phase('ongoing', { kind: 'event', test: named('Live') })];

function from(local: string, rrule: string, rest: Partial<Schedule> = {}): Schedule {
  return { kind: 'schedule', rrule, from: { kind: 'fixed', local }, prepare: 0, calendar: null, ...rest };
}

/** The dates of a schedule from an instant on, as the looks that it asks for open them. */
function datesSeen(
  trigger: Schedule,
  zone: string,
  begin: number,
  count: number,
  rest: Partial<Observed> = {},
): string[] {
  const model = momentModel([moment('m', trigger)], { calendars, phases });
  const dates: string[] = [];
  let journey: Journey | null = null;
  let now: number | null = begin;
  while (now !== null && dates.length < count) {
    const observed = observedAt(now, { timezone: zone, knownSince: begin, watchedSince: begin, ...rest });
    const decision = decide(model, 1, journey, observed);
    for (const { before, after } of decision.changes) {
      if (after.state === 'open' && before?.state !== 'open')
        dates.push(new Date(after.cause.at).toISOString().slice(0, 16));
    }
    ({ journey, nextAt: now } = decision);
  }
  return dates;
}

describe('the dates of a schedule', () => {
  it.each([
    [
      'Berlin, spring: nine o’clock stays nine o’clock',
      'Europe/Berlin',
      '2026-03-23T09:00:00',
      'FREQ=WEEKLY',
      '2026-03-23T08:00 2026-03-30T07:00',
    ],
    ['Berlin, autumn', 'Europe/Berlin', '2026-10-19T09:00:00', 'FREQ=WEEKLY', '2026-10-19T07:00 2026-10-26T08:00'],
    [
      'Berlin, a time that is skipped is an hour later',
      'Europe/Berlin',
      '2026-03-28T02:30:00',
      'FREQ=DAILY',
      '2026-03-28T01:30 2026-03-29T01:30 2026-03-30T00:30',
    ],
    [
      'Berlin, a time that comes twice is the first',
      'Europe/Berlin',
      '2026-10-24T02:30:00',
      'FREQ=DAILY',
      '2026-10-24T00:30 2026-10-25T00:30 2026-10-26T01:30',
    ],
    [
      'New York, skipped',
      'America/New_York',
      '2026-03-01T02:30:00',
      'FREQ=WEEKLY',
      '2026-03-01T07:30 2026-03-08T07:30 2026-03-15T06:30',
    ],
    [
      'New York, twice',
      'America/New_York',
      '2026-10-31T01:30:00',
      'FREQ=DAILY',
      '2026-10-31T05:30 2026-11-01T05:30 2026-11-02T06:30',
    ],
    [
      'Kolkata, no change of clocks',
      'Asia/Kolkata',
      '2026-02-15T09:00:00',
      'FREQ=MONTHLY',
      '2026-02-15T03:30 2026-03-15T03:30 2026-04-15T03:30',
    ],
    [
      'Lord Howe, half an hour is skipped',
      'Australia/Lord_Howe',
      '2026-10-03T02:10:00',
      'FREQ=DAILY',
      '2026-10-02T15:40 2026-10-03T15:40 2026-10-04T15:10',
    ],
    [
      'Lord Howe, half an hour comes twice',
      'Australia/Lord_Howe',
      '2026-04-04T01:45:00',
      'FREQ=DAILY',
      '2026-04-03T14:45 2026-04-04T14:45 2026-04-05T15:15',
    ],
    [
      'the last day of short months',
      'Europe/Berlin',
      '2026-01-31T09:00:00',
      'FREQ=MONTHLY',
      '2026-01-31T08:00 2026-02-28T08:00 2026-03-31T07:00 2026-04-30T07:00',
    ],
    [
      'the 30th in a leap year',
      'Asia/Kolkata',
      '2028-01-30T09:00:00',
      'FREQ=MONTHLY',
      '2028-01-30T03:30 2028-02-29T03:30 2028-03-30T03:30',
    ],
    [
      '29 February, every year',
      'America/New_York',
      '2028-02-29T09:00:00',
      'FREQ=YEARLY',
      '2028-02-29T14:00 2029-02-28T14:00 2030-02-28T14:00 2031-02-28T14:00 2032-02-29T14:00',
    ],
    [
      'the last day, by its number',
      'Australia/Lord_Howe',
      '2026-01-31T09:00:00',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
      '2026-01-30T22:00 2026-02-27T22:00 2026-03-30T22:00 2026-04-29T22:30',
    ],
    [
      'short months left out when asked for',
      'UTC',
      '2026-01-31T09:00:00',
      'FREQ=MONTHLY;SKIP=OMIT',
      '2026-01-31T09:00 2026-03-31T09:00 2026-05-31T09:00',
    ],
    [
      'every third month on the second Tuesday',
      'Europe/Berlin',
      '2026-01-05T09:00:00',
      'FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU;BYHOUR=10',
      '2026-01-13T09:00 2026-04-14T08:00 2026-07-14T08:00 2026-10-13T08:00',
    ],
    [
      'the last Friday over both changes',
      'America/New_York',
      '2026-02-01T16:00:00',
      'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR',
      '2026-02-27T21:00 2026-04-24T20:00 2026-06-26T20:00 2026-08-28T20:00 2026-10-30T20:00 2026-12-25T21:00',
    ],
    [
      'three times and never again',
      'UTC',
      '2026-01-05T09:00:00',
      'FREQ=DAILY;COUNT=3',
      '2026-01-05T09:00 2026-01-06T09:00 2026-01-07T09:00',
    ],
    [
      'up to an end on the wall clock',
      'America/New_York',
      '2026-01-05T21:00:00',
      'FREQ=DAILY;UNTIL=20260106T210000',
      '2026-01-06T02:00 2026-01-07T02:00',
    ],
  ])('%s', (_, zone, local, rrule, expected) => {
    const dates = expected.split(' ');
    const trigger = from(local, rrule);
    const more = /COUNT|UNTIL/.test(rrule) ? 1 : 0;
    expect(datesSeen(trigger, zone, instant(local.slice(0, 10)) - 2 * day, dates.length + more)).toEqual(dates);
  });

  it.each([
    [
      'a date in a trait is that day everywhere',
      'America/New_York',
      instant('2026-06-01'),
      'FREQ=YEARLY',
      '2026-06-01T13:00 2027-06-01T13:00',
    ],
    [
      'an instant in a trait is the day it has there',
      'America/New_York',
      instant('2026-06-01T02:00'),
      'FREQ=YEARLY',
      '2026-05-31T13:00 2027-05-31T13:00',
    ],
    [
      'without a time of day, nine',
      'Asia/Kolkata',
      instant('2026-06-01'),
      'FREQ=MONTHLY',
      '2026-06-01T03:30 2026-07-01T03:30',
    ],
    [
      'a time before nine on the first day',
      'Asia/Kolkata',
      instant('2026-06-01'),
      'FREQ=MONTHLY;BYHOUR=8',
      '2026-06-01T02:30 2026-07-01T02:30',
    ],
  ])('from a trait: %s', (_, zone, value, rrule, expected) => {
    const trigger = from('', rrule, { from: { kind: 'trait', trait: 'renewal_at' } });
    const traits = { renewal_at: value };
    expect(datesSeen(trigger, zone, instant('2026-05-01'), 2, { traits })).toEqual(expected.split(' '));
  });

  it('from a phase begin after the day on which it started there', () => {
    const trigger = from('', 'FREQ=WEEKLY', { from: { kind: 'phase' } });
    const begin = instant('2026-01-15T22:30');
    const events = [seen('Live', begin)];
    // It is Friday the 16th in Kolkata.
    expect(datesSeen(trigger, 'Asia/Kolkata', begin, 2, { events })).toEqual(['2026-01-23T03:30', '2026-01-30T03:30']);
  });

  it.each([
    ['Saturday becomes Monday', '2026-08-01T09:00:00', 'FREQ=MONTHLY', 'default', '2026-08-03T09:00 2026-09-01T09:00'],
    [
      'a holiday becomes the day after',
      '2026-03-30T09:00:00',
      'FREQ=WEEKLY',
      'default',
      '2026-03-30T09:00 2026-04-07T09:00 2026-04-13T09:00',
    ],
    [
      'a holiday of every year, before a weekend',
      '2026-12-25T09:00:00',
      'FREQ=YEARLY',
      'default',
      '2026-12-28T09:00 2027-12-27T09:00',
    ],
    [
      'a weekend and its Monday are one date',
      '2026-01-09T09:00:00',
      'FREQ=DAILY',
      'default',
      '2026-01-09T09:00 2026-01-12T09:00 2026-01-13T09:00',
    ],
    [
      'two days that move to the same one are one date',
      '2026-01-09T09:00:00',
      'FREQ=WEEKLY;BYDAY=SA,SU',
      'default',
      '2026-01-12T09:00 2026-01-19T09:00',
    ],
    [
      'nothing moves where nobody works',
      '2026-08-01T09:00:00',
      'FREQ=MONTHLY',
      'never',
      '2026-08-01T09:00 2026-09-01T09:00',
    ],
  ])('on working days: %s', (_, local, rrule, calendar, expected) => {
    const dates = expected.split(' ');
    const begin = instant(local.slice(0, 10)) - day;
    expect(datesSeen(from(local, rrule, { calendar }), 'UTC', begin, dates.length)).toEqual(dates);
  });

  it('of an account with a time zone that does not exist are those of the model', () => {
    const model = momentModel([moment('m', from('2026-03-09T09:00:00', 'FREQ=WEEKLY'))], { timezone: 'Europe/Berlin' });
    const { last } = looks(model, [{ now: start, rest: { timezone: 'Mars/Phobos' } }]);
    expect(last.nextAt).toBe(instant('2026-03-09T08:00'));
  });
});
