import { describe, expect, it } from 'vitest';
import {
  day,
  doneOn,
  happened,
  looks,
  moment,
  momentModel,
  named,
  person,
  phase,
  start,
  story,
  trait,
} from './moments.testing.ts';
import type { Observed } from './journey.ts';

const onCase = moment(
  'case',
  { kind: 'event', test: named('Case Opened'), within: 9 * day, atMostOncePer: null },
  { segments: ['enterprise'] },
);
const condition = moment(
  'low',
  { kind: 'condition', when: trait('low'), for: 0, within: null },
  { segments: ['enterprise'] },
);
const weekly = moment(
  'weekly',
  {
    kind: 'schedule',
    rrule: 'FREQ=WEEKLY',
    from: { kind: 'fixed', local: '2026-03-09T00:00:00' },
    prepare: day,
    calendar: null,
  },
  { segments: ['enterprise'] },
);
const personal = moment('case', onCase.trigger, {
  doneBy: { high: person, low: { kind: 'automation', playbook: 'nudge' }, self: null },
});
const phased = (trigger: typeof onCase.trigger) => moment('phased', trigger, { phase: 'onboarding' });
const phases = [phase('onboarding', { kind: 'known' }), phase('ongoing', { kind: 'event', test: named('Live') })];
const one = happened(['Case Opened', 1]);
const small = (rest: Partial<Observed>) => ({ ...rest, segment: 'small' });
const snooze = { kind: 'snooze', moment: 'case', until: start + 20 * day } as const;

describe('what is expected no longer', () => {
  it.each([
    [
      'is cancelled when the segment does not get it',
      [onCase],
      [
        [2, one],
        [3, small(one)],
      ],
      ['case cancelled d1, due d10, ended d3 by segment'],
    ],
    [
      'comes back with the segment',
      [onCase],
      [
        [2, one],
        [3, small(one)],
        [4, one],
      ],
      ['case open d1, due d10'],
    ],
    [
      'stays when a person has it in hand',
      [onCase],
      [
        [2, one, snooze],
        [3, small(one)],
      ],
      ['case open d1, due d10'],
    ],
    [
      'stays ended as a person ended it',
      [onCase],
      [
        [2, one, { kind: 'skip', moment: 'case' }],
        [3, small(one)],
        [4, one],
      ],
      ['case skipped d1, due d10, ended d2 by person'],
    ],
    [
      'is cancelled when the touch does not get it',
      [personal],
      [
        [2, one],
        [3, { ...one, touch: 'self' as const }],
      ],
      ['case cancelled d1, due d10, ended d3 by segment'],
    ],
    [
      'keeps who does it when the touch changes',
      [personal],
      [
        [2, one],
        [3, { ...one, touch: 'low' as const }],
      ],
      ['case open d1, due d10'],
    ],
    [
      'a condition fires anew instead of coming back',
      [condition],
      [
        [1, { traits: { low: true } }],
        [2, small({ traits: { low: true } })],
        [3, { traits: { low: true } }],
      ],
      ['low cancelled d1, ended d2 by segment', 'low open d3'],
    ],
    [
      'a date comes back while it lies ahead',
      [weekly],
      [
        [1, {}],
        [2, small({})],
        [3, {}],
      ],
      ['weekly planned d6, due d7'],
    ],
    [
      'a date that passed meanwhile does not',
      [weekly],
      [
        [1, {}],
        [2, small({})],
        [8, {}],
      ],
      ['weekly cancelled d6, due d7, ended d2 by segment', 'weekly planned d13, due d14'],
    ],
    [
      'an event still wants its answer after the phase',
      [phased(onCase.trigger)],
      [
        [2, happened(['Case Opened', 1])],
        [5, happened(['Case Opened', 1], ['Live', 4])],
      ],
      ['phased open d1, due d10'],
    ],
    [
      'a planned date goes with the phase',
      [phased(weekly.trigger)],
      [
        [2, {}],
        [5, happened(['Live', 4])],
      ],
      ['phased cancelled d6, due d7, ended d4 by phase'],
    ],
    [
      'an open date goes with the phase when it is not due',
      [phased(weekly.trigger)],
      [
        [6.5, {}],
        [6.6, happened(['Live', 6.5])],
      ],
      ['phased cancelled d6, due d7, ended d6.5 by phase', 'phased cancelled d13, due d14, ended d6.5 by phase'],
    ],
    [
      'a date that was due stays: it is overdue work',
      [phased(weekly.trigger)],
      [
        [7, {}],
        [8, happened(['Live', 7])],
      ],
      ['phased open d6, due d7', 'phased cancelled d13, due d14, ended d7 by phase'],
    ],
  ] as const)('%s', (_, moments, scenes, expected) => {
    const told = scenes.map(([on, rest, act]) => [on, { rest, ...(act && { act }) }] as const);
    expect(story(momentModel(moments, { phases }), ...told)).toEqual(expected);
  });

  it('is cancelled with the version of the model that does not have it, also what a person has in hand', () => {
    const model = momentModel([onCase]);
    const without = momentModel([]);
    const scenes = [
      { now: start + 2 * day, rest: one, act: snooze },
      { now: start + 3 * day, rest: one, model: without },
    ];
    const { journey } = looks(model, scenes);
    expect(journey.occurrences[0]).toMatchObject({ state: 'cancelled', endedBy: { kind: 'model', version: 2 } });
    expect(looks(model, [{ now: start + 4 * day, rest: one }], journey).journey.occurrences[0]).toMatchObject({
      state: 'open',
    });
  });

  it('is carried over to a version that says it in another way', () => {
    const other = momentModel([
      moment('case', { ...onCase.trigger, within: day } as typeof onCase.trigger, { done: doneOn('Solved') }),
    ]);
    const { journey } = looks(momentModel([onCase]), [
      { now: start + 2 * day, rest: one },
      { now: start + 3 * day, rest: one, model: other },
    ]);
    expect(journey.occurrences).toMatchObject([{ state: 'open', dueAt: start + 10 * day, modelVersion: 1 }]);
  });
});
