import { asOf, type FlowAccount, type FlowOccurrence } from './account.ts';
import { pathsOf } from './path.ts';
import type { Period } from './period.ts';
import type { FlowPlan } from './plan.ts';

/**
 * How one occurrence went against the model. `skipped`: it never happened, and its time or its turn is over. `outOfOrder`:
 * it happened before one that should have come first. `waived`: we or a person took it back.
 */
export type Course = 'onTime' | 'late' | 'skipped' | 'outOfOrder' | 'overdue' | 'open' | 'waived';

const courses: readonly Course[] = ['onTime', 'late', 'skipped', 'outOfOrder', 'overdue', 'open', 'waived'];

/** How many occurrences went which way. */
export type Tally = Record<Course, number>;

/** The same with the share of what was due that came in time and order; null when nothing was due. */
export interface Conformance extends Readonly<Tally> {
  readonly conformance: number | null;
}

/** No occurrence yet. */
export function emptyTally(): Tally {
  return { onTime: 0, late: 0, skipped: 0, outOfOrder: 0, overdue: 0, open: 0, waived: 0 };
}

/** Adds up. */
export function addTally(into: Tally, other: Readonly<Tally>): void {
  for (const course of courses) into[course] += other[course];
}

/** On time ÷ (due − waived): what is open and not due yet counts neither way. */
export function conformanceOf(tally: Readonly<Tally>): Conformance {
  const due = tally.onTime + tally.late + tally.skipped + tally.outOfOrder + tally.overdue;
  return { ...tally, conformance: due === 0 ? null : tally.onTime / due };
}

/** How each occurrence of an account went that was settled or due within a period, and those that are open at its end. */
export function coursesOf(
  plan: FlowPlan,
  account: FlowAccount,
  { from, until }: Period,
): readonly { readonly occurrence: FlowOccurrence; readonly course: Course }[] {
  const turns = turnsOf(plan, account, until);
  return account.occurrences
    .filter(({ opensAt }) => opensAt <= until)
    .map((one) => ({ occurrence: one, course: courseOf(asOf(one, until), turns.get(keyOf(one)), until) }))
    .filter(({ occurrence, course }) => course === 'open' || settledAt(asOf(occurrence, until)) > from);
}

/** Where an occurrence stands among the others of its path. */
interface Turn {
  /** One that should have come first happened after it. */
  readonly isEarly: boolean;
  /** One that comes later happened already. */
  readonly isPassed: boolean;
}

function courseOf({ state, dueAt, endedAt }: FlowOccurrence, turn: Turn | undefined, until: number): Course {
  switch (state) {
    case 'done':
      if (turn?.isEarly === true) return 'outOfOrder';
      return dueAt !== null && (endedAt ?? 0) > dueAt ? 'late' : 'onTime';
    case 'missed':
      return 'skipped';
    case 'skipped':
    case 'cancelled':
      return 'waived';
    case 'planned':
    case 'open':
      if (dueAt === null || dueAt > until) return 'open';
      return turn?.isPassed === true ? 'skipped' : 'overdue';
  }
}

/** When it was decided how it went. */
function settledAt({ state, dueAt, endedAt }: FlowOccurrence): number {
  const ended = endedAt ?? Infinity;
  return state === 'done' || dueAt === null ? ended : Math.min(ended, dueAt);
}

function turnsOf(plan: FlowPlan, account: FlowAccount, until: number): ReadonlyMap<string, Turn> {
  const turns = new Map<string, Turn>();
  for (const { steps } of pathsOf(plan, account, until)) {
    const doneAt = steps.map((step) =>
      step.flatMap(({ state, endedAt }) => (state === 'done' && endedAt !== null ? [endedAt] : [])),
    );
    steps.forEach((step, place) => {
      const latestBefore = Math.max(...doneAt.slice(0, place).flat(), -Infinity);
      const isPassed = doneAt.slice(place + 1).some((times) => times.length > 0);
      for (const one of step) turns.set(keyOf(one), { isEarly: latestBefore > (one.endedAt ?? Infinity), isPassed });
    });
  }
  return turns;
}

function keyOf({ moment, phase, opensAt, dueAt }: FlowOccurrence): string {
  return JSON.stringify([moment, phase, opensAt, dueAt]);
}
