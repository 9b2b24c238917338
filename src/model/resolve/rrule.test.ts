import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSearching, parseRule, reachOf, type Start } from './rrule.ts';

const day = 86_400_000;
const nine = { hour: 9, minute: 0, second: 0 };

describe('a recurrence rule', () => {
  it.each([
    ['FREQ=WEEKLY', 'FREQ=WEEKLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0'],
    ['freq=weekly; byday=mo,TU,mo', 'FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=9;BYMINUTE=0;BYSECOND=0'],
    ['RRULE:FREQ=DAILY;BYHOUR=14;INTERVAL=02', 'FREQ=DAILY;INTERVAL=2;BYHOUR=14;BYMINUTE=0;BYSECOND=0'],
    ['FREQ=MONTHLY;BYDAY=+2TU;BYMINUTE=30', 'FREQ=MONTHLY;BYDAY=2TU;BYHOUR=9;BYMINUTE=30;BYSECOND=0'],
    ['FREQ=YEARLY;UNTIL=20280229T120000', 'FREQ=YEARLY;UNTIL=20280229T120000Z;BYHOUR=9;BYMINUTE=0;BYSECOND=0'],
    ['FREQ=MONTHLY;SKIP=BACKWARD', 'FREQ=MONTHLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0'],
    ['SKIP=OMIT;FREQ=MONTHLY', 'FREQ=MONTHLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;SKIP=OMIT'],
  ])('%s is written out as %s', (text, rule) => {
    expect(parseRule(text, nine)).toEqual({ rule, problems: [] });
  });

  it('takes its time of day from the anchor where the rule is silent', () => {
    expect(parseRule('FREQ=DAILY', { hour: 14, minute: 20, second: 5 }).rule).toBe(
      'FREQ=DAILY;BYHOUR=14;BYMINUTE=20;BYSECOND=5',
    );
  });

  it.each([
    ['', '', 'the rule does not say how often'],
    ['INTERVAL=2', 'INTERVAL=2', 'the rule does not say how often'],
    ['FREQ=HOURLY', 'FREQ=HOURLY', 'FREQ cannot be HOURLY'],
    ['FREQ', 'FREQ', 'FREQ has no value'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'FREQ=WEEKLY', 'FREQ stands here twice'],
    ['FREQ=WEEKLY;BYDAY=MO,XX', 'BYDAY=MO,XX', 'BYDAY cannot be XX'],
    ['FREQ=WEEKLY;INTERVAL=0', 'INTERVAL=0', 'INTERVAL cannot be 0'],
    ['FREQ=WEEKLY;INTERVAL=1,2', 'INTERVAL=1,2', 'INTERVAL cannot be 1,2'],
    ['FREQ=DAILY;UNTIL=20270229', 'UNTIL=20270229', 'UNTIL cannot be 20270229'],
    ['FREQ=DAILY;UNTIL=20270228T250000', 'UNTIL=20270228T250000', 'UNTIL cannot be 20270228T250000'],
    ['FREQ=MONTHLY;SKIP=FORWARD', 'SKIP=FORWARD', 'SKIP cannot be FORWARD'],
    ['FREQ=DAILY; BYHUOR=3', 'BYHUOR=3', 'a rule has no part "BYHUOR"'],
    ['FREQ=DAILY;toString=1', 'toString=1', 'a rule has no part "TOSTRING"'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20270101', 'UNTIL=20270101', 'a rule ends by COUNT or by UNTIL'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'BYDAY=2MO', 'a numbered weekday has no meaning in a WEEKLY rule'],
    ['FREQ=YEARLY;BYWEEKNO=3;BYDAY=2MO', 'BYDAY=2MO', 'a numbered weekday has no meaning beside BYWEEKNO'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'BYMONTHDAY=3', 'BYMONTHDAY has no meaning in a WEEKLY rule'],
    ['FREQ=MONTHLY;BYYEARDAY=3', 'BYYEARDAY=3', 'BYYEARDAY has no meaning in a MONTHLY rule'],
    ['FREQ=MONTHLY;BYWEEKNO=3', 'BYWEEKNO=3', 'BYWEEKNO has no meaning in a MONTHLY rule'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS=1', 'BYSETPOS picks among the dates of another BY… part, and there is none'],
  ])('%s: the mistake is %s', (text, part, message) => {
    const { rule, problems } = parseRule(text, nine);
    expect(rule).toBeNull();
    expect(problems.map((one) => [text.slice(one.start, one.end), one.message])).toEqual([[part, message]]);
  });

  it('tells all wrong parts at once', () => {
    expect(parseRule('FREQ=DAILY;COUNT=0;BYDAY=XX', nine).problems.length).toBe(2);
  });

  it('never throws, and what it accepts reads the same again', () => {
    const pieces = fc.constantFrom(
      'FREQ=',
      'DAILY',
      'MONTHLY',
      ';',
      ',',
      'BYDAY=',
      '-1FR',
      '2TU',
      'BYMONTHDAY=',
      '31',
      'UNTIL=',
      '20270101',
      '=',
      ' ',
      'BYSETPOS=',
      '-1',
      'INTERVAL=',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { rule } = parseRule(text, nine);
        if (rule !== null) expect(parseRule(rule, { hour: 1, minute: 1, second: 1 }).rule).toBe(rule);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the dates of a rule', () => {
  const reach = (text: string, start: Start = { kind: 'trait' }): ReturnType<typeof reachOf> => {
    const { rule } = parseRule(text, nine);
    if (rule === null) throw new Error('not a rule');
    return reachOf(rule, start, newSearching());
  };

  it.each([
    ['FREQ=WEEKLY', 'all', 7],
    ['FREQ=WEEKLY;BYDAY=MO,TH', 'all', 3.5],
    ['FREQ=MONTHLY;BYDAY=-1FR', 'all', 30.4],
    ['FREQ=YEARLY', 'all', 365],
    ['FREQ=WEEKLY;COUNT=1', 'all', null],
    ['FREQ=WEEKLY;UNTIL=20200101', 'all', 7],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'all', 365],
    ['FREQ=MONTHLY;BYMONTHDAY=31,1', 'all', 15.2],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31', 'all', 365],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;SKIP=OMIT', 'none', null],
    ['FREQ=WEEKLY;BYDAY=MO;BYSETPOS=3', 'none', null],
  ])('%s has them for %s anchors, every %s days', (text, dates, interval) => {
    const found = reach(text);
    expect(found?.dates).toBe(dates);
    if (interval === null) expect(found?.interval).toBeNull();
    else expect(Math.abs((found?.interval ?? 0) / day - interval)).toBeLessThan(interval / 20);
  });

  it('can be missing for some anchors only, and the first of them is named', () => {
    expect(reach('FREQ=DAILY;INTERVAL=7;BYDAY=TU')).toMatchObject({ dates: 'some', missing: '2024-01-01T00:00:00' });
    expect(reach('FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;SKIP=OMIT')).toMatchObject({
      dates: 'some',
      missing: '2024-02-01T00:00:00',
    });
    expect(reach('FREQ=YEARLY;BYMONTH=2')?.dates).toBe('all');
    expect(reach('FREQ=YEARLY;BYMONTH=2;SKIP=OMIT')).toMatchObject({ dates: 'some', missing: '2024-01-31T00:00:00' });
  });

  it('do not fall on the day on which a phase starts', () => {
    expect(reach('FREQ=WEEKLY;COUNT=1', { kind: 'phase' })?.dates).toBe('none');
    expect(reach('FREQ=WEEKLY;COUNT=2', { kind: 'phase' })?.dates).toBe('all');
  });

  it('end before a fixed start, or do not', () => {
    const start: Start = { kind: 'fixed', local: '2026-01-05T09:00:00' };
    expect(reach('FREQ=WEEKLY;UNTIL=20200101', start)?.dates).toBe('none');
    expect(reach('FREQ=WEEKLY;UNTIL=20260105', start)?.dates).toBe('all');
  });

  it('are looked for only so long, whatever was looked for before', () => {
    const rules = Array.from(
      { length: 9 },
      (_, i) => `FREQ=YEARLY;INTERVAL=${i + 1};BYMONTH=2;BYMONTHDAY=30;SKIP=OMIT`,
    );
    const all = (): (string | undefined)[] => {
      const searching = newSearching();
      return rules.map((rule) => reachOf(rule, { kind: 'trait' }, searching)?.dates);
    };
    const first = all();
    expect(first.slice(0, 4)).toEqual(['none', 'none', 'none', 'none']);
    expect(first.at(-1)).toBeUndefined();
    expect(all()).toEqual(first);
  });
});
