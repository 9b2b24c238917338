import { describe, expect, it } from 'vitest';
import type { Moment } from '../model/resolved-moments.ts';
import { day, happened, moment, momentModel, named, phase, story, trait } from './moments.testing.ts';
import type { MomentModel } from './journey.ts';

const fixed = (rrule: string, on: string) =>
  ({ kind: 'schedule', rrule, from: { kind: 'fixed', local: `${on}T00:00:00` }, prepare: 0, calendar: null }) as const;
const silent = (id: string, days: number, within: number | null = null): Moment =>
  moment(id, {
    kind: 'absence',
    test: named('Case Opened'),
    for: days * day,
    since: 'known',
    within: within === null ? null : within * day,
  });
const onCase = moment('case', { kind: 'event', test: named('Case Opened'), within: null, atMostOncePer: null });
const start = moment('kickoff', { kind: 'milestone', due: 9 * day }, { phase: 'onboarding' });
const phases = [phase('onboarding', { kind: 'known' })];
const policy = (atMost: number, per: number, ...exempt: string[]) => ({ policy: { atMost, per: per * day, exempt } });
const two = [silent('a', 10), silent('b', 11)];

describe('the contact policy', () => {
  it.each<readonly [string, MomentModel, number, readonly string[]]>([
    ['lets as many open as it says', momentModel(two, policy(2, 7)), 12, ['a open d10', 'b open d11']],
    ['holds back what is too much', momentModel(two, policy(1, 7)), 12, ['a open d10', 'b planned d17']],
    ['lets it open when there is room', momentModel(two, policy(1, 7)), 17, ['a open d10', 'b open d17']],
    [
      'makes several wait for one another',
      momentModel([...two, silent('c', 12)], policy(1, 7)),
      30,
      ['a open d10', 'b open d17', 'c open d24'],
    ],
    [
      'skips what would be too late',
      momentModel([silent('a', 10), silent('b', 11, 2)], policy(1, 7)),
      12,
      ['a open d10', 'b skipped d11, due d13, ended d11 by policy'],
    ],
    [
      'takes the first of the model when they are together',
      momentModel([silent('b', 10), silent('a', 10)], policy(1, 7)),
      12,
      ['b open d10', 'a planned d17'],
    ],
    [
      'does not count or hold back the exempt',
      momentModel([...two, silent('c', 12)], policy(1, 7, 'b')),
      12,
      ['a open d10', 'b open d11', 'c planned d17'],
    ],
    [
      'does not count or hold back milestones',
      momentModel([start, ...two], { ...policy(1, 7), phases }),
      12,
      ['kickoff open d0, due d9', 'a open d10', 'b planned d17'],
    ],
    [
      'skips all when it allows none',
      momentModel([silent('a', 10)], policy(0, 7)),
      12,
      ['a skipped d10, ended d10 by policy'],
    ],
  ])('%s', (_, model, now, expected) => {
    expect(story(model, [now])).toEqual(expected);
  });

  it('does not count or hold back events', () => {
    const model = momentModel(
      [onCase, moment('low', { kind: 'condition', when: trait('low'), for: 0, within: null })],
      policy(1, 7),
    );
    const rest = { ...happened(['Case Opened', 1], ['Case Opened', 2]), traits: { low: true } };
    expect(story(model, [3, { rest }])).toEqual(['case open d1', 'case open d2', 'low open d3']);
  });

  it('lets go of what is not true any more', () => {
    const low = moment('low', { kind: 'condition', when: trait('low'), for: 0, within: null });
    const model = momentModel([silent('a', 10), low], policy(1, 7));
    const rest = { traits: { low: true } };
    expect(story(model, [10], [11, { rest }])).toEqual(['a open d10', 'low planned d17']);
    expect(story(model, [10], [11, { rest }], [12, {}], [20, {}])).toEqual([
      'a open d10',
      'low cancelled d17, ended d12 by condition',
    ]);
  });
});

describe('notWithin', () => {
  const annual = moment('annual', fixed('FREQ=YEARLY', '2026-03-22'));
  const keeping = (of: string, span: number, trigger: Moment['trigger'] = silent('', 10).trigger): Moment =>
    moment('kept', trigger, { notWithin: { of: [of], span: span * day } });
  const skipped = 'kept skipped d10, ended d10 by notWithin';
  const far = moment('far', silent('', 11).trigger, { notWithin: { of: ['kept'], span: day } });

  it.each<readonly [string, readonly Moment[], number, readonly string[]]>([
    ['skips what is near to a planned date', [annual, keeping('annual', 10)], 11, [skipped]],
    ['leaves what is not', [annual, keeping('annual', 9)], 11, ['kept open d10']],
    ['skips what is near to one that is open', [silent('a', 8), keeping('a', 2)], 11, ['a open d8', skipped]],
    [
      'compares the dates of schedules',
      [annual, keeping('annual', 10, fixed('FREQ=YEARLY;COUNT=1', '2026-03-12'))],
      11,
      ['kept skipped d10, due d10, ended d10 by notWithin'],
    ],
    [
      'of itself looks back only',
      [keeping('kept', 8, fixed('FREQ=WEEKLY;COUNT=3', '2026-03-09'))],
      20,
      ['kept open d7, due d7', 'kept skipped d14, due d14, ended d14 by notWithin', 'kept planned d21, due d21'],
    ],
    [
      'ignores what was skipped itself',
      [silent('a', 8), keeping('a', 2), far],
      12,
      ['a open d8', skipped, 'far open d11'],
    ],
  ])('%s', (_, moments, now, expected) => {
    const told = story(momentModel(moments), [now]);
    expect(told.filter((line) => !line.startsWith('annual'))).toEqual(expected);
  });
});
