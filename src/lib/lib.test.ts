import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixedClock } from './clock.ts';
import { closest, editDistance } from './closest.ts';
import { counted } from './counted.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { csvLine } from './csv.ts';
import { randomId } from './id.ts';

describe('durations', () => {
  test.each([
    ['28d', 2_419_200_000],
    ['90m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['2w', 1_209_600_000],
  ])('%s is %d ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '28', 'd', '28 d', '-1d', '1y', '1e3s', '0.0001ms', 'constructor'])('"%s" is no duration', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test('any whole number of milliseconds survives formatting and parsing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 45 }), (duration) => {
        expect(parseDuration(formatDuration(duration))).toBe(duration);
      }),
    );
  });

  test('a week is written as seven days, more weeks as weeks', () => {
    expect(formatDuration(604_800_000)).toBe('7d');
    expect(formatDuration(2_419_200_000)).toBe('4w');
  });
});

describe('closest', () => {
  test('finds a word with a typo, swapped letters or another case', () => {
    expect(closest('adoptoin', ['adoption', 'health'])).toBe('adoption');
    expect(closest('Health', ['adoption', 'health'])).toBe('health');
    expect(closest('Subscription Canceled', ['Signed In', 'Subscription Cancelled'])).toBe('Subscription Cancelled');
    expect(closest('subscription cancelled', ['Subscription Paused', 'Subscription Cancelled'])).toBe(
      'Subscription Cancelled',
    );
  });

  test('finds a name with a word too few, too many, or in another order', () => {
    const names = ['Signed In', 'Support Case Opened', 'Report Viewed'];
    expect(closest('Signed', names)).toBe('Signed In');
    expect(closest('case opened', names)).toBe('Support Case Opened');
    expect(closest('Big Support Case Openned', names)).toBe('Support Case Opened');
    expect(closest('Viewed Report', names)).toBe('Report Viewed');
    expect(closest('Opened', names)).toBeNull();
  });

  test('says nothing when no candidate is near', () => {
    expect(closest('sponsor', ['adoption', 'health'])).toBeNull();
    expect(closest('x', [])).toBeNull();
    expect(closest('x', ['y'])).toBeNull();
  });

  test('the distance is symmetric and zero only between equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (left, right) => {
        const distance = editDistance(left, right);
        expect(distance).toBe(editDistance(right, left));
        expect(distance === 0).toBe(left === right);
      }),
    );
  });
});

describe('lines of CSV', () => {
  test('quote what needs it and defuse what a spreadsheet would run', () => {
    const line = csvLine(['a', 1.5, null, 'b,c', 'say "hi"', 'two\nlines']);
    expect(line).toBe('a,1.5,,"b,c","say ""hi""","two\nlines"\r\n');
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])
      expect(csvLine([text]).replaceAll('"', ''), JSON.stringify(text)).toBe(`'${text}\r\n`);
    expect(csvLine([-1])).toBe('-1\r\n');
  });
});

test('ids carry their prefix, are safe in URLs and never repeat', () => {
  const ids = Array.from({ length: 1000 }, () => randomId('ws'));
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^ws_[A-Za-z0-9_-]{22}$/);
});

test('a fixed clock stands still', () => {
  const clock = fixedClock(1_795_317_500_357);
  expect([clock.now(), clock.now()]).toEqual([1_795_317_500_357, 1_795_317_500_357]);
});

test('nouns agree with their counts', () => {
  expect([0, 1, 2, 1_200].map((count) => counted(count, 'account'))).toEqual([
    '0 accounts',
    '1 account',
    '2 accounts',
    '1,200 accounts',
  ]);
  expect(counted(1, 'person', 'people') + counted(2, 'person', 'people')).toBe('1 person2 people');
});
