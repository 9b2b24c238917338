import * as fc from 'fast-check';
import { RRule } from 'rrule';
import { describe, expect, it } from 'vitest';
import { datesBetween, plainRule, recurrence } from './recurrence.ts';

const day = 86_400_000;
const instant = (text: string): number => Date.parse(text.includes('T') ? `${text}Z` : text);
const anchors = fc.integer({ min: 0, max: 3000 }).map((days) => instant('2024-01-01') + days * day + 9 * 3_600_000);
const some = <Value>(values: readonly Value[], max: number) =>
  fc.subarray([...values], { minLength: 1, maxLength: max });

/** Rules that RFC 5545 gives one meaning and that have dates often enough to be compared. */
const rules = fc
  .oneof(
    fc.record({
      FREQ: fc.constant('DAILY'),
      INTERVAL: fc.integer({ min: 1, max: 40 }),
      BYDAY: fc.option(some(['MO', 'WE', 'FR', 'SU'], 3)),
    }),
    fc.record({
      FREQ: fc.constant('WEEKLY'),
      INTERVAL: fc.integer({ min: 1, max: 9 }),
      BYDAY: fc.option(some(['MO', 'TU', 'TH', 'SA', 'SU'], 3)),
      WKST: fc.option(fc.constantFrom('MO', 'SU')),
    }),
    fc.record({
      FREQ: fc.constant('MONTHLY'),
      INTERVAL: fc.integer({ min: 1, max: 7 }),
      BYMONTHDAY: fc.option(some([1, 15, 28, 29, 30, 31, -1, -2], 3)),
    }),
    fc.record({
      FREQ: fc.constant('MONTHLY'),
      INTERVAL: fc.integer({ min: 1, max: 5 }),
      BYDAY: some(['1MO', '2TU', '3WE', '-1FR', '-2SA'], 2),
    }),
    fc.record({
      FREQ: fc.constant('MONTHLY'),
      BYDAY: fc.constant(['MO', 'TU', 'WE', 'TH', 'FR']),
      BYSETPOS: some([1, 2, -1], 2),
    }),
    fc.record({
      FREQ: fc.constant('YEARLY'),
      INTERVAL: fc.integer({ min: 1, max: 3 }),
      BYMONTH: fc.option(some([1, 2, 6, 12], 2)),
      BYMONTHDAY: fc.option(some([1, 15, 28], 2)),
    }),
    fc.record({ FREQ: fc.constant('YEARLY'), BYMONTH: some([3, 9, 11], 2), BYDAY: some(['1MO', '-1TH'], 2) }),
  )
  .chain((parts) =>
    fc.record({
      parts: fc.constant(parts),
      BYHOUR: fc.option(some([8, 9, 14], 2)),
      bound: fc.option(
        fc.oneof(
          fc.integer({ min: 1, max: 20 }).map((count) => `COUNT=${count}`),
          fc.constant('UNTIL=20300101T120000'),
        ),
      ),
    }),
  )
  .map(({ parts, BYHOUR, bound }) => {
    const written = Object.entries({ ...parts, BYHOUR }).flatMap(([name, value]) =>
      value === null ? [] : [`${name}=${Array.isArray(value) ? value.join(',') : String(value)}`],
    );
    return [...written, ...(bound === null ? [] : [bound])].join(';');
  });

function datesOfTheOther(rule: string, anchor: number, count: number): readonly number[] {
  const text = rule.replace(/UNTIL=(\w+)/, 'UNTIL=$1Z');
  const options = { ...RRule.parseString(text), dtstart: new Date(anchor) };
  return new RRule(options).all((_, index) => index < count).map(Number);
}

describe('recurrence', () => {
  it('agrees with a second implementation, wherever one asks first', () => {
    fc.assert(
      fc.property(rules, anchors, fc.array(fc.nat(29), { maxLength: 20 }), (rule, anchor, places) => {
        const expected = datesOfTheOther(rule, anchor, 30);
        const dates = recurrence(`${rule};SKIP=OMIT`, anchor);
        for (const place of places.filter((one) => one < expected.length)) {
          const date = expected[place] ?? anchor;
          expect(dates.next(date - 1)).toBe(date);
          expect(dates.next(expected[place - 1] ?? anchor - 1)).toBe(date);
        }
        expect(datesBetween(dates, anchor - 1, expected.at(-1) ?? anchor)).toEqual(expected);
        if (expected.length < 30) expect(dates.next(expected.at(-1) ?? anchor)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('takes the last day of a month that is too short', () => {
    fc.assert(
      fc.property(anchors, fc.integer({ min: 1, max: 14 }), fc.boolean(), (anchor, interval, named) => {
        const { next } = recurrence(`FREQ=MONTHLY;INTERVAL=${interval}${named ? ';BYMONTHDAY=31' : ''}`, anchor);
        const first = new Date(anchor);
        const wished = named ? 31 : first.getUTCDate();
        let after = anchor - 1;
        for (let index = 0; index < 20; index++) {
          const month = first.getUTCMonth() + index * interval;
          const length = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 0)).getUTCDate();
          const expected = Date.UTC(first.getUTCFullYear(), month, Math.min(wished, length), 9);
          expect(next(after)).toBe(expected);
          after = expected;
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['nothing to say', 'FREQ=WEEKLY;BYDAY=MO', 'FREQ=WEEKLY;BYDAY=MO'],
    ['prefix and small letters', 'RRULE:freq=daily', 'FREQ=DAILY'],
    ['the 31st', 'FREQ=MONTHLY;BYMONTHDAY=15,31', 'FREQ=MONTHLY;BYMONTHDAY=15,-1'],
    [
      'the 30th with two times',
      'FREQ=MONTHLY;BYMONTHDAY=30;BYHOUR=9,14',
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYHOUR=9,14;BYSETPOS=-1,-2',
    ],
    ['29 February by the anchor', 'FREQ=YEARLY', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1'],
    ['short months left out', 'RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT', 'FREQ=MONTHLY;BYMONTHDAY=31'],
    ['an end on the wall clock', 'FREQ=DAILY;UNTIL=20261231T180000', 'FREQ=DAILY;UNTIL=20261231T180000Z'],
  ])('writes a rule plainly: %s', (_, rule, expected) => {
    expect(plainRule(rule, instant('2028-02-29T09:00'))).toBe(expected);
  });

  it('of a rule that never matches has no date, and says so at once the second time', () => {
    const { next } = recurrence('FREQ=MONTHLY;BYMONTH=2;BYDAY=MO;BYMONTHDAY=30', instant('2026-01-01'));
    expect(next(instant('2026-06-01'))).toBeNull();
    expect(next(instant('2026-07-01'))).toBeNull();
  });
});
