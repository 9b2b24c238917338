import type { Wait } from './wait.ts';

/** What waits are told apart by. */
export const groupings = ['segment', 'owner', 'region'] as const;
export type Grouping = (typeof groupings)[number];

/** The group of everybody, and of who has no owner or region. */
const everybody = 'all';
const nobody = 'none';

/** The group that something belongs to; every wait belongs to one. */
export function groupOf(one: Pick<Wait, Grouping>, by: Grouping | null): string {
  if (by === null) return everybody;
  const group = one[by];
  return group === null || group === '' ? nobody : group;
}

/** Waits by group, in the order of their names. */
export function grouped(waits: readonly Wait[], by: Grouping | null): readonly (readonly [string, readonly Wait[]])[] {
  const groups = Map.groupBy(waits, (one) => groupOf(one, by));
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
