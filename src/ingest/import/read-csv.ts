import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parse, type Parser } from 'csv-parse';
import { type RowBatch, type RowReader, textBatchRows, type UnreadableRow } from './rows.ts';
import { counted } from '../../lib/counted.ts';

/** Reads a CSV (or TSV, or semicolon) file with a header row, strictly: a row of another width is refused, not guessed. */
export async function openCsv(path: string): Promise<RowReader> {
  const delimiter = await findDelimiter(path);
  const columns = await readHeader(path, delimiter);
  return {
    columns: columns.map((name) => ({ name, kind: 'string' })),
    rowCount: null,
    read: (wanted, unreadable) => {
      const at = wanted.map((name) => columns.indexOf(name));
      return readRows({ path, delimiter, wanted: at, width: columns.length, unreadable });
    },
  };
}

interface Reading {
  readonly path: string;
  readonly delimiter: string;
  /** Columns by their position. */
  readonly wanted: readonly number[];
  readonly width: number;
  readonly unreadable: (row: UnreadableRow) => void;
}

interface Place {
  readonly number: number;
  readonly line: number;
}

async function* readRows(reading: Reading): AsyncGenerator<RowBatch> {
  const { wanted } = reading;
  const { parser, places } = parserOf(reading);
  let columns: string[][] = wanted.map(() => []);
  let rows: Place[] = [];
  const batch = (): RowBatch => {
    const held = rows;
    return {
      columns,
      offset: 0,
      length: held.length,
      number: (i) => held[i]?.number ?? 0,
      line: (i) => held[i]?.line ?? 0,
    };
  };
  for await (const cells of createReadStream(reading.path).pipe(parser) as AsyncIterable<string[]>) {
    wanted.forEach((column, index) => columns[index]?.push(cells[column] ?? ''));
    const place = places.get(cells);
    if (!place) throw new Error('a row that was never placed');
    rows.push(place);
    if (rows.length === textBatchRows) {
      yield batch();
      columns = wanted.map(() => []);
      rows = [];
    }
  }
  if (rows.length > 0) yield batch();
}

/**
 * A parser of rows, and where each row was. Its place is taken when the parser meets it, readable or not: what comes
 * out of the parser comes later, when rows after it may have been skipped already.
 */
function parserOf({ delimiter, width, unreadable }: Reading): {
  readonly parser: Parser;
  readonly places: WeakMap<readonly string[], Place>;
} {
  const places = new WeakMap<readonly string[], Place>();
  let next = 0;
  let seen: Position = { lines: 1, empty_lines: 0 };
  const place = (end: Position): Place => {
    const line = seen.lines + 1 + end.empty_lines - seen.empty_lines;
    seen = { lines: end.lines, empty_lines: end.empty_lines };
    return { number: next++, line };
  };
  const parser = parse({
    delimiter,
    bom: true,
    from_line: 2,
    skip_empty_lines: true,
    skip_records_with_error: true,
    // The parser would hold every row to the width of the first one; it is the header that says how many cells there are.
    relax_column_count: true,
    on_record: (cells, context) => {
      const at = place(context);
      if (cells.length === width) {
        places.set(cells, at);
        return cells;
      }
      unreadable({ line: at.line, reason: `${counted(cells.length, 'cell')} where the header has ${width}` });
      return null;
    },
    on_skip: (error) => {
      if (!error) return undefined;
      const { line } = place({ lines: Number(error['lines']), empty_lines: Number(error['empty_lines']) });
      unreadable({ line, reason: error.message.replace(/^Invalid [^:]+: /, '') });
      return undefined;
    },
  });
  return { parser, places };
}

/** Where the parser is after a row. */
interface Position {
  readonly lines: number;
  readonly empty_lines: number;
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
