import { describe, expect, it } from 'vitest';
import type { Escalation } from '../model/resolved-moments.ts';
import {
  day,
  doneOn,
  looks,
  moment,
  momentModel,
  named,
  seen,
  start,
  story,
  trait,
  happened,
} from './moments.testing.ts';

const onCase = { kind: 'event', test: named('Case Opened'), within: 2 * day, atMostOncePer: null } as const;
const expiring = moment('case', onCase, { expires: 3 * day, done: doneOn('Case Resolved') });
const strict = moment('case', onCase, { expires: 0, done: doneOn('Case Resolved') });
const undue = moment('case', { ...onCase, within: null }, { expires: 3 * day });
const judged = moment('case', onCase, { expires: 3 * day, done: { kind: 'condition', when: trait('solved') } });
const opened = happened(['Case Opened', 1]);
const solved = { ...opened, traits: { solved: true } };

describe('a deadline', () => {
  it.each([
    ['that is over leaves it open and overdue', expiring, [[5.9, opened]], ['case open d1, due d3']],
    ['misses it when it expires', expiring, [[6, opened]], ['case missed d1, due d3, ended d6 by deadline']],
    [
      'misses it as of then, however late one looks',
      expiring,
      [[40, opened]],
      ['case missed d1, due d3, ended d6 by deadline'],
    ],
    [
      'misses it at once where nothing may be late',
      strict,
      [[3, opened]],
      ['case missed d1, due d3, ended d3 by deadline'],
    ],
    [
      'is met by what happens at its instant, where nothing may be late',
      strict,
      [[40, happened(['Case Opened', 1], ['Case Resolved', 3])]],
      ['case done d1, due d3, ended d3 by event'],
    ],
    ['never misses what is never due', undue, [[40, opened]], ['case open d1']],
    [
      'waits for the end of a snooze',
      expiring,
      [
        [2, opened, { kind: 'snooze', moment: 'case', until: start + 9 * day }],
        [8.9, opened],
      ],
      ['case open d1, due d3'],
    ],
    [
      'misses it after the snooze',
      expiring,
      [
        [2, opened, { kind: 'snooze', moment: 'case', until: start + 9 * day }],
        [20, opened],
      ],
      ['case missed d1, due d3, ended d9 by deadline'],
    ],
    [
      'does not miss what a person opened again',
      expiring,
      [
        [7, opened, { kind: 'reopen', moment: 'case' }],
        [60, opened],
      ],
      ['case open d1, due d3'],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    const told = scenes.map(([on, rest, act]) => [on, { rest, ...(act && { act }) }] as const);
    expect(story(momentModel([which]), ...told)).toEqual(expected);
  });
});

describe('completion', () => {
  it.each([
    [
      'by an event, as of the event',
      expiring,
      [[4, { events: [...opened.events, seen('Case Resolved', start + 2 * day)] }]],
      ['case done d1, due d3, ended d2 by event'],
    ],
    [
      'by a condition, as of the look that sees it',
      judged,
      [
        [2, opened],
        [4, solved],
      ],
      ['case done d1, due d3, ended d4 by condition'],
    ],
    [
      'by a condition comes too late after it expired',
      judged,
      [
        [2, opened],
        [9, solved],
      ],
      ['case missed d1, due d3, ended d6 by deadline'],
    ],
    [
      'not by a condition when a person opened it again',
      judged,
      [
        [2, solved, { kind: 'reopen', moment: 'case' }],
        [9, solved],
      ],
      ['case open d1, due d3'],
    ],
    [
      'by an event after a person opened it again',
      expiring,
      [
        [4, { events: [...opened.events, seen('Case Resolved', start + 2 * day)] }, { kind: 'reopen', moment: 'case' }],
        [
          9,
          {
            events: [...opened.events, seen('Case Resolved', start + 2 * day), seen('Case Resolved', start + 8 * day)],
          },
        ],
      ],
      ['case done d1, due d3, ended d8 by event'],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    const told = scenes.map(([on, rest, act]) => [on, { rest, ...(act && { act }) }] as const);
    expect(story(momentModel([which]), ...told)).toEqual(expected);
  });
});

describe('escalation', () => {
  const escalate: readonly Escalation[] = [
    { after: 0, to: null, playbook: 'adoption_help' },
    { after: day, to: 'lead', playbook: null },
    { after: 4 * day, to: 'manager', playbook: null },
  ];
  const model = momentModel([moment('case', onCase, { escalate, expires: 10 * day })]);

  it.each([
    ['nothing before it is due', [[2.9, opened]], 0, ['csm'], 3],
    ['the first step when it is due', [[3, opened]], 1, ['csm'], 4],
    ['the next one in its time, to its role', [[4, opened]], 2, ['lead'], 7],
    ['all that passed, in order', [[7, opened]], 3, ['manager'], 13],
    [
      'each step once',
      [
        [3, opened],
        [3.5, opened],
        [4, opened],
      ],
      2,
      ['lead'],
      7,
    ],
    [
      'a person it was handed to keeps it',
      [
        [2, opened, { kind: 'assign', moment: 'case', to: 'bob' }],
        [7, opened],
      ],
      3,
      ['csm'],
      13,
    ],
    [
      'a snooze does not stop it',
      [
        [2, opened, { kind: 'snooze', moment: 'case', until: start + 8 * day }],
        [4, opened],
      ],
      2,
      ['lead'],
      7,
    ],
    [
      'nothing after it has ended',
      [
        [2, opened, { kind: 'complete', moment: 'case' }],
        [7, opened],
      ],
      0,
      ['csm'],
      null,
    ],
  ] as const)('%s', (_, scenes, steps, roles, next) => {
    const { last, journey } = looks(
      model,
      scenes.map(([on, rest, act]) => ({ now: start + on * day, rest, ...(act && { act }) })),
    );
    expect(journey.occurrences[0]).toMatchObject({ escalation: steps, doneBy: { kind: 'person', roles } });
    expect(last.nextAt).toBe(next === null ? null : start + next * day);
  });

  it('tells each step, so that each can have its effect', () => {
    const { changes } = looks(model, [{ now: start + 7 * day, rest: opened }]);
    expect(changes.map(({ reason }) => reason)).toEqual([
      null,
      ...[0, 1, 2].map((step) => ({ kind: 'escalation', step })),
    ]);
  });
});
