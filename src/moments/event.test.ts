import { describe, expect, it } from 'vitest';
import type { Moment, Trigger } from '../model/resolved-moments.ts';
import type { SeenEvent } from './journey.ts';
import {
  day,
  doneOn,
  hour,
  moment,
  momentModel,
  named,
  phase,
  propertyIs,
  seen,
  start,
  story,
} from './moments.testing.ts';

type Reaction = Extract<Trigger, { kind: 'event' }>;

const opened = (on: number, rest: Partial<SeenEvent> = {}): SeenEvent => seen('Case Opened', start + on * day, rest);

function reaction(trigger: Partial<Reaction> = {}, rest: Partial<Moment> = {}): Moment {
  return moment(
    'case',
    { kind: 'event', test: named('Case Opened'), within: 4 * hour, atMostOncePer: null, ...trigger },
    rest,
  );
}

const severe = reaction({ test: { events: ['Case Opened', 'Case Raised'], where: propertyIs('severity', 'sev1') } });
const daily = reaction({ atMostOncePer: day });
const onboarding = reaction({}, { phase: 'onboarding' });
const phases = [
  phase('onboarding', { kind: 'event', test: named('Deal Won') }),
  phase('ongoing', { kind: 'event', test: named('Live') }),
];
const watched = { watchedSince: start + 5 * day };

describe('an event', () => {
  it.each([
    [
      'opens one occurrence each, due within',
      reaction(),
      [[3, { events: [opened(1), opened(2)] }]],
      ['case open d1, due d1.167', 'case open d2, due d2.167'],
    ],
    ['without a deadline is never due', reaction({ within: null }), [[3, { events: [opened(1)] }]], ['case open d1']],
    [
      'that passes the condition, under any of the names',
      severe,
      [
        [
          3,
          {
            events: [
              opened(1),
              opened(2, { properties: { severity: 'sev1' } }),
              seen('Case Raised', start + 3 * day, { properties: { severity: 'sev1' } }),
            ],
          },
        ],
      ],
      ['case open d2, due d2.167', 'case open d3, due d3.167'],
    ],
    [
      'with a property of another type does not pass',
      severe,
      [[3, { events: [opened(1, { properties: { severity: 1 } })] }]],
      [],
    ],
    [
      'opens nothing again within atMostOncePer',
      daily,
      [[9, { events: [opened(1), opened(1.5), opened(2)] }]],
      ['case open d1, due d1.167', 'case open d2, due d2.167'],
    ],
    [
      'counts from what opened, not from what was left out',
      daily,
      [
        [1.6, { events: [opened(1), opened(1.5)] }],
        [9, { events: [opened(1), opened(1.5), opened(2.2), opened(3)] }],
      ],
      ['case open d1, due d1.167', 'case open d2.2, due d2.367'],
    ],
    [
      'that arrives later keeps its distance too',
      daily,
      [
        [2, { events: [opened(2)] }],
        [3, { events: [opened(2), opened(1.5)] }],
      ],
      ['case open d2, due d2.167'],
    ],
    [
      'that arrives later opens when its distance is kept',
      daily,
      [
        [4, { events: [opened(4)] }],
        [5, { events: [opened(4), opened(1)] }],
      ],
      ['case open d1, due d1.167', 'case open d4, due d4.167'],
    ],
    [
      'of before the account was watched opens nothing',
      reaction(),
      [[6, { events: [opened(4), opened(5)], ...watched }]],
      ['case open d5, due d5.167'],
    ],
    [
      'that arrives seven days late opens',
      reaction(),
      [
        [8, {}],
        [9, { events: [opened(1, { receivedAt: start + 8 * day })] }],
      ],
      ['case open d1, due d1.167'],
    ],
    [
      'that arrives later than that does not',
      reaction(),
      [[9, { events: [opened(1, { receivedAt: start + 8.1 * day })] }]],
      [],
    ],
    [
      'in its phase only',
      onboarding,
      [
        [
          9,
          {
            events: [
              opened(1),
              seen('Deal Won', start + 2 * day),
              opened(2),
              opened(3),
              seen('Live', start + 4 * day),
              opened(4),
            ],
          },
        ],
      ],
      ['case open d2, due d2.167', 'case open d3, due d3.167'],
    ],
    [
      'that arrives after its phase is over opens when it was in it',
      onboarding,
      [
        [5, { events: [seen('Deal Won', start), seen('Live', start + 4 * day)] }],
        [6, { events: [seen('Deal Won', start), seen('Live', start + 4 * day), opened(3)] }],
      ],
      ['case open d3, due d3.167'],
    ],
    [
      'does not complete itself, the next one does',
      reaction({}, { done: doneOn('Case Opened') }),
      [[9, { events: [opened(1), opened(1.1)] }]],
      ['case done d1, due d1.167, ended d1.1 by event', 'case open d1.1, due d1.267'],
    ],
    ['that comes twice is one', reaction(), [[9, { events: [opened(1), opened(1)] }]], ['case open d1, due d1.167']],
    ['that is still to come has not happened', reaction(), [[1, { events: [opened(2)] }]], []],
    [
      'is not opened for a segment that does not get the moment',
      reaction({}, { segments: ['growth'] }),
      [[3, { events: [opened(1)] }]],
      [],
    ],
    [
      'nor for a touch that does not',
      reaction({}, { doneBy: { high: null, low: null, self: null } }),
      [[3, { events: [opened(1)] }]],
      [],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    const model = momentModel([which], { phases });
    expect(story(model, ...scenes.map(([on, rest]) => [on, { rest }] as const))).toEqual(expected);
  });

  it('stays answered as long as a late one could still arrive', () => {
    const events = [opened(1)];
    const model = momentModel([reaction()]);
    const all = [opened(1), ...Array.from({ length: 30 }, (_, index) => opened(2 + index))];
    const scenes = all.map(
      (one, index) =>
        [2 + index, { rest: { events: all.slice(0, index + 1) }, act: { kind: 'complete', moment: 'case' } }] as const,
    );
    expect(story(model, [2, { rest: { events } }]).length).toBe(1);
    expect(story(model, ...scenes, [40, { rest: { events: all } }]).every((line) => line.includes('done'))).toBe(true);
  });
});
