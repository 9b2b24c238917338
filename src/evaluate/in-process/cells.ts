import type { BaseKind, BaseMeasure } from '../../compile/base-measure.ts';
import type { PropertyType } from '../../model/resolved.ts';
import { compareTexts } from '../../model/expression/version.ts';
import { conditionOf, numberReader, propertyReader, type RawEvent, textReader } from './raw-event.ts';

/** How a column takes events into its cell. What a finished cell holds is said at `merge.ts`. */
export interface Fold {
  /** The cell with one more event; undefined as long as no event counted. The name of the event has been looked at. */
  readonly take: (cell: unknown, event: RawEvent) => unknown;
  /** The cell as the engine would show it. All cells of no events are one: most cells of most days are empty. */
  readonly finish: (cell: unknown) => unknown;
}

const dayMs = 86_400_000;

/** The fold of a base measure, as `columns/reduce.ts` says it in SQL. */
export function foldOf({ base, where }: BaseMeasure): Fold {
  const holds = where === null ? () => true : conditionOf(where);
  switch (base.kind) {
    case 'count':
      return fold({ read: () => 1, holds, add: (count: number | undefined) => (count ?? 0) + 1, empty: 0 });
    case 'days':
      return fold({
        read: ({ time }) => Math.floor(time / dayMs),
        holds,
        add: otherDate,
        finish: (dates) => dates.toSorted((a, b) => a - b),
        empty: [],
      });
    case 'unique':
      return fold({
        read: base.property === null ? ({ person }) => (person === '' ? null : person) : textReader(base.property),
        holds,
        add: (found: Set<string> | undefined, text) => (found ?? new Set<string>()).add(text),
        finish: (found) => [...found].toSorted(compareTexts),
        empty: [],
      });
    case 'first':
    case 'last':
      return fold({ read: ({ time }) => time, holds, add: base.kind === 'first' ? lower : higher, empty: null });
    case 'min':
    case 'max':
      return fold({
        read: numberReader(base.property),
        holds,
        add: base.kind === 'min' ? lower : higher,
        empty: null,
      });
    case 'sum':
      return fold({ read: summand(base.property), holds, add: addToSum, finish: finishSum, empty: ['0', 0] });
    case 'latest':
      return latestFold(base, holds);
    case 'open':
      return openFold(base, holds);
  }
}

/** Puts a fold together; `holds` is asked last, because conditions cost most. */
function fold<Cell, Read>(parts: {
  readonly read: (event: RawEvent) => Read | null;
  readonly holds: (event: RawEvent) => boolean;
  readonly add: (cell: Cell | undefined, value: Read, event: RawEvent) => Cell;
  readonly finish?: (cell: Cell) => unknown;
  readonly empty: unknown;
}): Fold {
  const { read, holds, add, finish, empty } = parts;
  return {
    take: (cell, event) => {
      const value = read(event);
      return value !== null && holds(event) ? add(cell as Cell | undefined, value, event) : cell;
    },
    finish: (cell) => (cell === undefined ? empty : finish === undefined ? cell : finish(cell as Cell)),
  };
}

/** A day (00:00, 24:00] has at most two dates. */
function otherDate(known: number[] | undefined, date: number): number[] {
  if (known === undefined) return [date];
  if (!known.includes(date)) known.push(date);
  return known;
}

function lower(known: number | undefined, value: number): number {
  return known === undefined || value < known ? value : known;
}

function higher(known: number | undefined, value: number): number {
  return known === undefined || value > known ? value : known;
}

/** Billionths as whole numbers, so that the order of events never shows: `small` while it holds them exactly. */
interface Sum {
  small: number;
  large: bigint;
  events: number;
}

/** Whole billionths. Beyond ±1e15 a number is not taken. */
function summand(property: string): (event: RawEvent) => number | null {
  const read = numberReader(property);
  return (event) => {
    const value = read(event);
    return value === null || Math.abs(value) > 1e15 ? null : Math.floor(value * 1e9 + 0.5);
  };
}

function addToSum(known: Sum | undefined, billionths: number): Sum {
  const sum = known ?? { small: 0, large: 0n, events: 0 };
  const small = sum.small + billionths;
  if (Number.isSafeInteger(small) && Number.isSafeInteger(billionths)) sum.small = small;
  else sum.large += BigInt(billionths);
  sum.events += 1;
  return sum;
}

function finishSum({ small, large, events }: Sum): readonly [billionths: string, events: number] {
  return [String(large + BigInt(small)), events];
}

interface Latest {
  time: number;
  id: string;
  value: string | number;
}

function latestFold(base: Extract<BaseKind, { kind: 'latest' }>, holds: (event: RawEvent) => boolean): Fold {
  return fold({
    read: storedReader(base.property, base.propertyType),
    holds,
    add: (known: Latest | undefined, value, { time, id }) => {
      if (known === undefined) return { time, id, value };
      if ((time - known.time || compareTexts(id, known.id)) > 0) Object.assign(known, { time, id, value });
      return known;
    },
    finish: ({ time, id, value }) => [time, id, value],
    empty: [0, '', null],
  });
}

/** A property as a column keeps it: a bool as 1 or 0, a list as it was sent. */
function storedReader(property: string, type: PropertyType): (event: RawEvent) => string | number | null {
  const text = textReader(property);
  if (type === 'list') return (event) => (text(event)?.startsWith('[') === true ? text(event) : null);
  const read = propertyReader(property, type);
  return (event) => {
    const value = read(event);
    return typeof value === 'boolean' ? Number(value) : (value as string | number | null);
  };
}

/** One number per transition, so that the newest wins and at the same instant the close does; closes have no condition. */
function openFold({ to, by }: Extract<BaseKind, { kind: 'open' }>, holds: (event: RawEvent) => boolean): Fold {
  return fold({
    read: textReader(by),
    holds: (event) => event.name === to || holds(event),
    add: (known: Map<string, number> | undefined, pair, { time, name }) => {
      const last = known ?? new Map<string, number>();
      const transition = time * 2 + (name === to ? 1 : 0);
      return transition > (last.get(pair) ?? -Infinity) ? last.set(pair, transition) : last;
    },
    finish: (last) => {
      const pairs = [...last].toSorted(([a], [b]) => compareTexts(a, b));
      return [pairs.map(([pair]) => pair), pairs.map(([, transition]) => transition)];
    },
    empty: [[], []],
  });
}
