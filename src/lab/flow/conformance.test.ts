import { describe, expect, it } from 'vitest';
import { conformanceOf, coursesOf, emptyTally } from './conformance.ts';
import { account, dayMs, done, occurrence, threeSteps } from './flow.testing.ts';
import type { FlowOccurrence } from './account.ts';

const coursesAt = (day: number, occurrences: readonly FlowOccurrence[], from = -Infinity): Record<string, string> =>
  Object.fromEntries(
    coursesOf(threeSteps, account('acme', occurrences), { from, until: day * dayMs }).map(
      ({ occurrence: one, course }) => [one.moment, course],
    ),
  );

describe('the course of an occurrence', () => {
  it('is on time up to its deadline, and late after it', () => {
    expect(coursesAt(50, [done('login', 7), done('kickoff', 10.5)])).toEqual({ login: 'onTime', kickoff: 'late' });
  });

  it('is open, then overdue, and skipped once a later step was done or it was missed', () => {
    expect(coursesAt(6, [occurrence('login')])).toEqual({ login: 'open' });
    expect(coursesAt(8, [occurrence('login')])).toEqual({ login: 'overdue' });
    expect(coursesAt(12, [occurrence('login'), done('kickoff', 9)])).toEqual({ login: 'skipped', kickoff: 'onTime' });
    expect(coursesAt(12, [occurrence('login', { state: 'missed', endedAt: 10 * dayMs })])).toEqual({
      login: 'skipped',
    });
  });

  it('is out of order when a step that should come first came after it', () => {
    expect(coursesAt(50, [done('login', 6), done('kickoff', 5), done('training', 21), done('invites', 20)])).toEqual({
      login: 'onTime',
      kickoff: 'outOfOrder',
      training: 'onTime',
      invites: 'onTime',
    });
  });

  it('is waived when it was taken back, by a person or by the model', () => {
    const waived = [
      occurrence('login', { state: 'skipped', endedAt: dayMs, endedBy: 'person' }),
      occurrence('kickoff', { state: 'cancelled', endedAt: dayMs, endedBy: 'phase' }),
    ];
    expect(coursesAt(50, waived)).toEqual({ login: 'waived', kickoff: 'waived' });
  });

  it('is what was known at the end of the period, and counts where it was settled within it', () => {
    const occurrences = [done('login', 5), done('kickoff', 15)];
    expect(coursesAt(12, occurrences)).toEqual({ login: 'onTime', kickoff: 'overdue' });
    expect(coursesAt(50, occurrences, 6 * dayMs)).toEqual({ kickoff: 'late' });
  });

  it('conforms by the share of what was due and not waived', () => {
    const tally = { ...emptyTally(), onTime: 3, late: 1, skipped: 1, outOfOrder: 1, overdue: 2, open: 9, waived: 5 };
    expect(conformanceOf(tally).conformance).toBe(3 / 8);
    expect(conformanceOf({ ...emptyTally(), open: 2, waived: 1 }).conformance).toBeNull();
  });
});
