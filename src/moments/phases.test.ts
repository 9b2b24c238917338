import { describe, expect, it } from 'vitest';
import type { Phase } from '../model/resolved-moments.ts';
import { day, doneOn, happened, looks, moment, momentModel, named, phase, start, trait } from './moments.testing.ts';
import type { MomentModel, Observed } from './journey.ts';

const on = (name: string): Phase['starts'] => ({ kind: 'event', test: named(name) });
const endsOn = (name: string): Phase['ends'] => ({ kind: 'event', test: named(name) });
const three = momentModel([], {
  phases: [
    phase('trial', on('Created')),
    phase('onboarding', on('Deal Won'), endsOn('Ready')),
    phase('ongoing', { kind: 'after', phase: 'onboarding' }),
  ],
});
const gated = momentModel(
  [moment('gate', { kind: 'milestone', due: 9 * day }, { phase: 'onboarding', done: doneOn('Passed') })],
  {
    phases: [
      phase('onboarding', { kind: 'known' }, { kind: 'completed', moment: 'gate' }),
      phase('ongoing', { kind: 'after', phase: 'onboarding' }),
    ],
  },
);
const timed = momentModel([], {
  phases: [
    phase('trial', { kind: 'known' }, { kind: 'elapsed', after: 14 * day }),
    phase('term', { kind: 'trait', trait: 'contract_at' }),
  ],
});
const judged = momentModel([], {
  phases: [
    phase('trial', { kind: 'known' }, { kind: 'condition', when: trait('ready') }),
    phase('live', { kind: 'condition', when: trait('live') }),
  ],
});

const rival = momentModel([], {
  phases: [
    phase('trial', { kind: 'known' }, endsOn('Deal Won')),
    phase('onboarding', { kind: 'after', phase: 'trial' }),
    phase('ongoing', on('Deal Won')),
  ],
});

type Seen = readonly [day: number, rest: Partial<Observed>];

function path(model: MomentModel, ...scenes: readonly Seen[]): string {
  const { journey } = looks(
    model,
    scenes.map(([at, rest]) => ({ now: start + at * day, rest })),
  );
  const days = (time: number | null): string => (time === null ? '' : String((time - start) / day));
  return journey.entered.map((one) => `${one.phase} ${days(one.at)}-${days(one.endedAt)}`).join(', ');
}

describe('phases', () => {
  it.each<readonly [string, MomentModel, readonly Seen[], string]>([
    ['none before one starts', three, [[3, {}]], ''],
    ['start with an event', three, [[3, happened(['Created', 1])]], 'trial 1-'],
    [
      'end when a later one starts',
      three,
      [[9, happened(['Created', 1], ['Deal Won', 4])]],
      'trial 1-4, onboarding 4-',
    ],
    [
      'follow one another',
      three,
      [[9, happened(['Created', 1], ['Deal Won', 4], ['Ready', 6])]],
      'trial 1-4, onboarding 4-6, ongoing 6-',
    ],
    ['can be skipped', three, [[9, happened(['Deal Won', 4])]], 'onboarding 4-'],
    ['never go back', three, [[9, happened(['Deal Won', 4], ['Created', 5])]], 'onboarding 4-'],
    ['start once', three, [[9, happened(['Created', 1], ['Created', 5])]], 'trial 1-'],
    [
      'that were not in time follow in order',
      three,
      [[9, happened(['Created', 3], ['Deal Won', 3])]],
      'trial 3-3, onboarding 3-',
    ],
    [
      'go on from where they are when an older event arrives',
      three,
      [
        [5, happened(['Created', 4])],
        [9, happened(['Created', 4], ['Deal Won', 2])],
      ],
      'trial 4-4, onboarding 4-',
    ],
    ['end with a completed moment', gated, [[9, happened(['Passed', 5])]], 'onboarding 0-5, ongoing 5-'],
    [
      'that end and start at one instant follow in order',
      rival,
      [[9, happened(['Deal Won', 4])]],
      'trial 0-4, onboarding 4-4, ongoing 4-',
    ],
    ['end by time', timed, [[20, {}]], 'trial 0-14'],
    [
      'start at the instant of a trait',
      timed,
      [[30, { traits: { contract_at: start + 20 * day } }]],
      'trial 0-14, term 20-',
    ],
    [
      'do not start at an instant that is still to come',
      timed,
      [[10, { traits: { contract_at: start + 20 * day } }]],
      'trial 0-',
    ],
    [
      'end and start by conditions when that is seen',
      judged,
      [
        [3, {}],
        [5, { traits: { ready: true } }],
        [8, { traits: { ready: true, live: true } }],
      ],
      'trial 0-5, live 8-',
    ],
  ])('%s', (_, model, scenes, expected) => {
    expect(path(model, ...scenes)).toBe(expected);
  });

  it('say what changed, and when they change by themselves', () => {
    const rest = { traits: { contract_at: start + 20 * day } };
    const { last } = looks(timed, [{ now: start + 10 * day, rest }]);
    expect(last.phaseChange).toEqual({ from: null, to: 'trial', at: start });
    expect(last.nextAt).toBe(start + 14 * day);
    const after = looks(timed, [{ now: start + 15 * day, rest }], last.journey).last;
    expect(after.phaseChange).toEqual({ from: 'trial', to: null, at: start + 14 * day });
    expect(after.nextAt).toBe(start + 20 * day);
  });

  it('that a new model does not have are over, and the account goes on behind them', () => {
    const shorter = { ...three, phases: three.phases.slice(1) };
    const rest = happened(['Created', 1], ['Deal Won', 7]);
    const { journey } = looks(three, [
      { now: start + 2 * day, rest: happened(['Created', 1]) },
      { now: start + 5 * day, rest: happened(['Created', 1]), model: shorter },
    ]);
    expect(journey).toMatchObject({
      phase: null,
      entered: [{ phase: 'trial', at: start + day, endedAt: start + 5 * day }],
    });
    expect(looks(shorter, [{ now: start + 8 * day, rest }], journey).journey.phase).toBe('onboarding');
  });

  it('moments of the phase are seen by conditions as the phase they are in', () => {
    const inOngoing = {
      kind: 'call',
      type: 'bool',
      operator: 'equal',
      args: [
        { kind: 'reference', type: 'string', scope: 'evaluation', name: 'phase' },
        { kind: 'literal', type: 'string', value: 'ongoing' },
      ],
    } as const;
    const model = {
      ...three,
      moments: [moment('check', { kind: 'condition', when: inOngoing, for: 0, within: null })],
    };
    const events = happened(['Deal Won', 1], ['Ready', 2]);
    const { journey } = looks(model, [{ now: start + 3 * day, rest: events }]);
    expect(journey.occurrences.map(({ moment: id, state }) => [id, state])).toEqual([['check', 'open']]);
  });
});
