import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { closest } from '../lib/closest.ts';
import { useBuiltins } from './builtins/use.ts';
import { type Diagnostic, diagnostic, sortDiagnostics } from './diagnostics.ts';
import type { ResolvedModel } from './resolved.ts';
import { resolveModel } from './resolve/resolve.ts';
import { checkShape } from './shape.ts';
import { isShipped, shippedFile, shippedModels } from './shipped.ts';
import { mergeModels } from './source/merge.ts';
import { readYaml } from './source/read.ts';
import { type Located, partAt, placeOf } from './source/tree.ts';

/** A model when there is no error, and everything there is to say about it. */
export interface LoadResult {
  readonly model: ResolvedModel | null;
  readonly diagnostics: Diagnostic[];
}

/** Gives the text of a file; throws when there is none. */
export type ReadFile = (path: string) => string;

const readFromDisk: ReadFile = (path) => readFileSync(path, 'utf8');

/** Loads a model from a file. Never throws for anything a person can write. */
export function loadModel(file: string, read: ReadFile = readFromDisk): LoadResult {
  let text: string;
  try {
    text = read(file);
  } catch {
    return { model: null, diagnostics: [unreadable(file, { file, line: 1, column: 1 })] };
  }
  return loadModelText(text, file, read);
}

/** Loads a model from its text; `read` is asked for files that it extends. */
export function loadModelText(text: string, fileName: string, read: ReadFile = readFromDisk): LoadResult {
  const loading: Loading = { diagnostics: [], read };
  const root = readMerged(text, fileName, [fileName], loading);
  if (root === null) return finish(null, loading);
  const builtins = useBuiltins(root, (one) => loading.diagnostics.push(one));
  const shaped = checkShape(builtins.root, (one) => loading.diagnostics.push(one));
  if (shaped === null) return finish(null, loading);
  const { model, diagnostics } = resolveModel(builtins.root, shaped, builtins);
  loading.diagnostics.push(...diagnostics);
  return finish(model, loading);
}

interface Loading {
  readonly diagnostics: Diagnostic[];
  readonly read: ReadFile;
}

function finish(model: ResolvedModel | null, loading: Loading): LoadResult {
  const failed = loading.diagnostics.some((one) => one.severity === 'error');
  return { model: failed ? null : model, diagnostics: sortDiagnostics(loading.diagnostics) };
}

/** The content of a file with what it extends below it; `chain` has the files on the way, to find circles. */
function readMerged(text: string, fileName: string, chain: readonly string[], loading: Loading): Located | null {
  const { root, diagnostics } = readYaml(fileName, text);
  loading.diagnostics.push(...diagnostics);
  if (root === null) return null;
  if (root.kind !== 'map') {
    loading.diagnostics.push(
      diagnostic('model/wrong-type', placeOf(root.span), 'a map of keys is needed here', 'start with `rapport: 1`'),
    );
    return null;
  }
  const base = partAt(root, ['extends']);
  if (base?.kind !== 'scalar' || typeof base.value !== 'string') return root;
  const below = readBase(base.value, placeOf(base.span), fileName, chain, loading);
  return below === null ? root : mergeModels(below, root, (one) => loading.diagnostics.push(one));
}

function readBase(
  name: string,
  at: ReturnType<typeof placeOf>,
  fileName: string,
  chain: readonly string[],
  loading: Loading,
): Located | null {
  const relative = /^\.{1,2}\//.test(name) || isAbsolute(name);
  if (!relative && !isShipped(name)) {
    const near = closest(name, shippedModels());
    const hint =
      near === null ? `shipped: ${shippedModels().join(', ')}; or a path that starts with ./` : `did you mean ${near}?`;
    loading.diagnostics.push(
      diagnostic('extends/unknown', at, `there is no shipped model ${JSON.stringify(name)}`, hint),
    );
    return null;
  }
  const file = relative ? (isAbsolute(name) ? name : join(dirname(fileName), name)) : shippedFile(name);
  if (chain.includes(file)) {
    loading.diagnostics.push(
      diagnostic('extends/cycle', at, `${name} extends this file in turn`, 'let one of them extend nothing'),
    );
    return null;
  }
  let text: string;
  try {
    text = relative ? loading.read(file) : readFromDisk(file);
  } catch {
    loading.diagnostics.push(unreadable(name, at));
    return null;
  }
  return readMerged(text, file, [...chain, file], loading);
}

function unreadable(file: string, at: { file: string; line: number; column: number }): Diagnostic {
  return diagnostic(
    'file/unreadable',
    at,
    `the file ${JSON.stringify(file)} cannot be read`,
    'check the name and its permissions',
  );
}
