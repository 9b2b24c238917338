import type { Aggregate } from '../../model/resolved.ts';
import type { Parameters } from '../parameters.ts';

const dayMs = 86_400_000;

/** A measure over the account-days of its window: the aggregate, then the value and whether anything is in it. */
export interface Merged {
  /** Aggregate over the rows of one account. */
  readonly state: string;
  /** The value from the state's column. */
  readonly value: (state: string) => string;
  /** UInt8: at least one event is in the window. */
  readonly filled: (state: string) => string;
}

/** `from` and `until` are instants; rows are account-days or parts of them, told apart by their `start`. */
export interface Reach {
  /** Start of the window, null when ever. */
  readonly from: number | null;
  /** End of the window when it is not as of T (a stale source), else null. */
  readonly until: number | null;
  /** Last midnight at or before the end: where series end. */
  readonly midnight: number;
}

/** How an aggregate is put together from the rows of its base column. */
export function mergeSql(aggregate: Aggregate, column: string, reach: Reach, parameters: Parameters): Merged {
  const inside = insideSql(reach, parameters);
  const over = (name: string, ...args: string[]): string =>
    inside === null ? `${name}(${args.join(', ')})` : `${name}If(${args.join(', ')}, ${inside})`;
  switch (aggregate.kind) {
    case 'count':
      return { state: over('sum', column), value: (s) => `toFloat64(${s})`, filled: (s) => `${s} > 0` };
    case 'days':
    case 'unique':
      return { state: over('uniqExactArray', column), value: (s) => `toFloat64(${s})`, filled: (s) => `${s} > 0` };
    case 'first':
    case 'last':
      return {
        state: over(aggregate.kind === 'first' ? 'min' : 'max', column),
        value: (s) => `toFloat64(toUnixTimestamp64Milli(${s}))`,
        filled: (s) => `isNotNull(${s})`,
      };
    case 'sum':
    case 'avg':
      return sumMerged(aggregate.kind, column, over);
    case 'min':
    case 'max':
      return { state: over(aggregate.kind, column), value: (s) => s, filled: (s) => `isNotNull(${s})` };
    case 'latest': {
      const known = `isNotNull(${column}.value)`;
      const condition = inside === null ? known : `${inside} AND ${known}`;
      return {
        state: `argMaxIf(${column}, (${column}.time, ${column}.id), ${condition})`,
        value: (s) => `${s}.3`,
        filled: (s) => `isNotNull(${s}.3)`,
      };
    }
    case 'open':
      return {
        state: over('maxMap', column),
        value: (s) => `toFloat64(arrayCount(transition -> transition % 2 = 0, ${s}.2))`,
        filled: (s) => `notEmpty(${s}.1)`,
      };
    case 'series':
      return seriesMerged(aggregate, column, reach, parameters);
  }
}

function insideSql(reach: Reach, parameters: Parameters): string | null {
  const parts: string[] = [];
  if (reach.from !== null) parts.push(`start >= ${parameters.milliseconds(reach.from)}`);
  if (reach.until !== null) parts.push(`start < ${parameters.milliseconds(reach.until)}`);
  return parts.length === 0 ? null : parts.join(' AND ');
}

function sumMerged(kind: 'sum' | 'avg', column: string, over: (name: string, ...args: string[]) => string): Merged {
  // Whole and fraction are each exact as doubles, so the same sum always reads as the same double.
  const total = (s: string): string =>
    `(toFloat64(intDiv(${s}.1, toInt128(1000000000))) + toFloat64(${s}.1 % toInt128(1000000000)) / 1e9)`;
  return {
    state: `(${over('sum', `${column}.total`)}, ${over('sum', `${column}.events`)})`,
    value: (s) => (kind === 'sum' ? total(s) : `if(${s}.2 = 0, NULL, ${total(s)} / toFloat64(${s}.2))`),
    filled: (s) => `${s}.2 > 0`,
  };
}

/** Counts of whole blocks, oldest first; history starts with the block of the first event. */
function seriesMerged(
  { every, blocks }: Extract<Aggregate, { kind: 'series' }>,
  column: string,
  { midnight }: Reach,
  parameters: Parameters,
): Merged {
  const end = parameters.milliseconds(midnight);
  const span = parameters.milliseconds(every);
  const oldest = parameters.milliseconds(midnight - every * blocks);
  // Blocks are numbered from the newest, 0.
  const block = `toUInt16(intDiv(${end} - start - 1, ${span}))`;
  const counts = `sumMapIf([${block}], [${column}], start >= ${oldest} AND start < ${end} AND ${column} > 0)`;
  const first = `minOrNullIf(start, start < ${end} AND ${column} > 0)`;
  const exist = (s: string): string =>
    `if(isNull(${s}.2), 0, least(${blocks}, intDiv(${end} - assumeNotNull(${s}.2) - 1, ${span}) + 1))`;
  return {
    state: `(${counts}, ${first})`,
    value: (s) =>
      `arrayMap(k -> toFloat64(${s}.1.2[indexOf(${s}.1.1, toUInt16(k - 1))]), arrayReverse(range(1, toUInt32(${exist(s)}) + 1)))`,
    filled: (s) => `notEmpty(${s}.1.1)`,
  };
}

/** Start of the last UTC midnight at or before an instant. */
export function midnightOf(instant: number): number {
  return Math.floor(instant / dayMs) * dayMs;
}
