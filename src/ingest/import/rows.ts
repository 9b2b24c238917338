import type { Kind } from './value.ts';

/** Some rows of a file, by column: `columns[c][offset + i]` is column c of row i of the batch. */
export interface RowBatch {
  readonly columns: readonly ArrayLike<unknown>[];
  readonly offset: number;
  readonly length: number;
  /** Position in the file of row i of the batch, from 0; rows that cannot be read count. */
  readonly number: (i: number) => number;
  /** First line in the file of row i of the batch; for Parquet, which has no lines, the row number from 1. */
  readonly line: (i: number) => number;
}

/** A row that the reader itself could not make out. */
export interface UnreadableRow {
  readonly line: number;
  readonly reason: string;
}

/** A file as rows. Columns are asked for by name, so that only those are read. */
export interface RowReader {
  /** Null when they are only known row by row (JSONL). */
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[] | null;
  /** Null when it would take a full read to know. */
  readonly rowCount: number | null;
  /** In file order. Reading again gives the same rows with the same numbers. */
  read(columns: readonly string[], unreadable: (row: UnreadableRow) => void): AsyncIterable<RowBatch>;
}

/** Rows that text formats gather before handing them on. */
export const textBatchRows = 8192;
