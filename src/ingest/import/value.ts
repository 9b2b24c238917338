/** A value while a row is read: what cells, constants and expressions hold. Times and durations are milliseconds. */
export type Cell = string | number | boolean | null | readonly Cell[] | { readonly [key: string]: Cell };

/** What is known about a value before any row is read. `any` is found out row by row. */
export type Kind = 'any' | 'string' | 'number' | 'bool' | 'time' | 'duration' | 'list' | 'map' | 'null';

/** One row under the cursor. `columns` are the used columns of the batch in the order that the plan asked for them. */
export interface Cursor {
  columns: readonly ArrayLike<unknown>[];
  /** Position in the columns. */
  at: number;
  /** Number of the row in its file, from 0; the same in every run. */
  number: number;
  /** The entries of `values`, computed in order for each row. */
  readonly values: Cell[];
}

/** Computes one value of the row under the cursor. Throws `RowProblem` when this row has none. */
export type Compute = (cursor: Cursor) => Cell;

/** A compiled expression: one closure tree, no interpretation per row. */
export interface Expression {
  readonly kind: Kind;
  readonly compute: Compute;
  /** Columns it reads, for messages about a row. */
  readonly reads: readonly string[];
}

/** An expression that cannot be compiled; `offset` is the place in its text. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly offset: number;
  readonly hint: string | null;
  constructor(message: string, offset: number, hint: string | null = null) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

/** This row cannot become what the mapping says: counted, explained in failed.csv, never a reason to stop. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
}

/** A number as text. Throws `RowProblem` for one above 2^53: reading it has rounded it, so it is no id. */
export function numberText(value: number): string {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
  throw new RowProblem(`${value} is above ${Number.MAX_SAFE_INTEGER} and was rounded; write it as text in the file`);
}

/** Whether a cell is a list (`Array.isArray` does not know read-only ones). */
export function isList(cell: Cell): cell is readonly Cell[] {
  return Array.isArray(cell);
}

/** Brings what a file reader gives (dates, big integers, empty CSV cells) to a cell. */
export function toCell(raw: unknown): Cell {
  if (typeof raw === 'string') return raw === '' ? null : raw;
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  if (typeof raw === 'boolean') return raw;
  if (typeof raw === 'bigint') return Number(raw);
  return typeof raw === 'object' && raw !== null ? objectToCell(raw) : null;
}

function objectToCell(raw: object): Cell {
  if (raw instanceof Date) return raw.getTime();
  if (Array.isArray(raw)) return raw.map(toCell);
  if (ArrayBuffer.isView(raw)) return null;
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, toCell(value)]));
}
