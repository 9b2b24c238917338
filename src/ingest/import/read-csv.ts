import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse';
import { type RowBatch, type RowReader, textBatchRows, type UnreadableRow } from './rows.ts';
import { counted } from '../../lib/counted.ts';

/** Reads a CSV (or TSV, or semicolon) file with a header row, strictly: a row of another width is refused, not guessed. */
export async function openCsv(path: string): Promise<RowReader> {
  const delimiter = await findDelimiter(path);
  const columns = await readHeader(path, delimiter);
  return {
    columns: columns.map((name) => ({ name, kind: 'string' })),
    rowCount: null,
    read: (wanted, from, unreadable) =>
      readRows(
        path,
        delimiter,
        wanted.map((name) => columns.indexOf(name)),
        columns.length,
        from,
        unreadable,
      ),
  };
}

interface Record {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

async function* readRows(
  path: string,
  delimiter: string,
  wanted: readonly number[],
  width: number,
  from: number,
  unreadable: (row: UnreadableRow) => void,
): AsyncGenerator<RowBatch> {
  const skipped = (error: CsvError | undefined): undefined => {
    if (error) unreadable({ line: Number(error['lines'] ?? 0), reason: csvReason(error, width) });
  };
  const parser = createReadStream(path).pipe(
    parse({
      delimiter,
      bom: true,
      from_line: 2,
      info: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: skipped,
    }),
  );
  let columns: string[][] = wanted.map(() => []);
  let lines: number[] = [];
  let number = 0;
  const batch = (): RowBatch => {
    const at = lines;
    return { columns, offset: 0, length: at.length, first: number - at.length, line: (i) => at[i] ?? 0 };
  };
  for await (const { info, record } of parser as AsyncIterable<Record>) {
    if (record.length !== width) {
      unreadable({ line: info.lines, reason: `${counted(record.length, 'cell')} where the header has ${width}` });
      continue;
    }
    if (number++ < from) continue;
    wanted.forEach((column, index) => columns[index]?.push(record[column] ?? ''));
    lines.push(info.lines);
    if (lines.length === textBatchRows) {
      yield batch();
      columns = wanted.map(() => []);
      lines = [];
    }
  }
  if (lines.length > 0) yield batch();
}

function csvReason(error: CsvError, width: number): string {
  return error.code.startsWith('CSV_RECORD_INCONSISTENT')
    ? `not the ${width} cells of the header`
    : error.message.replace(/^Invalid [^:]+: /, '');
}

async function readHeader(path: string, delimiter: string): Promise<string[]> {
  const stream = createReadStream(path);
  const parser = stream.pipe(parse({ delimiter, bom: true, to_line: 1, relax_column_count: true }));
  for await (const record of parser as AsyncIterable<string[]>) {
    stream.destroy();
    return record.map((name) => name.trim());
  }
  return [];
}

/** The delimiter that splits the first line most. */
async function findDelimiter(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const line = buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
    const count = (delimiter: string): number => line.split(delimiter).length;
    return [',', ';', '\t', '|'].reduce((best, one) => (count(one) > count(best) ? one : best));
  } finally {
    await file.close();
  }
}
