import { sep } from 'node:path';
import type { RowReader } from './rows.ts';

/** Partition folders of a path, `…/module=AAA/presentation=2013J/part-0.parquet` → { module: AAA, presentation: 2013J }. */
export function partitionsOf(path: string): Record<string, string> {
  const pairs = path
    .split(sep)
    .slice(0, -1)
    .map((part) => /^([A-Za-z_][\w.-]*)=(.*)$/.exec(part))
    .filter((match) => match !== null)
    .map(([, key = '', value = '']): [string, string] => [key, decodeURIComponent(value)]);
  return Object.fromEntries(pairs);
}

/** Adds the partition folders as text columns. A column of the file itself wins over a folder of the same name. */
export function withPartitions(reader: RowReader, partitions: Record<string, string>): RowReader {
  const own = new Set(reader.columns?.map(({ name }) => name));
  const added = Object.keys(partitions).filter((name) => !own.has(name));
  if (added.length === 0) return reader;
  return {
    rowCount: reader.rowCount,
    columns: reader.columns && [...reader.columns, ...added.map((name) => ({ name, kind: 'string' as const }))],
    async *read(columns, unreadable) {
      const inFile = columns.filter((name) => !added.includes(name));
      for await (const batch of reader.read(inFile, unreadable)) {
        const filled = columns.map((name) =>
          added.includes(name)
            ? Array.from<string>({ length: batch.offset + batch.length }).fill(partitions[name] ?? '')
            : (batch.columns[inFile.indexOf(name)] ?? []),
        );
        yield { ...batch, columns: filled };
      }
    },
  };
}
