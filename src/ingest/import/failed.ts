import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';

/** A row that was not imported. */
export interface FailedRow {
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly reason: string;
}

/** The list of failed rows, made when the first one comes. */
export class FailedRows {
  readonly path: string | null;
  count = 0;
  #stream: WriteStream | null = null;

  /** With path null the rows are only counted. */
  constructor(path: string | null) {
    this.path = path;
  }

  add(row: FailedRow): void {
    this.count++;
    if (this.path === null) return;
    if (this.#stream === null) {
      this.#stream = createWriteStream(this.path);
      this.#stream.write('file,line,column,reason\n');
    }
    this.#stream.write(`${[row.file, String(row.line), row.column, row.reason].map(safeCell).join(',')}\n`);
  }

  /** The path of the list, or null when nothing failed. */
  async close(): Promise<string | null> {
    if (this.#stream === null) return null;
    this.#stream.end();
    await once(this.#stream, 'close');
    return this.path;
  }
}

/** A CSV cell that a spreadsheet shows and never runs: text that starts like a formula gets an apostrophe. */
export function safeCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
