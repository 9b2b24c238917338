import type { FlowAccount, FlowOccurrence } from './account.ts';
import { pathsOf, seriesOf } from './path.ts';
import type { FlowPlan } from './plan.ts';

/** One account that waited for a moment after another one happened, or after its phase started. UTC milliseconds. */
export interface Wait {
  readonly account: string;
  /** A moment, or `phase:` and the phase whose start it waits from. */
  readonly from: string;
  readonly to: string;
  readonly start: number;
  readonly end: number;
  /** The moment happened; it never will; the account waits still. */
  readonly ending: 'done' | 'left' | 'waiting';
  /** Since when it was watched: the wait counts from there only. */
  readonly watchedSince: number;
  /** How long the model plans it to be: from one deadline to the next. Null: it does not say. */
  readonly plannedMs: number | null;
  readonly segment: string;
  readonly owner: string | null;
  readonly region: string;
}

/** How the start of a phase is called where a moment could stand. */
export function startOf(phase: string): string {
  return `phase:${phase}`;
}

/**
 * The waits of one account as of an instant. From each step of its path that happened to each moment of the next one; of
 * a moment that recurs from each date to the next. What happened before the moment that should precede it was not waited for.
 */
export function waitsOf(plan: FlowPlan, account: FlowAccount, until: number): readonly Wait[] {
  const waits: (Wait | null)[] = [];
  for (const { span, steps } of pathsOf(plan, account, until)) {
    const [first = []] = steps;
    for (const to of span === null ? [] : first)
      waits.push(
        waitFor(account, { from: startOf(span?.phase ?? ''), start: span?.at ?? 0, dueAt: span?.at ?? 0 }, to, until),
      );
    steps.slice(1).forEach((step, index) => {
      for (const from of steps[index] ?? []) for (const to of step) waits.push(between(account, from, to, until));
    });
  }
  for (const dates of seriesOf(plan, account, until))
    dates.slice(1).forEach((to, index) => {
      const from = dates[index];
      if (from !== undefined) waits.push(between(account, from, to, until));
    });
  return waits.filter((one) => one !== null);
}

function between(account: FlowAccount, from: FlowOccurrence, to: FlowOccurrence, until: number): Wait | null {
  if (from.state !== 'done' || from.endedAt === null) return null;
  return waitFor(account, { from: from.moment, start: from.endedAt, dueAt: from.dueAt }, to, until);
}

/** The wait for an occurrence since an instant; null when it had ended before. */
export function waitFor(
  { account, segment, region, lostAt, ...history }: FlowAccount,
  { from, start, dueAt }: { readonly from: string; readonly start: number; readonly dueAt: number | null },
  to: FlowOccurrence,
  until: number,
): Wait | null {
  if (start > until) return null;
  const endedAt = to.endedAt ?? Infinity;
  if (endedAt < start || (endedAt === start && to.state !== 'done')) return null;
  const lost = lostAt !== null && lostAt > start ? lostAt : Infinity;
  const end = Math.min(endedAt, lost, until);
  const happened = endedAt <= end && to.state === 'done';
  const ending = happened ? 'done' : Math.min(endedAt, lost) <= until ? 'left' : 'waiting';
  const plannedMs = to.dueAt === null || dueAt === null ? null : to.dueAt - dueAt;
  const { moment, owner } = to;
  const since = Object.hasOwn(history.watched, moment) ? (history.watched[moment] ?? -Infinity) : -Infinity;
  const watchedSince = Math.max(history.watchedSince, since);
  return { account, from, to: moment, start, end, ending, watchedSince, plannedMs, segment, owner, region };
}

/** The waits of each transition. */
export function pairsOf(waits: readonly Wait[]): readonly (readonly Wait[])[] {
  return [...Map.groupBy(waits, ({ from, to }) => JSON.stringify([from, to])).values()];
}
