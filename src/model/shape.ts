import type { z } from 'zod';
import { closest } from '../lib/closest.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { type Diagnostic, diagnostic } from './diagnostics.ts';
import { type AuthoredModel, modelSchema } from './schema.ts';
import { keyAt, type Located, partAt, type Path, placeOf, plain, valueAt } from './source/tree.ts';

type Issue = z.core.$ZodIssue;

/** What is left of a model after everything of the wrong shape was reported and taken out. */
export interface Shaped {
  readonly model: AuthoredModel;
  /** Paths of named things (`measures.logins`) that had a mistake: nothing further is said about who uses them. */
  readonly broken: ReadonlySet<string>;
}

/** Checks the shape; reports all mistakes. Null when not even the frame of a model is left. */
export function checkShape(root: Located, report: (one: Diagnostic) => void): Shaped | null {
  const value = plain(root);
  const broken = new Set<string>();
  // Taking a part out can uncover another mistake above it (a list that is now too short): a few rounds are enough.
  for (let round = 0; round < 20; round += 1) {
    const result = modelSchema.safeParse(value);
    if (result.success) return { model: result.data, broken };
    const before = broken.size;
    let removed = false;
    for (const issue of result.error.issues) {
      if (round === 0 || !isInside(issue.path, broken)) reportIssue(issue, root, report);
      for (const path of offending(issue)) {
        broken.add(path.slice(0, 2).join('.'));
        removed = remove(value, path) || removed;
      }
    }
    if (!removed && broken.size === before) return null;
  }
  return null;
}

function isInside(path: Issue['path'], broken: ReadonlySet<string>): boolean {
  return broken.has(path.slice(0, 2).join('.'));
}

/** The paths to take out so that the rest can be looked at. */
function offending(issue: Issue): Path[] {
  const path = asPath(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  return [path];
}

function asPath(path: Issue['path']): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

/** Deletes what stands at a path; where nothing stands (a missing key) the thing that lacks it, frame keys get a stand-in. */
function remove(value: unknown, path: Path): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  const parent = path.slice(0, -1).reduce<unknown>((part, step) => (isHolder(part) ? part[step] : undefined), value);
  if (!isHolder(parent)) return remove(value, path.slice(0, -1));
  const holder = parent;
  if (path.length === 1 && (last === 'rapport' || last === 'name')) {
    holder[last] = last === 'rapport' ? 1 : 'model';
    return true;
  }
  if (Array.isArray(parent) || !Object.hasOwn(holder, last)) return remove(value, path.slice(0, -1));
  return delete holder[last];
}

function isHolder(part: unknown): part is Record<string | number, unknown> {
  return typeof part === 'object' && part !== null;
}

function reportIssue(issue: Issue, root: Located, report: (one: Diagnostic) => void): void {
  const path = asPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) reportUnknownKey(key, path, root, report);
    return;
  }
  if (partAt(root, path) === undefined) {
    const missing = path.at(-1);
    const at = placeOf(path.length === 1 ? firstLine(root) : keyAt(root, path.slice(0, -1)));
    report(diagnostic('model/missing-key', at, `${JSON.stringify(missing)} is missing`, missingHint(path)));
    return;
  }
  const code: DiagnosticCode = 'model/wrong-type';
  report(diagnostic(code, placeOf(valueAt(root, path)), wanted(issue), wrongTypeHint(path, root)));
}

function firstLine(root: Located): Located['span'] {
  return { ...root.span, end: root.span.start + 1 };
}

function missingHint(path: Path): string | undefined {
  if (path[0] === 'rapport') return 'start the file with `rapport: 1`';
  if (path[0] === 'segments') return 'touch is one of high, low, self';
  return undefined;
}

function reportUnknownKey(key: string, path: Path, root: Located, report: (one: Diagnostic) => void): void {
  const known = keysAt(path);
  const near = closest(key, known);
  const hint = near === null ? `known keys: ${known.join(', ')}` : `did you mean ${near}?`;
  const where = path.length === 0 ? 'a model' : path.join('.');
  const at = placeOf(keyAt(root, [...path, key]));
  report(diagnostic('model/unknown-key', at, `${where} has no key ${JSON.stringify(key)}`, hint));
}

/** The keys that the schema knows at a path. */
function keysAt(path: Path): string[] {
  let schema: unknown = modelSchema;
  for (const step of path) schema = childSchema(unwrap(schema), String(step));
  const definition = definitionOf(unwrap(schema));
  return Object.keys(definition.shape ?? {});
}

interface Definition {
  readonly type?: string;
  readonly shape?: Record<string, unknown>;
  readonly catchall?: unknown;
  readonly valueType?: unknown;
  readonly element?: unknown;
  readonly innerType?: unknown;
}

function definitionOf(schema: unknown): Definition {
  return isHolder(schema) && isHolder(schema['def']) ? schema['def'] : {};
}

function unwrap(schema: unknown): unknown {
  const { innerType } = definitionOf(schema);
  return innerType === undefined ? schema : unwrap(innerType);
}

function childSchema(schema: unknown, step: string): unknown {
  const definition = definitionOf(schema);
  return definition.shape?.[step] ?? definition.catchall ?? definition.valueType ?? definition.element;
}

function wanted(issue: Issue): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the schema makes few of the kinds there are
  switch (issue.code) {
    case 'invalid_type':
      return `${article(issue.expected)} is needed here`;
    case 'invalid_value':
      return `this must be ${oneOf(issue.values.map(String))}`;
    case 'too_small':
      return `at least ${String(issue.minimum)} ${issue.origin === 'array' ? 'elements are' : 'is'} needed here`;
    case 'too_big':
      return `at most ${String(issue.maximum)} ${issue.origin === 'array' ? 'elements are' : 'is'} possible here`;
    case 'invalid_union':
      return issue.message.startsWith('Invalid')
        ? 'a value of another kind is needed here'
        : `${issue.message} is needed here`;
    default:
      return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  }
}

function article(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a map of keys',
    record: 'a map of keys',
    array: 'a list',
    tuple: 'a list of numbers',
  };
  return words[expected] ?? expected;
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`;
}

function wrongTypeHint(path: Path, root: Located): string | undefined {
  const part = partAt(root, path);
  if (part?.kind !== 'scalar') return undefined;
  const last = path.at(-1);
  if (last === 'version' && typeof part.value === 'number') return `write it in quotes: "${part.written}"`;
  if (last === 'first' || last === 'last') return `write { ${last}: time, of: ${part.written} }`;
  if (last === 'when' || last === 'value') return 'an expression is a text; put it in quotes';
  if (part.value === null) return 'nothing stands here';
  return undefined;
}
