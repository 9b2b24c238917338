import { parseDuration } from '../../lib/duration.ts';
import { closest } from '../../lib/closest.ts';
import { type Builtin, builtinFolder, measuresOf } from '../builtins/builtins.ts';
import type { DiagnosticCode } from '../diagnostic-codes.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { parseExpression } from '../expression/check.ts';
import type { Expression, Type } from '../expression/expression.ts';
import type { Names } from '../expression/names.ts';
import type { Place } from '../resolved.ts';
import type { AuthoredModel } from '../schema.ts';
import { isPrefix } from '../shape.ts';
import { keyAt, type Located, partAt, type Path, placeOf, type Span, valueAt } from '../source/tree.ts';
import { spanInText } from '../source/text-place.ts';

/** What every step of resolving shares: the authored model, its places, and where mistakes go. */
export interface Resolving {
  readonly authored: AuthoredModel;
  readonly root: Located;
  /** Named things with a mistake of shape, such as `measures.logins`, and where exactly it was. */
  readonly broken: ReadonlySet<string>;
  readonly brokenPaths: readonly Path[];
  readonly diagnostics: Diagnostic[];
  /** Built-ins in use: a mistake around one is shown where the model asks for it. */
  readonly builtins: readonly Builtin[];
  /** Whether everything in `use` is a built-in. */
  readonly usesComplete: boolean;
  /** Ids of measures that some expression refers to. */
  readonly usedMeasures: Set<string>;
}

/** The place of a key, for `explain` and "why". */
export function placeAt(resolving: Resolving, path: Path): Place {
  const { file, line, column } = placeOf(keyAt(resolving.root, path));
  return { file, line, column };
}

/** Notes a mistake at the value that stands at a path. */
export function reportValue(
  resolving: Resolving,
  path: Path,
  code: DiagnosticCode,
  message: string,
  hint?: string,
): null {
  return reportSpan(resolving, path, valueAt(resolving.root, path), code, message, hint);
}

/** Notes a mistake at the key that leads to a path. */
export function reportKey(
  resolving: Resolving,
  path: Path,
  code: DiagnosticCode,
  message: string,
  hint?: string,
): null {
  return reportSpan(resolving, path, keyAt(resolving.root, path), code, message, hint);
}

/** Notes a mistake at some characters of the text that stands at a path. */
export function reportInText(
  resolving: Resolving,
  path: Path,
  problem: { readonly start: number; readonly end: number; readonly message: string; readonly hint?: string },
  code: DiagnosticCode,
): null {
  const part = partAt(resolving.root, path);
  const span = part?.kind === 'scalar' ? spanInText(part, problem.start, problem.end) : valueAt(resolving.root, path);
  return reportSpan(resolving, path, span, code, problem.message, problem.hint);
}

function reportSpan(
  resolving: Resolving,
  path: Path,
  span: Span,
  code: DiagnosticCode,
  message: string,
  hint?: string,
): null {
  if (path.length > 2 ? isBroken(resolving, path) : isBrokenItself(resolving, path)) return null;
  const builtin = builtinAt(resolving, path, span);
  const at = builtin === undefined ? span : useSpan(resolving, builtin.id);
  const what = builtin === undefined ? message : `built-in ${builtin.id}: ${message}`;
  const one = diagnostic(code, placeOf(at), what, hint);
  const told = resolving.diagnostics.some(
    (other) => other.code === code && other.line === one.line && other.column === one.column,
  );
  if (builtin === undefined || !told) resolving.diagnostics.push(one);
  return null;
}

/** Whether something is wrong so far; what is missing or unused because of that is no mistake of its own. */
export function hasErrors(resolving: Resolving): boolean {
  const found = resolving.diagnostics.some((one) => one.severity === 'error');
  return found || resolving.brokenPaths.length > 0 || !resolving.usesComplete;
}

/** Whether a mistake of shape was at this path, above or below it: then it has been told. */
export function isBroken(resolving: Resolving, path: Path): boolean {
  return resolving.brokenPaths.some((one) => isPrefix(path, one) || (one.length > 1 && isPrefix(one, path)));
}

function isBrokenItself(resolving: Resolving, path: Path): boolean {
  return resolving.brokenPaths.some((one) => one.length === path.length && isPrefix(one, path));
}

/** The names in a section as written, those with a mistake too. */
export function writtenNames(resolving: Resolving, path: Path): string[] {
  const part = partAt(resolving.root, path);
  return part?.kind === 'map' ? [...part.entries.keys()] : [];
}

function builtinAt(resolving: Resolving, path: Path, span: Span): Builtin | undefined {
  if (!span.file.name.startsWith(builtinFolder)) return undefined;
  const [section, id] = path;
  return resolving.builtins.find((one) =>
    section === 'measures' ? measuresOf(one).includes(String(id)) : one.id === id,
  );
}

/** Where the model asks for a built-in. */
export function useSpan(resolving: Resolving, id: string): Span {
  const use = partAt(resolving.root, ['indicators', 'use']);
  const index = use?.kind === 'list' ? use.items.findIndex((item) => item.kind === 'scalar' && item.value === id) : -1;
  return keyAt(resolving.root, index < 0 ? ['indicators'] : ['indicators', 'use', index]);
}

/** "did you mean", or the names there are. */
export function suggest(name: string, known: Iterable<string>): string | undefined {
  const all = [...known];
  const near = closest(name, all);
  if (near !== null) return `did you mean ${near}?`;
  return all.length === 0 ? undefined : `known: ${all.slice(0, 8).join(', ')}${all.length > 8 ? ', …' : ''}`;
}

/** No date that a store can hold lies further away than this from the instants that a model is evaluated for. */
export const longest = 36_500 * 86_400_000;

/** Reads a duration above 0, or from 0 on, in milliseconds; null after a mistake. */
export function durationAt(
  resolving: Resolving,
  path: Path,
  text: string,
  least: 'zero' | 'more' = 'more',
): number | null {
  const duration = parseDuration(text);
  // Of a number without bounds nothing is read: with another number it is a duration.
  const isLong = duration === null ? parseDuration(text.replace(/\d{9,}/, '1')) !== null : duration > longest;
  if (isLong)
    return reportValue(
      resolving,
      path,
      'model/long-duration',
      `${JSON.stringify(text)} is more than 100 years`,
      longestHint(path),
    );
  if (duration !== null && (duration > 0 || least === 'zero')) return duration;
  const isNegative = /^\s*-/.test(text) && parseDuration(text.replace('-', '')) !== null;
  if (isNegative)
    return reportValue(
      resolving,
      path,
      'model/negative-duration',
      `${JSON.stringify(text)} lies before what it counts from`,
      'write it without the minus',
    );
  return reportValue(
    resolving,
    path,
    'model/bad-duration',
    `${JSON.stringify(text)} is not a duration${duration === 0 ? ' above 0' : ''}`,
    'a number and a unit, such as 4h, 28d or 2w',
  );
}

function longestHint(path: Path): string {
  const isWindow = path[0] === 'measures' && path.at(-1) === 'within';
  return `at most 36500d${isWindow ? '; without within a measure counts all there ever was' : ''}`;
}

/** Whether a name exists; if not, it is reported, unless a mistake where it is declared has been told. */
export function isKnownName(
  resolving: Resolving,
  path: Path,
  name: string,
  { noun, section, code, known }: KnownNames,
): boolean {
  if (known.has(name)) return true;
  if (isBroken(resolving, [section, name])) return false;
  reportValue(resolving, path, code, `there is no ${noun} ${JSON.stringify(name)}`, suggest(name, known));
  return false;
}

/** The names of one section of the model. */
export interface KnownNames {
  readonly noun: string;
  readonly section: string;
  readonly code: DiagnosticCode;
  readonly known: ReadonlySet<string>;
}

/** Checks the expression that stands at a path; null after a mistake. */
export function expressionAt(
  resolving: Resolving,
  path: Path,
  text: string,
  names: Names,
  expected: Type,
): Expression | null {
  const { expression, problems } = parseExpression(text, names, expected);
  for (const problem of problems) reportInText(resolving, path, problem, problem.code);
  if (expression !== null) for (const id of measuresIn(expression)) resolving.usedMeasures.add(id);
  // A mistaken expression may use measures too; calling them unused would be a second complaint about one mistake.
  if (expression === null)
    for (const match of text.matchAll(/measures\.(\w+)/g)) resolving.usedMeasures.add(match[1] ?? '');
  return expression;
}

/** Ids of the measures an expression refers to. */
export function measuresIn(expression: Expression): string[] {
  if (expression.kind === 'reference') return expression.scope === 'measures' ? [expression.name] : [];
  return expression.kind === 'call' ? expression.args.flatMap(measuresIn) : [];
}

/** Checks the ids of a section: expressions must be able to say them. */
export function checkIds(resolving: Resolving, section: string, ids: Iterable<string>): void {
  for (const id of ids) {
    if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(id)) continue;
    reportKey(
      resolving,
      [section, id],
      'model/bad-name',
      `${JSON.stringify(id)} cannot be a name here`,
      'letters, digits, _ and -; the first one is a letter',
    );
  }
}

/** What people see of a thing without a label. */
export function inWords(id: string): string {
  const words = id.replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
