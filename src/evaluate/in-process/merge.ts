import type { MeasureColumn } from '../../compile/plan.ts';
import type { Value } from '../../model/expression/expression.ts';
import { compareTexts } from '../../model/expression/version.ts';
import type { PropertyType } from '../../model/resolved.ts';

/** A slice: an account-day, a part of one, or many that no window tells apart. A cell per column of the rollup. */
export interface Slice {
  readonly start: number;
  readonly cells: readonly unknown[];
}

/** What a measure says, as of its instant. */
export interface Reading {
  readonly value: Value;
  /** Of a list: its JSON, as it was sent. */
  readonly json: string | null;
  /** At least one event is in the window. */
  readonly filled: boolean;
  /** Of `latest`: when. */
  readonly newest: number | null;
}

/** What cells hold, by the kind of the base measure. */
type Sum = readonly [billionths: string, events: number];
type Latest = readonly [time: number, id: string, value: string | number | null];
type Open = readonly [pairs: readonly string[], transitions: readonly number[]];

/** Puts together the slices inside the reach of a measure: the same in arrays as `columns/merge.ts` says in SQL. */
export function readMeasure({ measure, reach }: MeasureColumn, slices: readonly Slice[], column: number): Reading {
  const { aggregate } = measure;
  if (aggregate.kind === 'series') return readSeries(aggregate, reach.midnight, slices, column);
  const cells: unknown[] = [];
  for (const slice of slices) {
    const isInside =
      (reach.from === null || slice.start >= reach.from) && (reach.until === null || slice.start < reach.until);
    if (isInside) cells.push(slice.cells[column]);
  }
  switch (aggregate.kind) {
    case 'count':
      return counted((cells as number[]).reduce((sum, count) => sum + count, 0));
    case 'days':
    case 'unique':
      return counted(distinct(cells as (readonly (string | number)[])[]));
    case 'first':
    case 'min':
      return extreme(cells as (number | null)[], Math.min);
    case 'last':
    case 'max':
      return extreme(cells as (number | null)[], Math.max);
    case 'sum':
    case 'avg':
      return readSum(aggregate.kind, cells as Sum[]);
    case 'latest':
      return readLatest(aggregate.propertyType, cells as Latest[]);
    case 'open':
      return readOpen(cells as Open[]);
  }
}

function distinct(cells: readonly (readonly (string | number)[])[]): number {
  const filled = cells.filter(({ length }) => length > 0);
  if (filled.length < 2) return filled[0]?.length ?? 0; // a cell names each once
  return new Set(filled.flat()).size;
}

function counted(count: number): Reading {
  return { value: count, json: null, filled: count > 0, newest: null };
}

function extreme(cells: readonly (number | null)[], pick: (a: number, b: number) => number): Reading {
  const known = cells.filter((cell) => cell !== null);
  const value = known.length === 0 ? null : known.reduce((a, b) => pick(a, b));
  return { value, json: null, filled: value !== null, newest: null };
}

/** Billionths as whole numbers, so that order never shows; whole and fraction are each exact as doubles. */
function readSum(kind: 'sum' | 'avg', cells: readonly Sum[]): Reading {
  const events = cells.reduce((sum, [, count]) => sum + count, 0);
  const billionths = cells.reduce((sum, [total]) => (total === '0' ? sum : sum + BigInt(total)), 0n);
  const total = Number(billionths / 1_000_000_000n) + Number(billionths % 1_000_000_000n) / 1e9;
  const value = kind === 'sum' ? total : events === 0 ? null : total / events;
  return { value, json: null, filled: events > 0, newest: null };
}

function readLatest(type: PropertyType, cells: readonly Latest[]): Reading {
  const newest = cells
    .filter(([, , value]) => value !== null)
    .reduce<Latest | null>((best, cell) => {
      if (best === null) return cell;
      const later = cell[0] - best[0] || compareTexts(cell[1], best[1]);
      return later > 0 ? cell : best;
    }, null);
  if (newest === null) return { value: null, json: null, filled: false, newest: null };
  const [at, , found] = newest;
  const value = type === 'bool' ? found === 1 : type === 'list' ? listOf(String(found)) : found;
  return { value, json: type === 'list' ? String(found) : null, filled: true, newest: at };
}

/** The texts of a list, which is kept as JSON: strings as they are, anything else as its JSON; none if it only looks so. */
export function listOf(json: string): readonly string[] {
  try {
    const items = JSON.parse(json) as unknown;
    return Array.isArray(items) ? items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))) : [];
  } catch {
    return [];
  }
}

/** Pairs whose last transition, the higher number, opens: an even one. */
function readOpen(cells: readonly Open[]): Reading {
  const last = new Map<string, number>();
  for (const [pairs, transitions] of cells)
    for (const [index, pair] of pairs.entries())
      last.set(pair, Math.max(last.get(pair) ?? -Infinity, transitions[index] ?? -Infinity));
  const open = [...last.values()].filter((transition) => transition % 2 === 0).length;
  return { value: open, json: null, filled: last.size > 0, newest: null };
}

/** Counts of whole blocks, oldest first; history starts with the block of the first event. */
function readSeries(
  { every, blocks }: { readonly every: number; readonly blocks: number },
  end: number,
  slices: readonly Slice[],
  column: number,
): Reading {
  const counts = new Map<number, number>();
  let exist = 0;
  for (const { start, cells } of slices) {
    const count = cells[column] as number;
    if (start >= end || count === 0) continue;
    const block = Math.floor((end - start - 1) / every);
    exist = Math.max(exist, Math.min(blocks, block + 1));
    if (block < blocks) counts.set(block, (counts.get(block) ?? 0) + count);
  }
  const value = Array.from({ length: exist }, (_, index) => counts.get(exist - 1 - index) ?? 0);
  return { value, json: null, filled: counts.size > 0, newest: null };
}
