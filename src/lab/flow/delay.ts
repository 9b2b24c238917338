import { logRank } from '../statistics/log-rank.ts';
import { signTest } from '../statistics/sign-test.ts';
import { days, type Period, spellsOf } from './period.ts';
import type { Wait } from './wait.ts';
import { type WaitingTime, waitingTime } from './waiting-time.ts';

const dayMs = 86_400_000;
/** What is recent, and what it is compared with. */
const recentDays = 182;
const beforeDays = 364;
/** Fewer waits than this show no system. */
export const fewest = 20;
/** A median that grew by a quarter is longer in a way that matters. */
const longer = 1.25;
/** The false discovery rate that is accepted over everything that is tested at once. */
export const mostFalse = 0.01;

/** Whether one group of waits looks delayed, before chance is ruled out over all groups. */
export interface Suspicion {
  /** The half year up to the end, and the year before it. */
  readonly recent: WaitingTime;
  readonly before: WaitingTime;
  /** How long the model plans it to be: the median over the waits. Null: it does not say. */
  readonly targetDays: number | null;
  /** Waits whose planned end came in the half year, and how many of them were not over by then. */
  readonly due: number;
  readonly late: number;
  /** p of waiting longer than before; 1 when it does not look so, null when there is too little to tell. */
  readonly slower: number | null;
  /** p of more than half being late; 1 and null in the same way. */
  readonly behind: number | null;
}

/**
 * Two ways to be delayed: slower than it was (log-rank of the last half year against the year before, with a median that
 * grew by a quarter or lies behind the plan), and behind the plan all along (more than half of what was planned to end in
 * the half year did not: an exact sign test). The first finds what became slow, the second what never was in time.
 */
export function suspect(waits: readonly Wait[], until: number): Suspicion {
  const middle = until - recentDays * dayMs;
  const halfYear = { from: middle, until };
  const recentSpells = spellsOf(waits, halfYear);
  const beforeSpells = spellsOf(waits, { from: middle - beforeDays * dayMs, until: middle });
  const [recent, before] = [waitingTime(recentSpells), waitingTime(beforeSpells)];
  const targetDays = targetOf(waits);
  const events = (spells: typeof recentSpells) => spells.map((one) => ({ ...one, event: one.cause === 'done' }));
  const test = recent.n >= fewest ? logRank([events(recentSpells), events(beforeSpells)]) : null;
  const [now] = test?.groups ?? [];
  const isSlower = now !== undefined && now.observed < now.expected && matters(recent, before, targetDays);
  const { due, late } = dueIn(waits, halfYear);
  return {
    recent,
    before,
    targetDays,
    due,
    late,
    slower: test === null ? null : isSlower ? test.p : 1,
    behind: due < fewest ? null : signTest(late, due),
  };
}

/** The wait that the model plans, in days: the middle one where dates differ by account. */
export function targetOf(waits: readonly Wait[]): number | null {
  const planned = waits.flatMap(({ plannedMs }) => plannedMs ?? []).toSorted((a, b) => a - b);
  const middle = planned[Math.floor(planned.length / 2)];
  return middle === undefined ? null : days(middle);
}

/** Σ max(0, wait − plan) within a period, in account-days; waits that go on count up to its end. */
export function excessAccountDays(waits: readonly Wait[], { from, until }: Period): number {
  let excess = 0;
  for (const { start, end, plannedMs } of waits) {
    if (plannedMs === null) continue;
    excess += Math.max(0, Math.min(end, until) - Math.max(start + plannedMs, from));
  }
  return days(excess);
}

/** The median that was not reached is longer than any that was. */
function matters(recent: WaitingTime, before: WaitingTime, targetDays: number | null): boolean {
  const [now, then] = [recent.medianDays ?? Infinity, before.medianDays ?? Infinity];
  return now >= longer * then ? then < Infinity : targetDays !== null && now > targetDays;
}

/**
 * The waits whose plan ended within a period, whatever became of them; without those that were left or not watched
 * before it did, which nobody can judge.
 */
function dueIn(waits: readonly Wait[], { from, until }: Period): { readonly due: number; readonly late: number } {
  let due = 0;
  let late = 0;
  for (const { start, end, ending, plannedMs, watchedSince } of waits) {
    if (plannedMs === null || watchedSince > start) continue;
    const at = start + plannedMs;
    if (at <= from || at > until || (ending === 'left' && end <= at)) continue;
    due += 1;
    if (ending !== 'done' || end > at) late += 1;
  }
  return { due, late };
}
