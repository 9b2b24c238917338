import { describe, expect, it } from 'vitest';
import type { FlowAccount } from './account.ts';
import { flowTally } from './flow.ts';
import { account, dayMs, done, occurrence, threeSteps } from './flow.testing.ts';
import { runningExample } from './running-example.testing.ts';
import { pairsOf, waitsOf } from './wait.ts';

const names = new Set(runningExample.flat().map(([activity]) => activity));
const plan = { once: names, recurring: new Set<string>(), value: 'end' };

/** A case as an account whose plan was what it did, in that order. */
const cases = runningExample.map((steps, number): FlowAccount => {
  const occurrences = steps.map(([moment, at], place) =>
    occurrence(moment, { state: 'done', endedAt: Date.parse(`${at}Z`), dueAt: place, opensAt: place }),
  );
  const [start] = occurrences;
  const end = { ...(occurrences.at(-1) ?? done('end', 0)), moment: 'end' };
  return {
    ...account(`case${number}`, [...occurrences, end]),
    phases: [{ phase: 'onboarding', at: start?.endedAt ?? 0, endedAt: null }],
  };
});
const until = Date.parse('2011-02-01T00:00Z');
const seconds = (days: number | null | undefined): number => Math.round((days ?? Number.NaN) * 86_400);

describe('waits', () => {
  it('are those between the steps of the running example of process mining, as pm4py counts them', () => {
    const pairs = pairsOf(cases.flatMap((one) => waitsOf(plan, one, until))).filter(
      ([one]) => !one?.from.startsWith('phase:'),
    );
    const mean = (from: string, to: string): string => {
      const own = pairs.find(([one]) => one?.from === from && one.to === to) ?? [];
      return `n${own.length} ${own.reduce((sum, { start, end }) => sum + (end - start), 0) / own.length / 1000}`;
    };
    expect(pairs).toHaveLength(16);
    expect(pairs.flat()).toHaveLength(36);
    expect(mean('check ticket', 'decide')).toBe('n6 181960');
    expect(mean('decide', 'pay compensation')).toBe('n3 514160');
    expect(mean('examine casually', 'check ticket')).toBe('n4 47970');
    expect(mean('register request', 'examine casually')).toBe('n3 32240');
    const tally = flowTally(plan, { by: null, period: { from: -Infinity, until }, accounts: 0 });
    for (const one of cases) tally.add(one);
    const { transitions, timeToValue } = tally.report();
    const decided = transitions.find(({ from, to }) => from === 'check ticket' && to === 'decide');
    expect(seconds(decided?.medianDays)).toBe(129_300);
    expect(seconds(timeToValue.groups[0]?.medianDays)).toBe(815_940);
  });

  it('go from every moment of a step to every one of the next', () => {
    const plan2 = { ...threeSteps, once: new Set([...threeSteps.once, 'review2']) };
    const some = [done('training', 20), done('invites', 22), occurrence('review2', { due: 45 })];
    const waits = waitsOf(plan2, account('acme', some), 50 * dayMs);
    expect(waits.map(({ from, to, start, plannedMs }) => [from, to, start / dayMs, (plannedMs ?? 0) / dayMs])).toEqual([
      ['phase:onboarding', 'invites', 0, 21],
      ['phase:onboarding', 'training', 0, 21],
      ['invites', 'review2', 22, 24],
      ['training', 'review2', 20, 24],
    ]);
  });

  it('end when the moment was given up or the account was lost, whatever comes first', () => {
    const ends = (patch: Partial<FlowAccount>, state: 'cancelled' | 'missed' | 'done' | 'open', day: number | null) => {
      const to = occurrence('login', { state, endedAt: day === null ? null : day * dayMs, endedBy: 'phase' });
      const [wait] = waitsOf(threeSteps, account('acme', [to], patch), 30 * dayMs);
      return [wait?.ending, (wait?.end ?? 0) / dayMs];
    };
    expect(ends({}, 'cancelled', 9)).toEqual(['left', 9]);
    expect(ends({ lostAt: 5 * dayMs }, 'missed', 9)).toEqual(['left', 5]);
    expect(ends({ lostAt: 9 * dayMs }, 'done', 9)).toEqual(['done', 9]);
    expect(ends({ lostAt: 40 * dayMs }, 'open', null)).toEqual(['waiting', 30]);
    // What happens after the end of the period has not happened yet.
    expect(ends({}, 'done', 31)).toEqual(['waiting', 30]);
  });

  it('are watched from when the account got the moment, where that is later', () => {
    const one = account('acme', [done('login', 9), done('kickoff', 9)], {
      watchedSince: 2 * dayMs,
      watched: { login: 4 * dayMs },
    });
    expect(waitsOf(threeSteps, one, 30 * dayMs).map(({ to, watchedSince }) => [to, watchedSince / dayMs])).toEqual([
      ['login', 4],
      ['kickoff', 2],
    ]);
  });
});
