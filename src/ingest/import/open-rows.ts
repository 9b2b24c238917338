import { partitionsOf, withPartitions } from './hive.ts';
import { openCsv } from './read-csv.ts';
import { openJsonl } from './read-jsonl.ts';
import { openParquet } from './read-parquet.ts';
import type { RowReader } from './rows.ts';

const openers: readonly { readonly name: RegExp; readonly open: (path: string) => Promise<RowReader> | RowReader }[] = [
  { name: /\.(csv|tsv|txt)$/i, open: openCsv },
  { name: /\.(jsonl|ndjson)$/i, open: openJsonl },
  { name: /\.(parquet|pq)$/i, open: openParquet },
];

/** Whether this is a file of rows by its name. */
export function isRowFile(path: string): boolean {
  return openers.some(({ name }) => name.test(path));
}

/** Opens a CSV, JSONL or Parquet file, with the partition folders of its path as columns. */
export async function openRows(path: string): Promise<RowReader> {
  const opener = openers.find(({ name }) => name.test(path));
  if (!opener) throw new Error(`${path} is no CSV, JSONL or Parquet file by its name`);
  return withPartitions(await opener.open(path), partitionsOf(path));
}
