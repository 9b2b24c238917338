import * as fc from 'fast-check';
import type { FlowAccount, FlowOccurrence } from './account.ts';
import type { FlowPlan } from './plan.ts';

export const dayMs = 86_400_000;

/** Three steps, the first two in order and two at once after them; and a review that recurs. */
export const threeSteps: FlowPlan = {
  once: new Set(['kickoff', 'login', 'training', 'invites']),
  recurring: new Set(['review']),
  value: 'training',
};
/** Days after the start of the phase. */
export const dueDays: Readonly<Record<string, number>> = { login: 7, kickoff: 10, training: 21, invites: 21 };

/** An occurrence of onboarding; days count from the start of its phase on day `start`. */
export function occurrence(
  moment: string,
  {
    start = 0,
    due = dueDays[moment] ?? null,
    ...patch
  }: Partial<FlowOccurrence> & { start?: number; due?: number | null } = {},
): FlowOccurrence {
  return {
    moment,
    state: 'open',
    phase: 'onboarding',
    opensAt: start * dayMs,
    dueAt: due === null ? null : (start + due) * dayMs,
    endedAt: null,
    endedBy: null,
    owner: null,
    team: 'csm',
    ...patch,
  };
}

/** The same, done on a day. */
export function done(moment: string, day: number, patch: Parameters<typeof occurrence>[1] = {}): FlowOccurrence {
  return occurrence(moment, { state: 'done', endedAt: day * dayMs, endedBy: 'event', ...patch });
}

/** An account whose onboarding starts on a day. */
export function account(
  id: string,
  occurrences: readonly FlowOccurrence[],
  patch: Partial<FlowAccount> & { start?: number } = {},
): FlowAccount {
  const { start = 0, ...rest } = patch;
  return {
    account: id,
    segment: 'all',
    region: '',
    watchedSince: -Infinity,
    watched: {},
    lostAt: null,
    phases: [{ phase: 'onboarding', at: start * dayMs, endedAt: null }],
    occurrences,
    ...rest,
  };
}

/** Accounts in whole days, so that instants tie often; some lost, some watched late, in a few segments, owners and regions. */
export const accounts: fc.Arbitrary<FlowAccount[]> = fc
  .array(
    fc.record({
      start: fc.integer({ min: 0, max: 30 }),
      ends: fc.array(
        fc.record({
          moment: fc.constantFrom('kickoff', 'login', 'training', 'invites'),
          after: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
          how: fc.constantFrom<'done' | 'missed' | 'skipped' | 'cancelled'>(
            'done',
            'done',
            'done',
            'missed',
            'skipped',
            'cancelled',
          ),
          by: fc.constantFrom('event', 'phase', 'segment'),
        }),
        { maxLength: 6 },
      ),
      segment: fc.constantFrom('a', 'b'),
      owner: fc.constantFrom('kim', 'lee', null),
      region: fc.constantFrom('north', 'south', ''),
      lost: fc.option(fc.integer({ min: 0, max: 90 }), { nil: null }),
      watched: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
    }),
    { maxLength: 40 },
  )
  .map((drawn) =>
    drawn.map(({ start, ends, segment, owner, region, lost, watched }, index) => {
      const byMoment = new Map(ends.map((one) => [one.moment, one]));
      const occurrences = [...byMoment.values()].map(({ moment, after, how, by }) =>
        occurrence(moment, {
          start,
          owner,
          ...(after === null ? {} : { state: how, endedAt: (start + after) * dayMs, endedBy: by }),
        }),
      );
      return account(`a${index}`, occurrences, {
        start,
        segment,
        region,
        lostAt: lost === null ? null : lost * dayMs,
        watchedSince: watched === null ? -Infinity : watched * dayMs,
      });
    }),
  );
