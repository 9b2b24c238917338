import { openRows } from './open-rows.ts';
import { type Cell, type Compute, type Cursor, toCell } from './value.ts';

/**
 * The rows of a small file by their key: key text → the wanted columns. Of two rows with one key the later one counts; of
 * a lookup of all rows each column is the list of its values.
 */
export interface LookupTable {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly Cell[]>;
}

/** What a lookup takes from its file. */
export interface LookupColumns {
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Sort all rows of a key by these; empty: one row counts. */
  readonly all: readonly string[];
}

/** Reads a lookup file into memory. Columns must have been checked against the file's. */
export async function readLookup(path: string, { key, columns, all }: LookupColumns): Promise<LookupTable> {
  const reader = await openRows(path);
  const found = new Map<string, { readonly order: readonly Cell[]; readonly cells: readonly Cell[] }[]>();
  for await (const batch of reader.read([...key, ...columns, ...all], () => {})) {
    for (let i = 0; i < batch.length; i++) {
      const cells = batch.columns.map((column) => toCell(column[batch.offset + i]));
      const id = keyOf(cells.slice(0, key.length));
      const end = key.length + columns.length;
      const row = { order: cells.slice(end), cells: cells.slice(key.length, end) };
      if (all.length === 0) found.set(id, [row]);
      else found.set(id, [...(found.get(id) ?? []), row]);
    }
  }
  const rows = new Map(
    [...found].map(([id, own]): [string, readonly Cell[]] => {
      if (all.length === 0) return [id, own[0]?.cells ?? []];
      const sorted = own.toSorted((a, b) => compareRows(a.order, b.order));
      return [id, columns.map((_, at) => sorted.map(({ cells }) => cells[at] ?? null))];
    }),
  );
  return { columns, rows };
}

/** Numbers by size, the rest as texts; what is not known comes last. */
function compareRows(one: readonly Cell[], other: readonly Cell[]): number {
  for (const [at, a] of one.entries()) {
    const b = other[at] ?? null;
    if (a === null || b === null) {
      if (a !== b) return a === null ? 1 : -1;
    } else if (typeof a === 'number' && typeof b === 'number') {
      if (a !== b) return a - b;
    } else if (textOf(a) !== textOf(b)) return textOf(a) < textOf(b) ? -1 : 1;
  }
  return 0;
}

/** Finds the row of a table for the row under the cursor: once per row, however many of its columns are used. */
export function finder(table: LookupTable, by: readonly Compute[]): (cursor: Cursor) => readonly Cell[] | null {
  let lastRow = -1;
  let lastFound: readonly Cell[] | null = null;
  const [only] = by;
  return (cursor) => {
    if (cursor.number === lastRow) return lastFound;
    const key = by.length === 1 && only ? textOf(only(cursor)) : keyOf(by.map((one) => one(cursor)));
    lastRow = cursor.number;
    lastFound = table.rows.get(key) ?? null;
    return lastFound;
  };
}

/** Keys are compared as texts, so that 7 of a Parquet file finds "7" of a CSV file. */
function keyOf(cells: readonly Cell[]): string {
  return cells.map(textOf).join('\u0000');
}

function textOf(cell: Cell): string {
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
