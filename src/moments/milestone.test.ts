import { describe, expect, it } from 'vitest';
import { day, doneOn, happened, moment, momentModel, named, phase, start, story } from './moments.testing.ts';

const phases = [
  phase('onboarding', { kind: 'event', test: named('Deal Won') }),
  phase('ongoing', { kind: 'event', test: named('Live') }),
];
const kickoff = moment(
  'kickoff',
  { kind: 'milestone', due: 10 * day },
  { phase: 'onboarding', done: doneOn('Meeting Held'), expires: 7 * day },
);
const patient = moment('patient', { kind: 'milestone', due: 10 * day }, { phase: 'onboarding' });
const model = momentModel([kickoff], { phases });
const lasting = momentModel([patient], { phases });

describe('a milestone', () => {
  it.each([
    ['nothing before its phase', model, [[5, {}]], []],
    ['is open from the start of its phase', model, [[5, happened(['Deal Won', 2])]], ['kickoff open d2, due d12']],
    [
      'is done by the first event',
      model,
      [[9, happened(['Deal Won', 2], ['Meeting Held', 4], ['Meeting Held', 6])]],
      ['kickoff done d2, due d12, ended d4 by event'],
    ],
    [
      'is done by an event at the start of its phase',
      model,
      [[9, happened(['Deal Won', 2], ['Meeting Held', 2])]],
      ['kickoff done d2, due d12, ended d2 by event'],
    ],
    [
      'is not done by an event of before',
      model,
      [[9, happened(['Meeting Held', 1], ['Deal Won', 2])]],
      ['kickoff open d2, due d12'],
    ],
    [
      'is done at its very deadline',
      model,
      [[30, happened(['Deal Won', 2], ['Meeting Held', 19])]],
      ['kickoff done d2, due d12, ended d19 by event'],
    ],
    [
      'is missed when it expires',
      model,
      [[19, happened(['Deal Won', 2], ['Meeting Held', 19.5])]],
      ['kickoff missed d2, due d12, ended d19 by deadline'],
    ],
    [
      'stays missed when it is done after that',
      model,
      [
        [19, happened(['Deal Won', 2])],
        [30, happened(['Deal Won', 2], ['Meeting Held', 20])],
      ],
      ['kickoff missed d2, due d12, ended d19 by deadline'],
    ],
    [
      'is done after all when the event was only late',
      model,
      [
        [19, happened(['Deal Won', 2])],
        [20, happened(['Deal Won', 2], ['Meeting Held', 18])],
      ],
      ['kickoff done d2, due d12, ended d18 by event'],
    ],
    [
      'is cancelled when its phase ends before it is due',
      lasting,
      [[9, happened(['Deal Won', 2], ['Live', 8])]],
      ['patient cancelled d2, due d12, ended d8 by phase'],
    ],
    [
      'stays open when its phase ends after it was due',
      lasting,
      [[30, happened(['Deal Won', 2], ['Live', 12])]],
      ['patient open d2, due d12'],
    ],
    [
      'is one, however often one looks',
      model,
      [
        [3, happened(['Deal Won', 2])],
        [4, happened(['Deal Won', 2])],
        [5, happened(['Deal Won', 2], ['Deal Won', 4])],
      ],
      ['kickoff open d2, due d12'],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    expect(story(which, ...scenes.map(([on, rest]) => [on, { rest }] as const))).toEqual(expected);
  });

  it('of a phase that was over before the account was watched leaves nothing, of the present one it does', () => {
    const watched = { watchedSince: start + 60 * day };
    const over = { ...happened(['Deal Won', 2], ['Live', 40]), ...watched };
    const present = { ...happened(['Deal Won', 2]), ...watched };
    expect(story(lasting, [61, { rest: over }], [62, { rest: over }])).toEqual([]);
    expect(story(lasting, [61, { rest: present }])).toEqual(['patient open d2, due d12']);
  });

  it('of a history that arrives later leaves nothing either', () => {
    const history = { ...happened(['Deal Won', 2], ['Live', 40]), watchedSince: start + 60 * day };
    expect(story(lasting, [61, { rest: { watchedSince: start + 60 * day } }], [62, { rest: history }])).toEqual([]);
  });
});
