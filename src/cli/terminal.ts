import { terminalPreferences } from '../app/config.ts';
import { randomSecret } from '../lib/id.ts';

const preferences = terminalPreferences();
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** A colour or weight. */
export type Style = keyof typeof codes;

/** Stands for the beginning of our own colour codes until they are written; text from outside cannot know it. */
const ownCode = randomSecret(16);

/** Everything but a tab that moves the cursor, ends a line, or changes the order in which characters are shown. */
const control =
  // oxlint-disable-next-line no-control-regex -- these are the ones to find
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The text on one line that a terminal only shows: control characters as in JSON, `\n`, `\u001b`. */
function visible(text: string): string {
  return text.replace(control, (one) => {
    if (one === '\n') return '\\n';
    return one === '\r' ? '\\r' : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** What a person sees: a text is one line, whoever wrote parts of it. */
function shown(lines: string | readonly string[]): string {
  return [lines]
    .flat()
    .map((line) => `${visible(line).replaceAll(ownCode, '\u001B[')}\n`)
    .join('');
}

/** Prints lines for a person to stdout: one text is one line. */
export function print(lines: string | readonly string[]): void {
  process.stdout.write(shown(lines));
}

/** Prints data for a program to stdout, exactly as it is. */
export function printJson(value: unknown, indent?: number): void {
  process.stdout.write(`${JSON.stringify(value, null, indent)}\n`);
}

/** Says lines to the person: stderr, so that data can be piped. One text is one line. */
export function say(lines: string | readonly string[]): void {
  process.stderr.write(shown(lines));
}

/** The text in a colour or weight, if the stream shows it. */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  const isShown = stream.isTTY && preferences.color;
  return isShown ? `${ownCode}${codes[style]}m${text}${ownCode}0m` : text;
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
    process.stderr.write(`\r\u001B[2K${visible(text).slice(0, width)}`);
    this.#shown = true;
  }

  /** Ends the line, with something to keep or without a trace. */
  end(text?: string): void {
    if (this.#shown) process.stderr.write('\r\u001B[2K');
    this.#shown = false;
    if (text !== undefined) say(text);
  }
}

/** Blocks of lines with an empty line between two. */
export function spaced(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]));
}

/** Columns that line up, a line per row; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const cells = rows.map((row) =>
    row.map((cell) => ({ text: visible(String(cell)), isNumber: typeof cell === 'number' })),
  );
  const widths: number[] = [];
  for (const row of cells)
    row.forEach(({ text }, index) => (widths[index] = Math.max(widths[index] ?? 0, text.length)));
  return cells.map((row) =>
    row
      .map(({ text, isNumber }, index) =>
        isNumber ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
