import { describe, expect, it } from 'vitest';
import type { Moment, Trigger } from '../model/resolved-moments.ts';
import { day, happened, looks, moment, momentModel, named, phase, start, story, trait } from './moments.testing.ts';

type Condition = Extract<Trigger, { kind: 'condition' }>;

function drop(trigger: Partial<Condition> = {}, rest: Partial<Moment> = {}): Moment {
  return moment('drop', { kind: 'condition', when: trait('low'), for: 3 * day, within: day, ...trigger }, rest);
}

const low = { traits: { low: true } };
const fine = { traits: { low: false } };
const phases = [phase('ongoing', { kind: 'event', test: named('Live') })];

describe('a condition', () => {
  it.each([
    ['that does not hold is nothing', drop(), [[1, fine]], []],
    ['that is not known does not hold', drop({ for: 0 }), [[1, {}]], []],
    [
      'must hold for a while',
      drop(),
      [
        [1, low],
        [3.9, low],
      ],
      [],
    ],
    [
      'opens when it held for long enough',
      drop(),
      [
        [1, low],
        [4, low],
      ],
      ['drop open d4, due d5'],
    ],
    [
      'opens as of then when one looks later',
      drop(),
      [
        [1, low],
        [9, low],
      ],
      ['drop open d4, due d5'],
    ],
    ['opens at once without a duration', drop({ for: 0 }), [[1, low]], ['drop open d1, due d2']],
    [
      'that stops holding begins from new',
      drop(),
      [
        [1, low],
        [3, fine],
        [5, low],
        [7, low],
      ],
      [],
    ],
    [
      'opens once',
      drop(),
      [
        [1, low],
        [4, low],
        [30, low],
      ],
      ['drop open d4, due d5'],
    ],
    [
      'opens again after it did not hold',
      drop(),
      [
        [1, low],
        [4, low],
        [6, fine],
        [7, low],
        [10, low],
      ],
      ['drop open d4, due d5', 'drop open d10, due d11'],
    ],
    [
      'stays open when it does not hold any more: somebody is on it',
      drop(),
      [
        [1, low],
        [4, low],
        [6, fine],
      ],
      ['drop open d4, due d5'],
    ],
    [
      'counts in its phase only',
      drop({}, { phase: 'ongoing' }),
      [
        [1, low],
        [9, low],
      ],
      [],
    ],
    [
      'counts in its phase from its start',
      drop({}, { phase: 'ongoing' }),
      [
        [1, low],
        [5, { ...low, ...happened(['Live', 5]) }],
        [9, { ...low, ...happened(['Live', 5]) }],
      ],
      ['drop open d8, due d9'],
    ],
    ['counts for its segment only', drop({ for: 0 }, { segments: ['growth'] }), [[1, low]], []],
  ] as const)('%s', (_, which, scenes, expected) => {
    const model = momentModel([which], { phases });
    expect(story(model, ...scenes.map(([on, rest]) => [on, { rest }] as const))).toEqual(expected);
  });

  it('asks for a look when it will have held for long enough', () => {
    const { last } = looks(momentModel([drop()]), [{ now: start + day, rest: low }]);
    expect(last.nextAt).toBe(start + 4 * day);
    expect(last.changes).toEqual([]);
    expect(last.journey.conditions).toEqual({ drop: { trueSince: start + day, fired: false, cycle: 0 } });
  });
});
