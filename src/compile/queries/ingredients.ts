import type { BaseKind } from '../base-measure.ts';
import { midnightOf } from '../columns/merge.ts';
import type { CompiledModel, RollupColumn } from '../compile.ts';
import { rawSlices, storedDays } from '../ctes/slices.ts';
import { quoteIdentifier } from '../identifier.ts';
import { Parameters, type Sql } from '../parameters.ts';
import type { Plan, Vantage } from '../plan.ts';

const dayMs = 86_400_000;
/** Before all history. */
const dawn = -9e15;

/** The queries for what the evaluation of a few accounts is made of; the rest is computed in process. */
export interface IngredientQueries {
  /** Rows `slice`: [account, start, a cell per column of the rollup, in their order]. */
  readonly slices: readonly Sql[];
  /** Rows `trait`: [account, name, then (text, number, moment, present) for each of `traitDays`]. */
  readonly traits: Sql;
}

/**
 * Asks for slices and traits of some accounts. Account-days between two ends of windows are put together by the engine,
 * so that an account has some dozen slices however long its history is.
 */
export function ingredientQueries(compiled: CompiledModel, vantage: Vantage, plan: Plan): IngredientQueries {
  const { columns } = compiled.rollup;
  const whole = new Parameters();
  const history =
    vantage.source === 'raw'
      ? rawSlices(columns, vantage, plan, null, whole)
      : storedDays(columns, vantage, plan, whole);
  const slices = [query('evaluate-slices', columns, merged(columns, history, boundaries(plan), whole), whole)];
  if (vantage.source === 'rollup' && plan.edgeDays.length > 0) {
    const parameters = new Parameters();
    const edges = rawSlices(columns, vantage, plan, plan.edgeDays, parameters);
    slices.push(query('evaluate-edges', columns, edges, parameters));
  }
  return { slices, traits: traitsQuery(compiled, vantage, plan) };
}

/** The distances from T at which traits are looked at; always 0, now. */
export function traitDays(plan: Plan): readonly number[] {
  return [...new Set([0, ...plan.traits.map(({ days }) => days)])];
}

function query(name: string, columns: readonly RollupColumn[], from: string, parameters: Parameters): Sql {
  const cells = columns.map((column) => cellSql(column.measure.base, quoteIdentifier(column.name)));
  const sql = `SELECT tuple(${['account', 'toFloat64(start)', ...cells].join(', ')}) AS slice\nFROM (\n${from}\n)`;
  return { name, sql: `${sql}\nSETTINGS enable_named_columns_in_function_tuple = 0`, params: parameters.values };
}

function merged(
  columns: readonly RollupColumn[],
  from: string,
  bounds: readonly number[],
  parameters: Parameters,
): string {
  const bound = parameters.bind('Array(Int64)', bounds);
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const states = columns.map(({ measure }, index) => `${mergeSql(measure.base, `${names[index]}`)} AS c${index}`);
  const renamed = names.map((name, index) => `c${index} AS ${name}`);
  const grouped = `SELECT ${['account', `roundDown(start, ${bound}) AS part`, ...states].join(', ')}\nFROM (\n${from}\n)\nGROUP BY account, part`;
  return `SELECT ${['account', 'part AS start', ...renamed].join(', ')}\nFROM (\n${grouped}\n)`;
}

/**
 * The finished days of some accounts but for those that a window cuts, put together so that the answer is the same for
 * every instant of a day: a cut day is left out as a whole, so its end is as good a bound as the cut in it.
 */
export function wholeDaysQuery(compiled: CompiledModel, vantage: Vantage, plan: Plan): Sql {
  const { columns } = compiled.rollup;
  const parameters = new Parameters();
  const bounds = boundaries(plan).map((at) => (at === dawn || at === midnightOf(at) ? at : midnightOf(at) + dayMs));
  const history = storedDays(columns, vantage, plan, parameters);
  return query('whole-days', columns, merged(columns, history, [...new Set(bounds)], parameters), parameters);
}

/** Every instant at which a window or a block of a series begins or ends, rising. */
function boundaries(plan: Plan): readonly number[] {
  const found = new Set<number>([dawn]);
  for (const { measure, reach } of plan.measures) {
    if (reach.from !== null) found.add(reach.from);
    if (reach.until !== null) found.add(reach.until);
    if (measure.aggregate.kind !== 'series') continue;
    const { every, blocks } = measure.aggregate;
    for (let block = 0; block <= blocks; block += 1) found.add(reach.midnight - block * every);
  }
  return [...found].toSorted((a, b) => a - b);
}

/** Cells of several slices as one. */
function mergeSql(base: BaseKind, column: string): string {
  switch (base.kind) {
    case 'count':
      return `sum(${column})`;
    case 'days':
    case 'unique':
      return `groupUniqArrayArray(${column})`;
    case 'first':
    case 'min':
      return `min(${column})`;
    case 'last':
    case 'max':
      return `max(${column})`;
    case 'sum':
      return `(sum(${column}.total), sum(${column}.events))`;
    case 'latest':
      return `argMaxIf(${column}, (${column}.time, ${column}.id), isNotNull(${column}.value))`;
    case 'open':
      return `maxMap(${column})`;
  }
}

/** A cell as JSON shows it best: see `Cells` of the in-process evaluator. */
function cellSql(base: BaseKind, column: string): string {
  switch (base.kind) {
    case 'count':
      return `toFloat64(${column})`;
    case 'days':
      return `CAST(${column}, 'Array(UInt16)')`;
    case 'first':
    case 'last':
      return `toFloat64(toUnixTimestamp64Milli(${column}))`;
    case 'sum':
      return `(toString(${column}.1), toFloat64(${column}.2))`;
    case 'latest':
      return `(toFloat64(toUnixTimestamp64Milli(${column}.1)), ${column}.2, ${column}.3)`;
    case 'open':
      return `(${column}.1, CAST(${column}.2, 'Array(Float64)'))`;
    case 'unique':
    case 'min':
    case 'max':
      return column;
  }
}

function traitsQuery(compiled: CompiledModel, vantage: Vantage, plan: Plan): Sql {
  const parameters = new Parameters();
  const states = traitDays(plan).map((days) => {
    const until = days === 0 ? '1' : `time <= ${parameters.instant(vantage.asOf - days * dayMs)}`;
    const state = '(text, number, toFloat64(toUnixTimestamp64Milli(moment)), 1 - removed)';
    return `argMaxIf(${state}, (time, message), ${until})`;
  });
  const where = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `kind = ${parameters.text(compiled.model.account === 'person' ? 'person' : 'account')}`,
    ...(vantage.accounts === null ? [] : [`id IN ${parameters.texts(vantage.accounts)}`]),
    `time <= ${parameters.instant(vantage.asOf)}`,
    ...(vantage.knownAt === null ? [] : [`received_at <= ${parameters.instant(vantage.knownAt)}`]),
  ];
  const sql = `SELECT tuple(id, toString(trait), ${states.join(', ')}) AS trait_row\nFROM ${vantage.tables.traits} FINAL\nWHERE ${where.join('\n  AND ')}\nGROUP BY id, trait`;
  return {
    name: 'evaluate-traits',
    sql: `${sql}\nSETTINGS enable_named_columns_in_function_tuple = 0`,
    params: parameters.values,
  };
}
