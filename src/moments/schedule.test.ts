import { describe, expect, it } from 'vitest';
import { day, doneOn, happened, moment, momentModel, start, story } from './moments.testing.ts';
import type { ScheduleAnchor } from '../model/resolved-moments.ts';

const recurring = (anchor: ScheduleAnchor, rrule: string, prepare: number) =>
  ({ kind: 'schedule', rrule, from: anchor, prepare: prepare * day, calendar: null }) as const;
const weekly = moment('weekly', recurring({ kind: 'fixed', local: '2026-03-09T09:00:00' }, 'FREQ=WEEKLY', 2), {
  done: doneOn('Meeting Held'),
});
const review = moment('review', recurring({ kind: 'trait', trait: 'renewal_at' }, 'FREQ=YEARLY', 30));
const held = (...on: readonly number[]) => happened(...on.map((one) => ['Meeting Held', one] as const));
const renewal = (on: number) => ({ traits: { renewal_at: start + on * day } });

describe('a schedule', () => {
  it.each([
    ['plans its next date', weekly, [[0, {}]], ['weekly planned d5.375, due d7.375']],
    [
      'opens it before its date and plans the one after it',
      weekly,
      [[6, {}]],
      ['weekly open d5.375, due d7.375', 'weekly planned d12.375, due d14.375'],
    ],
    [
      'is done by an event of the time of preparation',
      weekly,
      [[8, held(6)]],
      ['weekly done d5.375, due d7.375, ended d6 by event', 'weekly planned d12.375, due d14.375'],
    ],
    [
      'keeps what is overdue until the next one is due',
      weekly,
      [[14, {}]],
      ['weekly open d5.375, due d7.375', 'weekly open d12.375, due d14.375', 'weekly planned d19.375, due d21.375'],
    ],
    [
      'misses it then',
      weekly,
      [[15, {}]],
      [
        'weekly missed d5.375, due d7.375, ended d14.375 by deadline',
        'weekly open d12.375, due d14.375',
        'weekly planned d19.375, due d21.375',
      ],
    ],
    [
      'loses none when nobody looked for long',
      weekly,
      [
        [1, {}],
        [24, {}],
      ],
      [
        'weekly missed d5.375, due d7.375, ended d14.375 by deadline',
        'weekly missed d12.375, due d14.375, ended d21.375 by deadline',
        'weekly open d19.375, due d21.375',
        'weekly planned d26.375, due d28.375',
      ],
    ],
    [
      'plans the one after it when a date is done early',
      weekly,
      [
        [0, {}, { kind: 'complete', moment: 'weekly' }],
        [1, {}],
      ],
      ['weekly done d5.375, due d7.375, ended d0 by person', 'weekly planned d12.375, due d14.375'],
    ],
    [
      'opens nothing for dates of before the account was watched',
      weekly,
      [[20, { watchedSince: start + 20 * day }]],
      ['weekly open d20, due d21.375', 'weekly planned d26.375, due d28.375'],
    ],
    [
      'nor of before it was known',
      weekly,
      [[18, { knownSince: start + 16 * day }]],
      ['weekly planned d19.375, due d21.375'],
    ],
    ['without its anchor has no dates', review, [[1, {}]], []],
    [
      'opens at once when its anchor is known late',
      review,
      [
        [1, {}],
        [50, renewal(60)],
      ],
      ['review open d30.375, due d60.375', 'review planned d395.375, due d425.375'],
    ],
    [
      'follows its anchor',
      review,
      [
        [50, renewal(60)],
        [51, renewal(120)],
      ],
      [
        'review cancelled d30.375, due d60.375, ended d51 by schedule',
        'review planned d90.375, due d120.375',
        'review cancelled d395.375, due d425.375, ended d51 by schedule',
      ],
    ],
    [
      'takes a date back that returns',
      review,
      [
        [50, renewal(60)],
        [51, renewal(120)],
        [52, renewal(60)],
      ],
      [
        'review open d30.375, due d60.375',
        'review cancelled d90.375, due d120.375, ended d52 by schedule',
        'review planned d395.375, due d425.375',
      ],
    ],
    [
      'loses what lies ahead with its anchor',
      review,
      [
        [50, renewal(60)],
        [51, {}],
      ],
      [
        'review cancelled d30.375, due d60.375, ended d51 by schedule',
        'review cancelled d395.375, due d425.375, ended d51 by schedule',
      ],
    ],
    [
      'keeps a date that a person has in hand',
      review,
      [
        [50, renewal(60), { kind: 'assign', moment: 'review', to: 'bob' }],
        [51, renewal(120)],
      ],
      [
        'review open d30.375, due d60.375',
        'review planned d90.375, due d120.375',
        'review cancelled d395.375, due d425.375, ended d51 by schedule',
      ],
    ],
    [
      'keeps an overdue date when its anchor moves on',
      review,
      [
        [61, renewal(60)],
        [62, renewal(425)],
      ],
      ['review open d30.375, due d60.375', 'review planned d395.375, due d425.375'],
    ],
    [
      'moves with its time zone, as the same occurrence',
      weekly,
      [
        [6, {}],
        [7, { timezone: 'America/New_York' }],
      ],
      ['weekly open d5.375, due d7.542', 'weekly planned d12.542, due d14.542'],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    const told = scenes.map(([on, rest, act]) => [on, { rest, ...(act && { act }) }] as const);
    expect(story(momentModel([which]), ...told)).toEqual(expected);
  });
});
