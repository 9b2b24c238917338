import { z } from 'zod';
import { closest } from '../lib/closest.ts';
import type { DiagnosticCode } from './diagnostic-codes.ts';
import { type Diagnostic, diagnostic } from './diagnostics.ts';
import { type AuthoredModel, modelSchema } from './schema.ts';
import { keyAt, type Located, partAt, type Path, placeOf, plain, valueAt } from './source/tree.ts';

type Issue = z.core.$ZodIssue;

/** What is left of a model after everything of the wrong shape was reported and taken out. */
export interface Shaped {
  readonly model: AuthoredModel;
  /** Where a mistake was: nothing further is said about those places, nor about who uses them. */
  readonly broken: readonly Path[];
}

/** Checks the shape; reports all mistakes. Null when not even the frame of a model is left. */
export function checkShape(root: Located, report: (one: Diagnostic) => void): Shaped | null {
  const value = plain(root);
  const broken: Path[] = [];
  // Taking a part out can uncover another mistake above it (a list that is now too short): a few rounds are enough.
  for (let round = 0; round < 20; round += 1) {
    const result = modelSchema.safeParse(value);
    if (result.success) return { model: result.data, broken };
    let changed = false;
    for (const issue of result.error.issues) {
      const path = asPath(issue.path);
      if (round === 0 || !broken.some((one) => isPrefix(path, one) || isPrefix(one, path)))
        reportIssue(issue, root, report);
      for (const place of offending(issue)) {
        broken.push(place);
        changed = repair(value, place, issue) || changed;
      }
    }
    if (!changed) return null;
  }
  return null;
}

/** Whether a path is the beginning of another one. */
export function isPrefix(start: Path, path: Path): boolean {
  return start.length <= path.length && start.every((step, i) => step === path[i]);
}

/** The paths to take out so that the rest can be looked at. */
function offending(issue: Issue): Path[] {
  const path = asPath(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...path, key]);
  return [path];
}

/** Puts a stand-in where one value is wrong or missing, so that what stands around it is looked at too; else takes it out. */
function repair(value: unknown, path: Path, issue: Issue): boolean {
  const last = path.at(-1);
  const holder = holderOf(value, path);
  if (last === undefined || holder === null) return remove(value, path);
  const standIn = Object.hasOwn(holder, last) ? standInFor(issue, holder[last]) : blankFor(issue, path);
  if (standIn === undefined || holder[last] === standIn) return remove(value, path);
  holder[last] = standIn;
  return true;
}

function standInFor(issue: Issue, wrong: unknown): string | number | undefined {
  if (issue.code === 'invalid_type' && issue.expected === 'number') return 1;
  // A number where a text is needed (`within: 7`), as the text that it was perhaps meant to be.
  if (needsText(issue) && !isHolder(wrong)) return String(wrong);
  if (issue.code === 'too_big' && issue.origin === 'number') return Number(issue.maximum);
  if (issue.code === 'too_small' && issue.origin === 'number') return Number(issue.minimum);
  if (issue.code === 'invalid_value' && issue.path[0] === 'segments') return 'low';
  return undefined;
}

/** What takes the place of a missing key, where the whole around it would be taken out for it otherwise. */
function blankFor(issue: Issue, path: Path): unknown {
  if (path.length === 1) return undefined;
  if (path[0] === 'phases' && path.length === 3 && path[2] === 'starts') return {};
  if (path[0] === 'segments' && path[2] === 'touch') return 'low';
  if (needsText(issue)) return '';
  return issue.code === 'invalid_type' && issue.expected === 'number' ? 1 : undefined;
}

/** Every union of the schema takes a text. */
function needsText(issue: Issue): boolean {
  return issue.code === 'invalid_union' || (issue.code === 'invalid_type' && issue.expected === 'string');
}

function holderOf(value: unknown, path: Path): Record<string | number, unknown> | null {
  const parent = path.slice(0, -1).reduce<unknown>((part, step) => (isHolder(part) ? part[step] : undefined), value);
  return isHolder(parent) ? parent : null;
}

function asPath(path: Issue['path']): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

/** Deletes what stands at a path; where nothing stands (a missing key) the thing that lacks it, frame keys get a stand-in. */
function remove(value: unknown, path: Path): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  const holder = holderOf(value, path);
  if (holder === null) return remove(value, path.slice(0, -1));
  if (path.length === 1 && (last === 'rapport' || last === 'name')) {
    holder[last] = last === 'rapport' ? 1 : 'model';
    return true;
  }
  if (Array.isArray(holder) || !Object.hasOwn(holder, last)) return remove(value, path.slice(0, -1));
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
  if (path.at(-1) === 'objective') return 'say what is different afterwards';
  if (path.at(-1) === 'starts') return 'say what starts it: on, after, when, at or known';
  return undefined;
}

function reportUnknownKey(key: string, path: Path, root: Located, report: (one: Diagnostic) => void): void {
  const known = keysAt(path);
  const near = closest(key, known);
  const hint = isText(key, partAt(root, [...path, key]))
    ? 'a text with a comma stands in quotes here'
    : near === null
      ? `known keys: ${known.join(', ')}`
      : `did you mean ${near}?`;
  const where = path.length === 0 ? 'a model' : path.join('.');
  const at = placeOf(keyAt(root, [...path, key]));
  report(diagnostic('model/unknown-key', at, `${where} has no key ${JSON.stringify(key)}`, hint));
}

/** Whether a key is the rest of a text that was cut at its comma: `{ logos: first this, then that }`. */
function isText(key: string, value: Located | undefined): boolean {
  return key.includes(' ') && value?.kind === 'scalar' && value.value === null;
}

/** The keys that the schema knows at a path. */
function keysAt(path: Path): string[] {
  return Object.keys(definitionOf(unwrap(schemaAt(path))).shape ?? {});
}

function schemaAt(path: Path): unknown {
  return path.reduce<unknown>((schema, step) => childSchema(unwrap(schema), String(step)), modelSchema);
}

/** What the schema gives as examples of the text that stands at a path. */
function examplesAt(path: Path): readonly unknown[] {
  const schema = unwrap(schemaAt(path));
  const examples = schema instanceof z.ZodType ? z.globalRegistry.get(schema)?.['examples'] : undefined;
  return Array.isArray(examples) ? examples : [];
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
  const examples = examplesAt(path);
  if (typeof part.value === 'number' && examples.length > 0) return `such as ${examples.join(', ')}`;
  if (last === 'when' || last === 'value') return 'an expression is a text; put it in quotes';
  if (part.value === null) return 'nothing stands here';
  return undefined;
}
