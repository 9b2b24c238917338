import { parseInstant } from './instant.ts';
import { type Cell, isList, type Kind, numberText, RowProblem } from './value.ts';

/** A function of the mapping language. Null in, null out, unless `nulls` says that it looks at them itself. */
export interface MappingFunction {
  readonly parameters: readonly Kind[];
  /** The last parameter may repeat. */
  readonly variadic?: boolean;
  readonly returns: Kind | 'first';
  readonly nulls?: boolean;
  readonly apply: (...args: Cell[]) => Cell;
}

const unit = (milliseconds: number): MappingFunction => ({
  parameters: ['number'],
  returns: 'duration',
  apply: (amount) => numeric(amount) * milliseconds,
});

/** Every function that a mapping may call; `value.method(…)` is `method(value, …)`. */
export const functions: Readonly<Record<string, MappingFunction>> = {
  date: { parameters: ['string'], returns: 'time', apply: (text) => dayStart(instant(text)) },
  time: { parameters: ['string'], returns: 'time', apply: instant },
  epochSeconds: { parameters: ['any'], returns: 'time', apply: (value) => Math.round(toNumber(value) * 1000) },
  epochMilliseconds: { parameters: ['any'], returns: 'time', apply: (value) => Math.round(toNumber(value)) },
  milliseconds: unit(1),
  seconds: unit(1000),
  minutes: unit(60_000),
  hours: unit(3_600_000),
  days: unit(86_400_000),
  startOfDay: { parameters: ['time'], returns: 'time', apply: (time) => dayStart(numeric(time)) },
  string: { parameters: ['any'], returns: 'string', apply: toText },
  number: { parameters: ['any'], returns: 'number', apply: toNumber },
  bool: { parameters: ['any'], returns: 'bool', apply: toBool },
  lower: { parameters: ['string'], returns: 'string', apply: (text) => toText(text).toLowerCase() },
  upper: { parameters: ['string'], returns: 'string', apply: (text) => toText(text).toUpperCase() },
  trim: { parameters: ['string'], returns: 'string', apply: (text) => toText(text).trim() || null },
  split: { parameters: ['string', 'string'], returns: 'list', apply: (text, by) => toText(text).split(toText(by)) },
  indexOf: { parameters: ['list', 'any'], returns: 'number', apply: placeIn },
  contains: {
    parameters: ['any', 'string'],
    returns: 'bool',
    apply: (text, part) => toText(text).includes(toText(part)),
  },
  startsWith: {
    parameters: ['string', 'string'],
    returns: 'bool',
    apply: (text, part) => toText(text).startsWith(toText(part)),
  },
  endsWith: {
    parameters: ['string', 'string'],
    returns: 'bool',
    apply: (text, part) => toText(text).endsWith(toText(part)),
  },
  round: { parameters: ['number'], returns: 'number', apply: (value) => Math.round(numeric(value)) },
  floor: { parameters: ['number'], returns: 'number', apply: (value) => Math.floor(numeric(value)) },
  coalesce: {
    parameters: ['any'],
    variadic: true,
    returns: 'first',
    nulls: true,
    apply: (...values) => values.find((value) => value !== null) ?? null,
  },
  has: { parameters: ['any'], returns: 'bool', nulls: true, apply: (value) => value !== null },
};

/** Null where it is not in it. */
function placeIn(list: Cell | undefined, value: Cell | undefined): Cell {
  if (list === undefined || !isList(list)) throw new RowProblem(`${quote(list)} is not a list`);
  const at = list.indexOf(value ?? null);
  return at < 0 ? null : at;
}

function numeric(value: Cell | undefined): number {
  if (typeof value === 'number') return value;
  throw new RowProblem(`${quote(value)} is not a number; number(…) reads a number from text`);
}

/** The newest text is remembered: neighbours in a file often share a date, and reading one is slow. */
let lastText = '';
let lastInstant: number | null = null;

function instant(value: Cell | undefined): number {
  if (typeof value === 'string' && value !== lastText) {
    lastInstant = parseInstant(value);
    lastText = value;
  }
  if (typeof value === 'string' && lastInstant !== null) return lastInstant;
  throw new RowProblem(`${quote(value)} is not an ISO 8601 date or time`);
}

function dayStart(time: number): number {
  return Math.floor(time / 86_400_000) * 86_400_000;
}

function toText(value: Cell | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  throw new RowProblem(`${quote(value)} has no text form`);
}

function toNumber(value: Cell | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(parsed)) return parsed;
  throw new RowProblem(`${quote(value)} is not a number`);
}

function toBool(value: Cell | undefined): boolean {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'object' ? '' : String(value).toLowerCase();
  if (text === 'true' || text === '1' || text === 'yes') return true;
  if (text === 'false' || text === '0' || text === 'no') return false;
  throw new RowProblem(`${quote(value)} is neither true nor false`);
}

function quote(value: Cell | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
