import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinFolder } from './builtins/builtins.ts';
import type { Place } from './resolved.ts';
import { shippedFile, shippedModels } from './shipped.ts';

/**
 * The lines of a model in which something is written: the entry that begins at the place, with all that is indented
 * below it. `text` is the model's own file; files that come with Rapport are read, of others nothing is known: null.
 */
export function quote({ file, line }: Place, key: string, text: string): string | null {
  const found = entryAt(ownText(file) ?? text, line);
  // Only the model's own file is kept with a version; a line of another one would say something else.
  return found?.trimStart().replace(/^["']/, '').startsWith(key) ? found : null;
}

/** The text of a file that comes with Rapport. The name was chosen by whoever published: it is looked up, never followed. */
function ownText(file: string): string | null {
  const builtin = builtinFiles().find((name) => file === `${builtinFolder}${name}`);
  if (builtin !== undefined) return readFileSync(join(import.meta.dirname, builtinFolder, builtin), 'utf8');
  return shippedModels().some((name) => shippedFile(name) === file) ? readFileSync(file, 'utf8') : null;
}

function builtinFiles(): string[] {
  return readdirSync(join(import.meta.dirname, builtinFolder)).filter((name) => name.endsWith('.yaml'));
}

function entryAt(text: string, line: number): string | null {
  const lines = text.split('\n');
  const first = lines[line - 1];
  if (first === undefined || first.trim() === '') return null;
  const indent = indentOf(first);
  const length = lines.slice(line).findIndex((one) => one.trim() !== '' && indentOf(one) <= indent);
  const entry = length === -1 ? lines.slice(line - 1) : lines.slice(line - 1, line + length);
  return entry
    .map((one) => one.slice(Math.min(indent, indentOf(one))))
    .join('\n')
    .trimEnd();
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
