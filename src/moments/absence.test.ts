import { describe, expect, it } from 'vitest';
import type { Moment, Trigger } from '../model/resolved-moments.ts';
import { day, happened, looks, moment, momentModel, named, phase, start, story } from './moments.testing.ts';

type Absence = Extract<Trigger, { kind: 'absence' }>;

function silence(trigger: Partial<Absence> = {}, rest: Partial<Moment> = {}): Moment {
  return moment(
    'silent',
    { kind: 'absence', test: named('Case Opened'), for: 10 * day, since: 'known', within: 2 * day, ...trigger },
    rest,
  );
}

const cases = (...on: readonly number[]) => happened(...on.map((one) => ['Case Opened', one] as const));
const phases = [
  phase('ongoing', { kind: 'event', test: named('Live') }),
  phase('leaving', { kind: 'event', test: named('Leaving') }),
];
const inPhase = silence({ since: 'phase' }, { phase: 'ongoing' });
const watched = { watchedSince: start + 30 * day };

describe('an absence', () => {
  it.each([
    ['is nothing before its time', silence(), [[9, {}]], []],
    ['opens at its deadline, also when nothing ever happened', silence(), [[10, {}]], ['silent open d10, due d12']],
    ['counts from the last event', silence(), [[14, cases(2, 5)]], []],
    ['opens when the last event is long enough ago', silence(), [[15, cases(2, 5)]], ['silent open d15, due d17']],
    ['without a deadline is never due', silence({ within: null }), [[15, {}]], ['silent open d10']],
    ['is broken by an event at its very deadline', silence(), [[10, cases(10)]], []],
    ['is cancelled by an event', silence(), [[13, cases(12)]], ['silent cancelled d10, due d12, ended d12 by event']],
    [
      'is cancelled by an event of before that arrives later',
      silence(),
      [
        [11, {}],
        [13, cases(4)],
      ],
      ['silent cancelled d10, due d12, ended d10 by event'],
    ],
    [
      'begins again after the event',
      silence(),
      [[25, cases(12)]],
      ['silent cancelled d10, due d12, ended d12 by event', 'silent open d22, due d24'],
    ],
    [
      'is one as long as the silence lasts, also when it was answered',
      silence(),
      [
        [11, {}, { kind: 'complete', moment: 'silent' }],
        [50, {}],
      ],
      ['silent done d10, due d12, ended d11 by person'],
    ],
    [
      'keeps an answer when it is broken',
      silence(),
      [
        [11, {}, { kind: 'complete', moment: 'silent' }],
        [13, cases(12)],
      ],
      ['silent done d10, due d12, ended d11 by person'],
    ],
    ['of before the account was watched opens then', silence(), [[31, watched]], ['silent open d30, due d32']],
    ['that was broken before then does not', silence(), [[31, { ...watched, ...cases(25) }]], []],
    [
      'since a phase, from its start',
      inPhase,
      [[40, happened(['Case Opened', 1], ['Live', 20])]],
      ['silent open d30, due d32'],
    ],
    ['since a phase, in no phase', silence({ since: 'phase' }), [[40, {}]], []],
    ['is not expected after its phase', inPhase, [[40, happened(['Live', 5], ['Leaving', 14])]], []],
    [
      'is cancelled when its phase is over before it is due',
      inPhase,
      [[40, happened(['Live', 5], ['Leaving', 16])]],
      ['silent cancelled d15, due d17, ended d16 by phase'],
    ],
    [
      'for longer in another version is not opened again',
      silence(),
      [
        [11, {}],
        [30, {}, undefined, momentModel([silence({ for: 20 * day })])],
      ],
      ['silent open d10, due d12'],
    ],
    [
      'whose last event is not there any more is still answered',
      silence(),
      [
        [16, cases(5), { kind: 'skip', moment: 'silent' }],
        [40, {}],
      ],
      ['silent skipped d15, due d17, ended d16 by person'],
    ],
  ] as const)('%s', (_, which, scenes, expected) => {
    const model = momentModel([which], { phases });
    const told = scenes.map(
      ([on, rest, act, other]) => [on, { rest, ...(act && { act }), ...(other && { model: other }) }] as const,
    );
    expect(story(model, ...told)).toEqual(expected);
  });

  it('asks for a look at its deadline', () => {
    const { last } = looks(momentModel([silence()]), [{ now: start + 7 * day, rest: cases(6) }]);
    expect(last.nextAt).toBe(start + 16 * day);
  });
});
