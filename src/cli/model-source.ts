import { readFileSync } from 'node:fs';
import type { ModelSource } from '../api/control.ts';
import { formatDiagnostics, type Diagnostic } from '../model/diagnostics.ts';
import { loadModel, type LoadResult } from '../model/load.ts';
import { Failure } from './failure.ts';
import { paint, say } from './terminal.ts';

/** A model file with all that it extends. */
export interface ReadModel extends LoadResult {
  readonly source: ModelSource;
  /** The text of each file that was read, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads and checks a model on this machine; never throws for what a person can write. */
export function readModel(file: string): ReadModel {
  const texts = new Map<string, string>();
  const result = loadModel(file, (path) => {
    const text = readFileSync(path, 'utf8');
    texts.set(path, text);
    return text;
  });
  const yaml = texts.get(file) ?? '';
  const extended = Object.fromEntries([...texts].filter(([path]) => path !== file));
  return { ...result, source: { file, yaml, extended }, texts };
}

/** The same, when there is no going on without a good one: says all that is wrong. */
export function readGoodModel(file: string): ReadModel {
  const read = readModel(file);
  if (read.model) return read;
  sayDiagnostics(read.diagnostics, read.texts);
  throw new Failure(`${file} has errors; nothing was done.`);
}

/** Shows diagnostics with their lines. */
export function sayDiagnostics(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>): void {
  if (diagnostics.length === 0) return;
  say(formatDiagnostics(diagnostics, (path) => texts.get(path), paint));
}
