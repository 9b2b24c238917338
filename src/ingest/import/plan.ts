import { closest } from '../../lib/closest.ts';
import { compileEmit, type Emitter } from './emit.ts';
import { compileExpression, literal, type Names } from './expression.ts';
import { finder, type LookupTable } from './lookup.ts';
import { type FileMapping, type LoadedMapping, type MappingProblem, problem } from './mapping.ts';
import type { ImportMessage } from './message.ts';
import type { RowReader } from './rows.ts';
import { type Cell, type Compute, type Cursor, type Expression, ExpressionError, toCell } from './value.ts';

/** A file mapping compiled for one file: which columns to read and what a row becomes. */
export interface RowPlan {
  readonly columns: readonly string[];
  /** Appends the messages of the row under the cursor; false when `where` leaves it out. Throws `RowProblem`. */
  readonly emit: (cursor: Cursor, into: ImportMessage[]) => boolean;
  /** Messages a row can become at most. */
  readonly emitters: readonly Emitter[];
}

export type PlanResult = { readonly plan: RowPlan } | { readonly problems: readonly MappingProblem[] };

/** Compiles an expression of the mapping where it stands; what is wrong is collected with its place. */
export type CompileAt = (value: string | number | boolean | null, path: readonly PropertyKey[]) => Expression;

/** Compiles entry `index` of the mapping against the columns of a file. `fileId` makes message ids of rows. */
export function planRows(
  loaded: LoadedMapping,
  index: number,
  reader: RowReader,
  lookups: Readonly<Record<string, LookupTable>>,
  fileId: string,
): PlanResult {
  const problems: MappingProblem[] = [];
  const entry = loaded.mapping.files[index];
  if (!entry) throw new Error(`the mapping has no entry ${index}`);
  const used: string[] = [];
  const values = new Map<string, Expression>();
  const names = namesOf(loaded, reader, used, values, lookups);
  const compile: CompileAt = (value, path) => {
    try {
      return typeof value === 'string' ? compileExpression(value, names) : literal(value);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const found = expressionProblem(loaded, path, value, error);
      // What an entry says for all that it emits is compiled with each of them, and is one mistake.
      if (!problems.some((one) => JSON.stringify(one) === JSON.stringify(found))) problems.push(found);
      return literal(null);
    }
  };
  const computed = compileValues(entry, index, values, compile);
  const where = entry.where === undefined ? null : compile(entry.where, ['files', index, 'where']).compute;
  const emitters = entry.emit.map((one, at) =>
    compileEmit(entry, one, ['files', index, 'emit', at], compile, fileId, at),
  );
  if (problems.length > 0) return { problems };
  return { plan: { columns: used, emit: emitOf(computed, where, emitters), emitters } };
}

function emitOf(values: readonly Compute[], where: Compute | null, emitters: readonly Emitter[]): RowPlan['emit'] {
  return (cursor, into) => {
    for (let i = 0; i < values.length; i++) cursor.values[i] = values[i]?.(cursor) ?? null;
    if (where && where(cursor) !== true) return false;
    const before = into.length;
    try {
      for (const emitter of emitters) emitter.emit(cursor, into);
    } catch (error) {
      into.length = before; // a row is taken whole or not at all
      throw error;
    }
    return true;
  };
}

function compileValues(
  entry: FileMapping,
  index: number,
  values: Map<string, Expression>,
  compile: CompileAt,
): Compute[] {
  return Object.entries(entry.values ?? {}).map(([name, text], at) => {
    const expression = compile(text, ['files', index, 'values', name]);
    values.set(name, { ...expression, compute: (cursor) => cursor.values[at] ?? null });
    return expression.compute;
  });
}

function namesOf(
  loaded: LoadedMapping,
  reader: RowReader,
  used: string[],
  values: Map<string, Expression>,
  lookups: Readonly<Record<string, LookupTable>>,
): Names {
  const known = reader.columns?.map(({ name }) => name) ?? null;
  const column = (name: string): Expression | null => {
    if (known && !known.includes(name)) return null;
    if (!used.includes(name)) used.push(name);
    const at = used.indexOf(name);
    const kind = reader.columns?.find((one) => one.name === name)?.kind ?? 'any';
    return { kind, compute: (cursor) => toCell(cursor.columns[at]?.[cursor.at]), reads: [name] };
  };
  const finders = new Map<string, (cursor: Cursor) => readonly Cell[] | null>();
  const names: Names = {
    constants: loaded.mapping.constants ?? {},
    values,
    column,
    columnNames: known ?? [],
    lookupNames: Object.fromEntries(Object.entries(lookups).map(([name, { columns }]) => [name, columns])),
    lookup: (name, wanted) => {
      const table = lookups[name];
      const at = table?.columns.indexOf(wanted) ?? -1;
      if (!table || at < 0) return null;
      const find = finders.get(name) ?? finder(table, keyExpressions(loaded, name, names));
      finders.set(name, find);
      return { kind: 'any', compute: (cursor) => find(cursor)?.[at] ?? null, reads: [wanted] };
    },
  };
  return names;
}

function keyExpressions(loaded: LoadedMapping, name: string, names: Names): Compute[] {
  const { key = [], by } = loaded.mapping.lookups?.[name] ?? {};
  if (by !== undefined) return listOf(by).map((text) => compileExpression(text, names).compute);
  return listOf(key).map((column) => {
    const found = names.column(column);
    if (found) return found.compute;
    const near = closest(column, names.columnNames);
    const hint = near === null ? 'Say with `by` what to look up.' : `Did you mean "${near}"? Say so with \`by\`.`;
    throw new ExpressionError(`lookup ${name} needs a column "${column}"`, 0, hint);
  });
}

/** One or several, as several. */
export function listOf(one: string | readonly string[]): readonly string[] {
  return typeof one === 'string' ? [one] : one;
}

function expressionProblem(
  loaded: LoadedMapping,
  path: readonly PropertyKey[],
  value: unknown,
  error: ExpressionError,
): MappingProblem {
  const at = loaded.place(path);
  const line = loaded.text.split('\n')[at.line - 1] ?? '';
  const start = line.indexOf(String(value), at.column - 1);
  const column = start < 0 ? at.column : start + 1 + error.offset;
  const message = `${path.slice(2).join('.')}: ${error.message}`;
  return problem('import/expression', loaded.fileName, { line: at.line, column }, message, error.hint ?? undefined);
}
