import type { Expression, Operator } from '../model/expression/expression.ts';
import { listTexts } from './expression/list.ts';
import { logarithmSql } from './expression/logarithm.ts';
import type { SqlScope } from './expression/scope.ts';
import { ownRatioSql, trendSql } from './expression/trend.ts';
import { versionKey } from './expression/version.ts';
import { numberLiteral } from './parameters.ts';

type Call = Extract<Expression, { kind: 'call' }>;
type Write = (args: readonly string[], call: Call, scope: SqlScope) => string;

const day = '86400000e0';

/**
 * An expression as SQL, with the meaning of `expression.ts` of the model.
 *
 * Types: number and time (milliseconds) Nullable(Float64), bool Nullable(UInt8), string and version Nullable(String),
 * list Nullable(String) holding JSON, series Array(Float64). A number that is not finite is null.
 */
export function expressionSql(expression: Expression, scope: SqlScope): string {
  switch (expression.kind) {
    case 'literal':
      return literalSql(expression, scope);
    case 'reference':
      return expression.scope === 'evaluation' && expression.name === 'now'
        ? scope.now()
        : scope.reference(expression.scope, expression.name, expression.type);
    case 'call':
      return callSql(expression, scope);
  }
}

/** A condition as UInt8: it holds only when it is true. */
export function conditionSql(expression: Expression, scope: SqlScope): string {
  return `ifNull(${expressionSql(expression, scope)}, 0)`;
}

function literalSql(literal: Extract<Expression, { kind: 'literal' }>, scope: SqlScope): string {
  const { value } = literal;
  if (value === null)
    return literal.type === 'series' ? 'emptyArrayFloat64()' : `CAST(NULL, '${columnTypes[literal.type]}')`;
  if (typeof value === 'number') return numberLiteral(value);
  if (typeof value === 'boolean') return value ? 'toUInt8(1)' : 'toUInt8(0)';
  if (typeof value === 'string') return scope.parameters.text(value);
  return scope.parameters.text(JSON.stringify(value));
}

/** ClickHouse type of a value of each type. */
export const columnTypes: Record<Expression['type'], string> = {
  number: 'Nullable(Float64)',
  time: 'Nullable(Float64)',
  bool: 'Nullable(UInt8)',
  string: 'Nullable(String)',
  version: 'Nullable(String)',
  list: 'Nullable(String)',
  series: 'Array(Float64)',
};

function callSql(call: Call, scope: SqlScope): string {
  if (call.operator === 'before') return beforeSql(call, scope);
  const args = call.args.map((arg) => expressionSql(arg, scope));
  const text = writers[call.operator](args, call, scope);
  return arithmetic.has(call.operator) ? `ifNotFinite(${text}, NULL)` : text;
}

const arithmetic: ReadonlySet<Operator> = new Set([
  'add',
  'subtract',
  'multiply',
  'divide',
  'rate',
  'trend',
  'daysSince',
  'ln',
  'sqrt',
]);

const infix =
  (symbol: string): Write =>
  ([a, b]) =>
    `(${a} ${symbol} ${b})`;

const comparison =
  (symbol: string): Write =>
  ([a, b], call) =>
    call.args[0]?.type === 'version'
      ? `if(isNull(${a}) OR isNull(${b}), NULL, ${versionKey(`assumeNotNull(${a})`)} ${symbol} ${versionKey(`assumeNotNull(${b})`)})`
      : `(${a} ${symbol} ${b})`;

const writers: Record<Operator, Write> = {
  and: (args) => `(${args.join(' AND ')})`,
  or: (args) => `(${args.join(' OR ')})`,
  not: ([a]) => `NOT (${a})`,
  add: infix('+'),
  subtract: infix('-'),
  multiply: infix('*'),
  divide: ([a, b]) => `(${a} / nullIf(${b}, 0))`,
  modulo: ([a, b]) => `(${a} % nullIf(${b}, 0))`,
  negate: ([a]) => `(-(${a}))`,
  equal: comparison('='),
  notEqual: comparison('!='),
  less: comparison('<'),
  lessOrEqual: comparison('<='),
  greater: comparison('>'),
  greaterOrEqual: comparison('>='),
  in: ([value, list]) => inList(`${list}`, `${value}`),
  conditional: ([condition, yes, no]) => `if(ifNull(${condition}, 0), ${yes}, ${no})`,
  has: ([a], call) => (call.args[0]?.type === 'series' ? 'toUInt8(1)' : `isNotNull(${a})`),
  coalesce: (args) => `coalesce(${args.join(', ')})`,
  contains: ([container, part], call) =>
    call.args[0]?.type === 'list' ? inList(`${container}`, `${part}`) : `(position(${container}, ${part}) > 0)`,
  startsWith: ([a, b]) => `startsWith(${a}, ${b})`,
  endsWith: ([a, b]) => `endsWith(${a}, ${b})`,
  // Letter by letter: the two letters whose lower case is longer or depends on neighbours come first.
  lower: ([a]) => `lowerUTF8(replaceAll(replaceAll(${a}, 'İ', 'i'), 'Σ', 'σ'))`,
  size: ([a], call) => sizeSql(`${a}`, call),
  ln: ([a]) => logarithmSql(`${a}`),
  sqrt: ([a]) => `sqrt(${a})`,
  abs: ([a]) => `abs(${a})`,
  round: ([a]) => `(sign(${a}) * floor(abs(${a}) + 0.5e0))`,
  floor: ([a]) => `floor(${a})`,
  ceil: ([a]) => `ceil(${a})`,
  min: (args) => extreme('least', args),
  max: (args) => extreme('greatest', args),
  daysSince: ([time], _, scope) => `((${scope.now()} - ${time}) / ${day})`,
  before: () => {
    throw new Error('before is written by beforeSql');
  },
  releasesBehind: ([version], _, scope) => releasesBehindSql(`${version}`, scope),
  onTime: ([done, start, days], _, scope) => onTimeSql(`${done}`, `${start}`, `${days}`, scope),
  rate: ([x, n], _, scope) =>
    `if(isNull(${scope.ratePrior}), ${x} / nullIf(${n}, 0), (${x} + 4e0 * ${scope.ratePrior}) / (${n} + 4e0))`,
  trend: ([series], _, scope) => trendSql(`${series}`, scope.trendMedian),
};

function extreme(fold: 'least' | 'greatest', args: readonly string[]): string {
  return `if(${args.map((arg) => `isNull(${arg})`).join(' OR ')}, NULL, ${fold}(${args.join(', ')}))`;
}

function inList(list: string, value: string): string {
  return `if(isNull(${list}) OR isNull(${value}), NULL, has(${listTexts(list)}, assumeNotNull(toString(${value}))))`;
}

function sizeSql(value: string, call: Call): string {
  const type = call.args[0]?.type;
  if (type === 'list') return `if(isNull(${value}), NULL, toFloat64(length(${listTexts(value)})))`;
  return type === 'series' ? `toFloat64(length(${value}))` : `toFloat64(lengthUTF8(${value}))`;
}

function beforeSql(call: Call, scope: SqlScope): string {
  const trait = traitBefore(call);
  return scope.before(trait.name, trait.days, trait.type);
}

/** The trait and the days of a `before` call; both are written out in the model. */
export function traitBefore(call: Call): { name: string; days: number; type: Expression['type'] } {
  const [trait, days] = call.args;
  const span = days?.kind === 'literal' ? days.value : null;
  if (trait?.kind !== 'reference' || trait.scope !== 'account' || typeof span !== 'number')
    throw new Error('before takes a trait of the account and a number of days');
  return { name: trait.name, days: span, type: trait.type };
}

function releasesBehindSql(version: string, scope: SqlScope): string {
  if (scope.releases.length === 0) return `if(isNull(${version}), NULL, 0e0)`;
  const later = scope.releases.map(
    (release) =>
      `(${numberLiteral(release.releasedAt)} <= ${scope.now()} AND ${versionKey(scope.parameters.text(release.version))} > key)`,
  );
  const count = `arrayMap(key -> toFloat64(${later.join(' + ')}), [${versionKey(`ifNull(${version}, '')`)}])[1]`;
  return `if(isNull(${version}), NULL, ${count})`;
}

/** 100 points by the deadline, falling to 50 at twice the time, 0 while overdue, null before it is due. */
function onTimeSql(done: string, start: string, days: string, scope: SqlScope): string {
  const span = `(${days} * ${day})`;
  const due = `(${start} + ${span})`;
  const late = `(100e0 - (50e0 * (${done} - ${due})) / ${span})`;
  return `multiIf(isNull(${start}) OR isNull(${days}) OR ifNull(${days} <= 0, 0), NULL, isNull(${done}), if(${scope.now()} <= ${due}, NULL, 0e0), ${done} <= ${due}, 100e0, ${done} >= ${due} + ${span}, 50e0, ${late})`;
}

/** What a cohort is made of: x ÷ n of a `rate`, the own ratio of a `trend`; null when the expression has neither. */
export function cohortSampleSql(expression: Expression, kind: 'rate' | 'trend', scope: SqlScope): string | null {
  if (expression.kind !== 'call') return null;
  if (expression.operator === kind) {
    const [first, second] = expression.args.map((arg) => expressionSql(arg, scope));
    return kind === 'trend'
      ? ownRatioSql(`${first}`)
      : `if(ifNull(${second} > 0, 0), ifNotFinite(${first} / ${second}, NULL), NULL)`;
  }
  for (const arg of expression.args) {
    const found = cohortSampleSql(arg, kind, scope);
    if (found !== null) return found;
  }
  return null;
}
