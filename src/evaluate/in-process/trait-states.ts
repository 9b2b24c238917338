import { compareTexts } from '../../model/expression/version.ts';
import type { TraitState } from './ingredients.ts';

const dayMs = 86_400_000;

/** A value that a trait was given: when (UTC ms), by which message, and what; `present` is 0 when it was removed. */
export type TraitRow = readonly [
  time: number,
  message: string,
  text: string,
  number: number | null,
  moment: number | null,
  present: number,
];

/** The trait as it was at each distance (days) from T: its newest value by then, as the engine's traits query says. */
export function traitStates(rows: readonly TraitRow[], asOf: number, days: readonly number[]): readonly TraitState[] {
  return days.map((distance) => {
    const until = asOf - distance * dayMs;
    let newest: TraitRow | null = null;
    for (const row of rows) {
      if (row[0] > until) continue;
      if (newest === null || (row[0] - newest[0] || compareTexts(row[1], newest[1])) > 0) newest = row;
    }
    if (newest === null) return ['', null, null, 0];
    const [, , text, number, moment, present] = newest;
    return [text, number, moment, present];
  });
}
