import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffled } from '../statistics/spell.testing.ts';
import type { FlowAccount } from './account.ts';
import { type FlowReport, type FlowRequest, flowTally } from './flow.ts';
import { account, accounts, dayMs, done, occurrence, threeSteps } from './flow.testing.ts';
import { groupings } from './groups.ts';
import { naiveTransitions } from './naive.testing.ts';
import type { Transition } from './transitions.ts';

const everything: FlowRequest = { by: null, period: { from: -Infinity, until: 100 * dayMs }, accounts: 1000 };

function flow(some: readonly FlowAccount[], request: Partial<FlowRequest> = {}): FlowReport {
  const tally = flowTally(threeSteps, { ...everything, ...request });
  for (const one of some) tally.add(one);
  return tally.report();
}

/** `from → to n/events median`, as a person would note it. */
const noted = ({ from, to, n, events, medianDays }: Transition): string =>
  `${from} → ${to} ${events}/${n} ${medianDays ?? 'not reached'}`;

describe('the flow between moments', () => {
  it('goes from the start of a phase to what is due first, and from each moment to those that are due next', () => {
    const acme = account('acme', [done('login', 2), done('kickoff', 5), done('training', 9), occurrence('invites')]);
    expect(flow([acme]).transitions.map(noted)).toEqual([
      'kickoff → invites 0/1 not reached',
      'kickoff → training 1/1 4',
      'login → kickoff 1/1 3',
      'phase:onboarding → login 1/1 2',
    ]);
    // 95 days since the kickoff, of which 21 − 10 were planned.
    expect(flow([acme]).transitions[0]?.excessAccountDays).toBe(84);
  });

  it('has the median of Kaplan and Meier where accounts wait still', () => {
    // Exits 1, 2+, 3, 4, 5+: S = 4/5, then 4/5 · 2/3 = 0.533 at 3, then 0.267 at 4.
    const some = [1, 3, 4].map((day) => account(`done${day}`, [done('login', day)]));
    const waiting = [2, 5].map((day) =>
      account(`waits${day}`, [occurrence('login', { start: 100 - day })], { start: 100 - day }),
    );
    expect(flow([...some, ...waiting]).transitions.map(noted)).toEqual(['phase:onboarding → login 3/5 4']);
  });

  it('does not count as waiting for ever who was lost: the share of Aalen and Johansen', () => {
    // Of four, two are lost on day 1. Then half of those left: F = 1/2 · 1/2 at 3, 1/2 at 5. Censored, it were 3.
    const some = [
      account('a', [done('login', 3)]),
      account('b', [done('login', 5)]),
      ...['c', 'd'].map((id) => account(id, [occurrence('login')], { lostAt: dayMs })),
    ];
    expect(flow(some).transitions.map(noted)).toEqual(['phase:onboarding → login 2/4 5']);
    expect(flow([...some, account('e', [occurrence('login')], { lostAt: dayMs })]).transitions.map(noted)).toEqual([
      'phase:onboarding → login 2/5 not reached',
    ]);
  });

  it('counts a wait that was running when watching began only from there', () => {
    // Watched from day 4 on: (4, 6] and (4, 9]; from its start (0, 5]. At 5 three are at risk.
    const some = [
      account('a', [done('login', 6)], { watchedSince: 4 * dayMs }),
      account('b', [done('login', 9)], { watchedSince: 4 * dayMs }),
      account('c', [done('login', 5)]),
      account('gone', [done('login', 3)], { watchedSince: 4 * dayMs }),
    ];
    expect(flow(some).transitions.map(noted)).toEqual(['phase:onboarding → login 3/3 6']);
    expect(flow(some, { period: { from: 5 * dayMs, until: 8 * dayMs } }).transitions.map(noted)).toEqual([
      'phase:onboarding → login 1/2 6',
    ]);
  });

  it('takes nobody to have waited for what came before its turn', () => {
    const early = account('early', [done('login', 6), done('kickoff', 5)]);
    expect(flow([early]).transitions.map(noted)).toEqual(['phase:onboarding → login 1/1 6']);
  });

  it('goes from each date of a moment that recurs to the next', () => {
    const review = { phase: 'ongoing' };
    const dates = [
      done('review', 30, { due: 28, ...review }),
      done('review', 58, { due: 56, ...review }),
      occurrence('review', { due: 84, ...review }),
    ];
    expect(flow([account('acme', dates)]).transitions.map(noted)).toEqual(['review → review 1/2 28']);
  });

  it('knows first value from the start of its phase, however late the steps before it', () => {
    const some = [10, 20, 30].map((day) => account(`a${day}`, [done('training', day)]));
    expect(flow(some).timeToValue).toMatchObject({
      moment: 'training',
      groups: [{ group: 'all', n: 3, events: 3, medianDays: 20 }],
    });
    const never = account('never', [
      occurrence('training', { state: 'missed', endedAt: 21 * dayMs, endedBy: 'deadline' }),
    ]);
    expect(flow([...some, never]).timeToValue.groups[0]).toMatchObject({ n: 4, events: 3 });
  });

  it('equals what the definitions say, written down naively', () => {
    fc.assert(
      fc.property(accounts, (some) => {
        const { transitions } = flow(some);
        const naive = naiveTransitions(some, 100 * dayMs);
        expect(new Set(transitions.map(({ from, to }) => `${from} → ${to}`))).toEqual(new Set(naive.keys()));
        for (const { from, to, n, events, medianDays, excessAccountDays } of transitions) {
          const same = naive.get(`${from} → ${to}`);
          expect([n, events]).toEqual([same?.n, same?.events]);
          expect(excessAccountDays).toBeCloseTo(same?.excess ?? NaN, 9);
          if (medianDays === null) expect(same?.most).toBeLessThan(0.5);
          else {
            expect(same?.share(medianDays)).toBeGreaterThan(0.5 - 1e-9);
            expect(same?.share(medianDays - 1e-6)).toBeLessThan(0.5 + 1e-9);
          }
        }
      }),
    );
  });

  it('says the same in whatever order accounts and occurrences come', () => {
    const both = accounts.chain((some) =>
      fc.tuple(
        fc.constant(some),
        shuffled(some.map((one) => ({ ...one, occurrences: one.occurrences.toReversed() }))),
        fc.constantFrom(null, ...groupings),
      ),
    );
    fc.assert(
      fc.property(both, ([one, other, by]) => {
        const order = (report: FlowReport) => ({ ...report, conformance: { ...report.conformance, accounts: [] } });
        expect(roundedOf(order(flow(one, { by })))).toEqual(roundedOf(order(flow(other, { by }))));
      }),
    );
  });

  it('adds up over groups to everybody', () => {
    fc.assert(
      fc.property(accounts, fc.constantFrom(...groupings), (some, by) => {
        const sums = (report: FlowReport) => {
          const total = new Map<string, number[]>();
          for (const { from, to, n, events, excessAccountDays } of report.transitions) {
            const [a = 0, b = 0, c = 0] = total.get(`${from} ${to}`) ?? [];
            total.set(`${from} ${to}`, [a + n, b + events, Math.round((c + excessAccountDays) * 1e6) / 1e6]);
          }
          return [...total].toSorted(([a], [b]) => (a < b ? -1 : 1));
        };
        const [grouped, whole] = [flow(some, { by }), flow(some)];
        expect(sums(grouped)).toEqual(sums(whole));
        const counts = (rows: readonly { onTime: number; late: number; overdue: number }[]) =>
          rows.reduce(
            (sum, { onTime, late, overdue }) => [sum[0]! + onTime, sum[1]! + late, sum[2]! + overdue],
            [0, 0, 0],
          );
        const { groups, teams, moments, accounts: each, model } = grouped.conformance;
        for (const rows of [groups, teams, moments, each])
          expect(counts(rows)).toEqual([model.onTime, model.late, model.overdue]);
      }),
    );
  });
});

/** Sums of days differ in their last digit by order. */
function roundedOf(report: object): unknown {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(9)) : value)),
  );
}
