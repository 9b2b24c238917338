import { openRows } from './open-rows.ts';
import { type Cell, type Compute, type Cursor, toCell } from './value.ts';

/** The rows of a small file by their key: key text → the wanted columns. Of two rows with one key the later one counts. */
export interface LookupTable {
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, readonly Cell[]>;
}

/** Reads a lookup file into memory. Columns must have been checked against the file's. */
export async function readLookup(
  path: string,
  key: readonly string[],
  columns: readonly string[],
): Promise<LookupTable> {
  const reader = await openRows(path);
  const rows = new Map<string, readonly Cell[]>();
  for await (const batch of reader.read([...key, ...columns], () => {})) {
    for (let i = 0; i < batch.length; i++) {
      const cells = batch.columns.map((column) => toCell(column[batch.offset + i]));
      rows.set(keyOf(cells.slice(0, key.length)), cells.slice(key.length));
    }
  }
  return { columns, rows };
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
