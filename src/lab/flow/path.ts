import { asOf, type FlowAccount, type FlowOccurrence, type PhaseSpan } from './account.ts';
import type { FlowPlan } from './plan.ts';

/** The moments that one account should have gone through in one phase, in steps: those of a step are due at once. */
export interface Path {
  /** Null for moments outside of phases. */
  readonly span: PhaseSpan | null;
  readonly steps: readonly (readonly FlowOccurrence[])[];
}

/** What the account was never to do, or no longer for a reason of ours, is no step of its path. */
const withdrawals: ReadonlySet<string | null> = new Set(['segment', 'model', 'schedule', 'policy', 'notWithin']);

/** Whether an occurrence was taken back by us, rather than left behind by the account. */
export function isWithdrawn({ state, endedBy }: FlowOccurrence): boolean {
  return state === 'skipped' || (state === 'cancelled' && withdrawals.has(endedBy));
}

/** The path of each phase of an account, by what is due when, as it stands at an instant. */
export function pathsOf({ once }: FlowPlan, { phases, occurrences }: FlowAccount, until: number): readonly Path[] {
  const steps = occurrences
    .filter(({ moment, dueAt }) => once.has(moment) && dueAt !== null)
    .map((one) => asOf(one, until))
    .filter((one) => !isWithdrawn(one));
  return [...Map.groupBy(steps, ({ phase }) => phase)].flatMap(([phase, own]) => {
    const span = phases.find((one) => one.phase === phase && one.at <= until) ?? null;
    return phase !== null && span === null ? [] : [{ span, steps: inSteps(own) }];
  });
}

/** The dates of one moment that recurs, in order, as they stand at an instant. */
export function seriesOf(
  { recurring }: FlowPlan,
  { occurrences }: FlowAccount,
  until: number,
): readonly (readonly FlowOccurrence[])[] {
  const dates = occurrences
    .filter(({ moment, dueAt }) => recurring.has(moment) && dueAt !== null)
    .map((one) => asOf(one, until))
    .filter((one) => !isWithdrawn(one));
  return [...Map.groupBy(dates, ({ moment, phase }) => `${moment} ${phase}`).values()].map((own) =>
    own.toSorted((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0)),
  );
}

function inSteps(own: readonly FlowOccurrence[]): readonly (readonly FlowOccurrence[])[] {
  return [...Map.groupBy(own, ({ dueAt }) => dueAt ?? 0)]
    .toSorted(([a], [b]) => a - b)
    .map(([, step]) => step.toSorted((a, b) => (a.moment < b.moment ? -1 : 1)));
}
