import { terminalPreferences } from '../app/config.ts';

const preferences = terminalPreferences();
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Prints data: the only thing that goes to stdout. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Says something to the person: stderr, so that data can be piped. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whether the stream shows colours to a person. */
export function hasColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && preferences.color;
}

/** The text in a colour or weight, if the stream shows it. */
export function paint(style: keyof typeof codes, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  return hasColor(stream) ? `\u001B[${codes[style]}m${text}\u001B[0m` : text;
}

/** Whether a person watches stderr. */
export function isWatched(): boolean {
  return process.stderr.isTTY && preferences.progress;
}

/** A line on stderr that changes in place while a person watches; else only its last word is said. */
export class ProgressLine {
  #shown = false;

  show(text: string): void {
    if (!isWatched()) return;
    const width = Math.max(20, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\u001B[2K${text.slice(0, width)}`);
    this.#shown = true;
  }

  /** Ends the line, with something to keep or without a trace. */
  end(text?: string): void {
    if (this.#shown) process.stderr.write('\r\u001B[2K');
    this.#shown = false;
    if (text !== undefined) say(text);
  }
}

/** Columns that line up; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, String(cell).length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) =>
          typeof cell === 'number' ? String(cell).padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
