import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type RowBatch, type RowReader, textBatchRows, type UnreadableRow } from './rows.ts';

/** Reads one JSON object per line; a column is a key of it. Empty lines are skipped. */
export function openJsonl(path: string): RowReader {
  return {
    columns: null,
    rowCount: null,
    read: (columns, unreadable) => readLines(path, columns, unreadable),
  };
}

async function* readLines(
  path: string,
  wanted: readonly string[],
  unreadable: (row: UnreadableRow) => void,
): AsyncGenerator<RowBatch> {
  const input = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
  let columns: unknown[][] = wanted.map(() => []);
  let lines: number[] = [];
  let numbers: number[] = [];
  let next = 0;
  let line = 0;
  const batch = (): RowBatch => {
    const [at, numbered] = [lines, numbers];
    return { columns, offset: 0, length: at.length, number: (i) => numbered[i] ?? 0, line: (i) => at[i] ?? 0 };
  };
  for await (const text of input) {
    line++;
    if (text.trim() === '') continue;
    const number = next++;
    const record = parseObject(text);
    if (typeof record === 'string') {
      unreadable({ line, reason: record });
      continue;
    }
    wanted.forEach((column, index) => columns[index]?.push(Object.hasOwn(record, column) ? record[column] : null));
    lines.push(line);
    numbers.push(number);
    if (lines.length === textBatchRows) {
      yield batch();
      columns = wanted.map(() => []);
      lines = [];
      numbers = [];
    }
  }
  if (lines.length > 0) yield batch();
}

/** The object, or why the line is none. */
function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    return 'not a JSON object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
