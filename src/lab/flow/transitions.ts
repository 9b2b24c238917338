import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { excessAccountDays, mostFalse, type Suspicion, suspect } from './delay.ts';
import { grouped, type Grouping } from './groups.ts';
import { type Period, spellOf, spellsOf } from './period.ts';
import { pairsOf, type Wait } from './wait.ts';
import { type WaitingTime, waitingTime } from './waiting-time.ts';

/** How long a group waits from one moment to the next. */
export interface Transition extends WaitingTime {
  /** A moment, or `phase:` and the phase that starts. */
  readonly from: string;
  readonly to: string;
  readonly group: string;
  /** Σ max(0, wait − plan), waits that go on included. */
  readonly excessAccountDays: number;
  readonly systemic: boolean;
}

/** A systemic delay, with what shows it. */
export interface Delay extends Pick<Transition, 'from' | 'to' | 'group' | 'excessAccountDays'> {
  /** `slower` than in the year before; `behind` the plan. */
  readonly reasons: readonly ('slower' | 'behind')[];
  /** The smallest false discovery rate at which it would count as one, over all that was tested. */
  readonly p: number;
  readonly targetDays: number | null;
  readonly recent: WaitingTime;
  readonly before: WaitingTime;
  /** Waits that should have ended in the last half year, and those that had not when they should. */
  readonly due: number;
  readonly late: number;
  /** Of all the days that accounts waited anywhere. */
  readonly shareOfWaiting: number;
}

interface Row {
  readonly waits: readonly Wait[];
  readonly suspicion: Suspicion;
  readonly transition: Omit<Transition, 'systemic'>;
}

/** Every transition by group, and the systemic delays among them; both with most excess account-days first. */
export function transitionsOf(
  waits: readonly Wait[],
  by: Grouping | null,
  period: Period,
): { readonly transitions: readonly Transition[]; readonly delays: readonly Delay[] } {
  const rows = pairsOf(waits).flatMap((own) => grouped(own, by).flatMap(([group, some]) => rowOf(group, some, period)));
  const ranked = rows.toSorted(byExcess);
  const found = verdicts(ranked.map(({ suspicion }) => suspicion));
  const total = ranked.reduce((sum, one) => sum + waitedMs(one.waits, period), 0);
  const transitions = ranked.map(({ transition }, index) => ({ ...transition, systemic: found[index] !== null }));
  const delays = ranked.flatMap(({ transition, suspicion, waits: own }, index): Delay[] => {
    const verdict = found[index] ?? null;
    if (verdict === null) return [];
    const { from, to, group, excessAccountDays: excess } = transition;
    const { recent, before, targetDays, due, late } = suspicion;
    const shareOfWaiting = total === 0 ? 0 : waitedMs(own, period) / total;
    return [
      { from, to, group, excessAccountDays: excess, ...verdict, targetDays, recent, before, due, late, shareOfWaiting },
    ];
  });
  return { transitions, delays };
}

/** No row when none of the waits was watched in the period. */
function rowOf(group: string, all: readonly Wait[], period: Period): Row[] {
  const waits = all.filter((wait) => spellOf(wait, period) !== null);
  const [one] = waits;
  if (one === undefined) return [];
  const time = waitingTime(spellsOf(waits, period));
  const excess = excessAccountDays(waits, period);
  const transition = { from: one.from, to: one.to, group, ...time, excessAccountDays: excess };
  return [{ waits, suspicion: suspect(all, period.until), transition }];
}

function byExcess({ transition: a }: Row, { transition: b }: Row): number {
  const names = (one: Row['transition']): string => JSON.stringify([one.from, one.to, one.group]);
  return b.excessAccountDays - a.excessAccountDays || (names(a) < names(b) ? -1 : 1);
}

/** Chance is ruled out over all that was tested at once. */
function verdicts(suspicions: readonly Suspicion[]): readonly (Pick<Delay, 'reasons' | 'p'> | null)[] {
  const tests = suspicions.flatMap(({ slower, behind }, row) =>
    [
      { row, reason: 'slower' as const, p: slower },
      { row, reason: 'behind' as const, p: behind },
    ].flatMap((test) => (test.p === null ? [] : [{ ...test, p: test.p }])),
  );
  const adjusted = benjaminiHochberg(tests.map(({ p }) => p));
  const found = tests.map((test, index) => ({ ...test, p: adjusted[index] ?? 1 })).filter(({ p }) => p < mostFalse);
  const byRow = Map.groupBy(found, ({ row }) => row);
  return suspicions.map((_, row) => {
    const own = byRow.get(row);
    if (own === undefined) return null;
    return { reasons: own.map(({ reason }) => reason), p: Math.min(...own.map(({ p }) => p)) };
  });
}

function waitedMs(waits: readonly Wait[], { from, until }: Period): number {
  return waits.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(end, until) - Math.max(start, from)), 0);
}
