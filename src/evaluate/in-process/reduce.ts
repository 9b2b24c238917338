import type { BaseMeasure } from '../../compile/base-measure.ts';
import type { CompiledModel } from '../../compile/compile.ts';
import { type Cell, emptyCell, finished, taker } from './cells.ts';
import type { Slice } from './merge.ts';

/** An event as the engine stores it, or as the loader is about to. */
export interface RawEvent {
  readonly time: number;
  readonly id: string;
  readonly kind: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  readonly name: string;
  readonly person: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly times: Readonly<Record<string, number>>;
  readonly receivedAt: number;
}

/** Events of one account, and the instants at which days are cut, rising → its slices, rising. */
export type Reducer = (events: readonly RawEvent[], cuts: readonly number[]) => Slice[];

const dayMs = 86_400_000;

/**
 * Makes slices of raw events in process, to the last bit as the engine does (`compile/ctes/slices.ts`). Prepared once per
 * model, because it runs for thousands of accounts a second: which columns an event can touch is found by its name.
 */
export function reducer({ rollup }: CompiledModel): Reducer {
  const columns = rollup.columns.map(({ measure }) => ({ ...taker(measure), measure }));
  const touched = new Map<string, readonly number[]>();
  const columnsOf = (name: string): readonly number[] => {
    const known = touched.get(name);
    if (known !== undefined) return known;
    const found = columns.flatMap(({ measure }, index) => (mayTake(measure, name) ? [index] : []));
    if (touched.size < 10_000) touched.set(name, found); // names come from senders
    return found;
  };
  return (events, cuts) => {
    const slices = new Map<number, Cell[]>();
    for (const event of events) {
      const start = startOf(event.time, cuts);
      let cells = slices.get(start);
      if (cells === undefined) slices.set(start, (cells = columns.map(({ measure }) => emptyCell(measure.base))));
      if (event.kind === 'identify' || event.kind === 'group' || event.kind === 'alias') continue;
      for (const index of columnsOf(event.name)) {
        const cell = cells[index];
        if (cell !== undefined) columns[index]?.take(cell, event);
      }
    }
    return [...slices]
      .map(([start, cells]) => ({ start, cells: cells.map(finished) }))
      .toSorted((a, b) => a.start - b.start);
  };
}

function mayTake({ base, events }: BaseMeasure, name: string): boolean {
  if (base.kind === 'open') return name === base.from || name === base.to;
  return events === null || events.includes(name);
}

/** Start of the part of the day (00:00, 24:00] in which an instant lies: midnight, or the last cut before it. */
function startOf(time: number, cuts: readonly number[]): number {
  const midnight = Math.floor((time - 1) / dayMs) * dayMs;
  const cut = cuts.findLast((one) => one < time) ?? midnight;
  return Math.max(midnight, cut);
}
