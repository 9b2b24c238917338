import { benjaminiHochberg } from '../statistics/benjamini-hochberg.ts';
import { logRank } from '../statistics/log-rank.ts';
import { fewest, mostFalse } from './delay.ts';
import { grouped, type Grouping, groupings } from './groups.ts';
import { type Period, spellsOf } from './period.ts';
import { pairsOf, type Wait } from './wait.ts';
import { type WaitingTime, waitingTime } from './waiting-time.ts';

/** A transition on which segments, owners or regions do not wait equally long: where to look for the cause. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly by: Grouping;
  /** The smallest false discovery rate at which it would count as one, over all transitions and groupings. */
  readonly p: number;
  readonly groups: readonly ({ readonly group: string } & WaitingTime)[];
}

/** A log-rank test of g groups takes g² numbers at each event; beyond the largest so many a company has no system but people. */
const mostGroups = 50;

/** Where groups differ (log-rank), chance ruled out over everything that was tested; the surest first. */
export function differencesOf(waits: readonly Wait[], period: Period): readonly Difference[] {
  const tests = pairsOf(waits).flatMap((own) => groupings.flatMap((by) => testOf(own, by, period)));
  const adjusted = benjaminiHochberg(tests.map(({ p }) => p));
  return tests
    .map((test, index) => ({ ...test, p: adjusted[index] ?? 1 }))
    .filter(({ p }) => p < mostFalse)
    .toSorted((a, b) => a.p - b.p || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function testOf(waits: readonly Wait[], by: Grouping, period: Period): Difference[] {
  const [one] = waits;
  const groups = grouped(waits, by)
    .map(([group, own]) => ({ group, spells: spellsOf(own, period) }))
    .filter(({ spells }) => spells.length >= fewest)
    .toSorted((a, b) => b.spells.length - a.spells.length)
    .slice(0, mostGroups);
  const test = logRank(
    groups.map(({ spells }) => spells.map((spell) => ({ ...spell, event: spell.cause === 'done' }))),
  );
  if (one === undefined || test === null) return [];
  const times = groups.map(({ group, spells }) => ({ group, ...waitingTime(spells) }));
  return [{ from: one.from, to: one.to, by, p: test.p, groups: times }];
}

function nameOf({ from, to, by }: Difference): string {
  return JSON.stringify([from, to, by]);
}
