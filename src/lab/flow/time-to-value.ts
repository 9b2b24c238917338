import { asOf, type FlowAccount, type FlowOccurrence } from './account.ts';
import { grouped, type Grouping } from './groups.ts';
import { isWithdrawn } from './path.ts';
import { type Period, spellsOf } from './period.ts';
import type { FlowPlan } from './plan.ts';
import { startOf, type Wait, waitFor } from './wait.ts';
import { type WaitingTime, waitingTime } from './waiting-time.ts';

/** How long it takes from the start of a phase until a customer has first value. */
export interface TimeToValue {
  /** Null: the model has no moment of first value. */
  readonly moment: string | null;
  readonly groups: readonly ({ readonly group: string } & WaitingTime)[];
}

/** The wait of one account for first value, from the start of its phase; of a moment without phase from its first phase. */
export function waitForValue({ value }: FlowPlan, account: FlowAccount, until: number): Wait | null {
  const expected = account.occurrences
    .filter(({ moment, opensAt }) => moment === value && opensAt <= until)
    .map((one) => asOf(one, until))
    .filter((one) => !isWithdrawn(one));
  const had = expected.filter(({ state }) => state === 'done');
  const running = expected.filter(({ state }) => state === 'open' || state === 'planned');
  // The first one that happened; else one that still can; else the one with which it became impossible.
  const to = byEnd(had)[0] ?? running[0] ?? byEnd(expected).at(-1);
  if (to === undefined) return null;
  const span = account.phases.find(({ phase }) => to.phase === null || phase === to.phase);
  if (span === undefined) return null;
  return waitFor(account, { from: startOf(span.phase), start: span.at, dueAt: span.at }, to, until);
}

/** The time to first value of each group. */
export function timeToValueOf(
  { value }: FlowPlan,
  waits: readonly Wait[],
  by: Grouping | null,
  period: Period,
): TimeToValue {
  const groups = grouped(waits, by).map(([group, own]) => ({ group, ...waitingTime(spellsOf(own, period)) }));
  return { moment: value, groups: groups.filter(({ n }) => n > 0) };
}

function byEnd(some: readonly FlowOccurrence[]): readonly FlowOccurrence[] {
  return some.toSorted((a, b) => (a.endedAt ?? Infinity) - (b.endedAt ?? Infinity));
}
