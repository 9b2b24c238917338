import { describe, expect, it } from 'vitest';
import type { FlowAccount } from './account.ts';
import { flowTally, type FlowReport } from './flow.ts';
import { account, dayMs, done, occurrence, threeSteps } from './flow.testing.ts';
import type { Grouping } from './groups.ts';

const until = 546;

function flow(some: readonly FlowAccount[], by: Grouping | null = null): FlowReport {
  const tally = flowTally(threeSteps, { by, period: { from: -Infinity, until: until * dayMs }, accounts: 10 });
  for (const one of some) tally.add(one);
  return tally.report();
}

/** So many accounts, one a few days after the other, each with its login after some days. */
function company(
  count: number,
  { id = 'a', first = 0, apart = 2, region = '' }: { id?: string; first?: number; apart?: number; region?: string },
  waits: (start: number, index: number) => number,
): FlowAccount[] {
  return Array.from({ length: count }, (_, index) => {
    const start = first + index * apart;
    const day = start + waits(start, index);
    const login = day <= until ? done('login', day, { start }) : occurrence('login', { start });
    return account(`${id}${index}`, [login], { start, region });
  });
}

/** Between two numbers of days, the same in every run, without order. */
const spread = (index: number, low: number, high: number): number =>
  low + ((index * 7919) % 101) * ((high - low) / 100);

describe('a systemic delay', () => {
  it('is what became slower in the last half year', () => {
    const some = company(270, {}, (start, index) => (start < 364 ? spread(index, 1, 5) : spread(index, 4, 9)));
    const { transitions, timeToValue } = flow(some);
    expect(transitions.map(({ systemic }) => systemic)).toEqual([true]);
    const [delay] = timeToValue.delays;
    expect(delay?.reasons).toEqual(['slower']);
    expect(delay?.p).toBeLessThan(1e-6);
    expect(delay?.recent.medianDays).toBeGreaterThan(1.25 * (delay?.before.medianDays ?? Infinity));
    expect(delay?.targetDays).toBe(7);
  });

  it('is what was behind the plan all along', () => {
    const { timeToValue } = flow(company(270, {}, (_, index) => spread(index, 6, 20)));
    expect(timeToValue.delays.map(({ reasons }) => reasons)).toEqual([['behind']]);
    // Planned ends of the last half year: starts on days 358 to 538, every second day (364 + 1 − 7 … 546 − 7).
    expect(timeToValue.delays[0]?.due).toBe(91);
    expect(timeToValue.delays[0]?.late).toBeGreaterThan(70);
  });

  it('is seen where nothing moves any more, before a single wait ended', () => {
    const some = company(270, {}, (start, index) => (start < 400 ? spread(index, 1, 6) : 1_000));
    const [delay] = flow(some).timeToValue.delays;
    expect(delay?.reasons).toContain('slower');
  });

  it('is not what became faster, nor what is as it was and in time', () => {
    const faster = company(270, {}, (start, index) => (start < 364 ? spread(index, 4, 9) : spread(index, 1, 5)));
    const steady = company(270, {}, (_, index) => spread(index, 1, 6));
    for (const some of [faster, steady])
      expect(flow(some).transitions.map(({ systemic }) => systemic)).toEqual([false]);
  });

  it('is not claimed of fewer than twenty accounts', () => {
    const some = company(19, { first: 364, apart: 5 }, () => 30);
    expect(flow(some).transitions.map(({ systemic }) => systemic)).toEqual([false]);
    expect(flow(company(20, { first: 364, apart: 5 }, () => 30)).transitions.map(({ systemic }) => systemic)).toEqual([
      true,
    ]);
  });

  it('is found in the group where it is, and says which groups differ', () => {
    const north = company(135, { id: 'n', apart: 4, region: 'north' }, (_, index) => spread(index, 1, 6));
    const south = company(135, { id: 's', apart: 4, region: 'south' }, (_, index) => spread(index, 9, 25));
    const { transitions } = flow([...north, ...south], 'region');
    expect(transitions.map(({ group, systemic }) => `${group} ${systemic}`)).toEqual(['south true', 'north false']);
    // Without groups half of all are in time; which regions differ is said all the same.
    const { timeToValue } = flow([...north, ...south]);
    expect(timeToValue.delays).toEqual([]);
    expect(timeToValue.differences).toMatchObject([
      { from: 'phase:onboarding', to: 'login', by: 'region', groups: [{ group: 'north' }, { group: 'south' }] },
    ]);
  });

  it('is shown with its share of all the days that accounts wait', () => {
    const [delay] = flow(company(270, {}, (_, index) => spread(index, 6, 20))).timeToValue.delays;
    expect(delay?.shareOfWaiting).toBe(1);
  });

  it('is rarely seen where there is none: of 200 groups without any, at most two', () => {
    // Waits that repeat no pattern: each group draws its own from the same spread around the plan.
    const some = Array.from({ length: 200 }, (_, group) =>
      company(60, { id: `g${group}-`, apart: 9, region: `r${group}` }, (_start, index) =>
        spread(index * 31 + group * 97, 0.5, 12),
      ),
    ).flat();
    const found = flow(some, 'region').transitions.filter(({ systemic }) => systemic);
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it('weighs by the days beyond the plan, of those that still wait too, within the period asked for', () => {
    const some = [
      account('a', [done('login', 10)]),
      account('b', [occurrence('login', { start: 500 })], { start: 500 }),
    ];
    expect(flow(some).transitions[0]?.excessAccountDays).toBe(3 + (46 - 7));
    const tally = flowTally(threeSteps, { by: null, period: { from: 9 * dayMs, until: 520 * dayMs }, accounts: 10 });
    for (const one of some) tally.add(one);
    expect(tally.report().transitions[0]?.excessAccountDays).toBe(1 + 13);
  });
});
