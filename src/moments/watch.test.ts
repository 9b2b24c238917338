import { describe, expect, it } from 'vitest';
import type { Trigger } from '../model/resolved-moments.ts';
import { day, doneOn, happened, moment, momentModel, named, phase, story, trait } from './moments.testing.ts';

const phases = [phase('onboarding', { kind: 'known' })];
const on = (name: string) => ({ kind: 'event', test: named(name), within: day, atMostOncePer: null }) as const;
const silent: Trigger = { kind: 'absence', test: named('Signed In'), for: 5 * day, since: 'known', within: 2 * day };
const weekly: Trigger = {
  kind: 'schedule',
  rrule: 'FREQ=WEEKLY',
  from: { kind: 'fixed', local: '2026-03-09T00:00:00' },
  prepare: 3 * day,
  calendar: null,
};
const due: Trigger = { kind: 'milestone', due: 4 * day };
const low: Trigger = { kind: 'condition', when: trait('low'), for: 0, within: null };
const before = { ...happened(['Case Opened', 9], ['Meeting Held', 3]), segment: 'growth' };
const after = { ...happened(['Case Opened', 9], ['Meeting Held', 3]), segment: 'enterprise' };
const old = moment('old', on('Case Opened'));

describe('a moment that an account gets later', () => {
  it.each<readonly [string, Trigger, readonly string[]]>([
    ['reacts to no event of before', on('Case Opened'), []],
    ['finds a silence when it comes', silent, ['new open d10, due d12']],
    ['has the dates ahead, prepared from then', weekly, ['new planned d11, due d14']],
    ['is due that long after it came', due, ['new done d0, due d14, ended d3 by event']],
    ['looks at its condition from then', low, []],
  ])('with a segment or a version of the model %s', (_, trigger, expected) => {
    const later = moment('new', trigger, {
      phase: trigger.kind === 'milestone' ? 'onboarding' : null,
      done: trigger.kind === 'milestone' ? doneOn('Meeting Held') : null,
    });
    const bySegment = momentModel([old, { ...later, segments: ['enterprise'] }], { phases });
    const byVersion = momentModel([old, later], { phases });
    const kept = 'old open d9, due d10';
    const scenes = [
      [2, { rest: before }],
      [10, { rest: after }],
    ] as const;
    expect(story(bySegment, ...scenes).filter((line) => line !== kept)).toEqual(expected);
    const [first, second] = scenes;
    const published = story(momentModel([old], { phases }), first, [second[0], { ...second[1], model: byVersion }]);
    expect(published.filter((line) => line !== kept)).toEqual(expected);
  });

  it('reacts to what happens after it came', () => {
    const model = momentModel([moment('new', on('Case Opened'), { segments: ['enterprise'] })]);
    const rest = { ...happened(['Case Opened', 9], ['Case Opened', 11]), segment: 'enterprise' };
    expect(story(model, [2, { rest: before }], [10, { rest: after }], [12, { rest }])).toEqual([
      'new open d11, due d12',
    ]);
  });

  it('fires anew when it was away', () => {
    const model = momentModel([moment('low', { ...low, for: day })]);
    const rest = { traits: { low: true } };
    const scenes = [
      [1, { rest }],
      [2, { rest }],
      [3, { rest, model: momentModel([]) }],
      [4, { rest }],
      [5, { rest }],
    ] as const;
    expect(story(model, ...scenes)).toEqual(['low cancelled d2, ended d3 by model', 'low open d5']);
  });

  it('is not confused by its name', () => {
    const model = momentModel([
      moment('constructor', { ...low, for: day }),
      moment('toString', on('Case Opened'), { segments: ['growth'] }),
    ]);
    const rest = { ...after, traits: { low: true } };
    expect(story(model, [10, { rest }], [11, { rest }])).toEqual(['constructor open d11']);
  });
});
