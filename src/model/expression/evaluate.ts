import type { Expression, Operator, Type, Value } from './expression.ts';
import { seriesTrend } from './trend.ts';
import { compareTexts, compareVersions } from './version.ts';

const dayMilliseconds = 86_400_000;

/** Everything an expression can see. A name that is missing is null. */
export interface EvaluationScope {
  /** As of: UTC milliseconds. */
  readonly now: number;
  readonly account?: Readonly<Record<string, Value>>;
  /** A trait of the account as it was at an earlier instant; needed by `before`. */
  readonly accountAt?: (name: string, time: number) => Value;
  readonly properties?: Readonly<Record<string, Value>>;
  readonly measures?: Readonly<Record<string, Value>>;
  /** Points. */
  readonly indicators?: Readonly<Record<string, Value>>;
  /** `segment`, `score`, `coverage`, `band`, `phase`. */
  readonly evaluation?: Readonly<Record<string, Value>>;
  readonly releases?: readonly { readonly version: string; readonly releasedAt: number }[];
  /** Median rate of the segment, towards which `rate` shrinks. */
  readonly ratePrior?: number | null;
  /** Median ratio of all accounts, by which `trend` is divided. */
  readonly trendMedian?: number | null;
}

/** Computes an expression in process; never throws, null is "not known". The meaning is that of README.md. */
export function evaluateExpression(expression: Expression, scope: EvaluationScope): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'reference':
      return lookUp(expression, scope);
    case 'call':
      return call(expression, scope);
  }
}

function lookUp(reference: Extract<Expression, { kind: 'reference' }>, scope: EvaluationScope): Value {
  if (reference.scope === 'evaluation' && reference.name === 'now') return scope.now;
  const names = scope[reference.scope];
  const value = names !== undefined && Object.hasOwn(names, reference.name) ? (names[reference.name] ?? null) : null;
  return fits(value, reference.type) ? value : null;
}

/** What an event or trait really brought may be of another type than declared: then it is not known. */
function fits(value: Value, type: Type): boolean {
  switch (type) {
    case 'number':
    case 'time':
      return Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'string':
    case 'version':
      return typeof value === 'string';
    case 'list':
    case 'series':
      return Array.isArray(value);
  }
}

function call(expression: Extract<Expression, { kind: 'call' }>, scope: EvaluationScope): Value {
  const { operator, args } = expression;
  const lazy = lazyOperators[operator];
  if (lazy !== undefined) return lazy(args, scope);
  const values = args.map((arg) => evaluateExpression(arg, scope)).filter((value) => value !== null);
  if (values.length < args.length) return null;
  const strict = strictOperators[operator];
  if (strict === undefined) return null;
  const result = strict(values, scope, args);
  return typeof result === 'number' ? finite(result) : result;
}

type Known = Exclude<Value, null>;
type Lazy = (args: readonly Expression[], scope: EvaluationScope) => Value;
type Strict = (values: readonly Known[], scope: EvaluationScope, args: readonly Expression[]) => Value;

/** Operators that decide themselves what a null argument means. */
const lazyOperators: Partial<Record<Operator, Lazy>> = {
  and: (args, scope) => threeValued(args, scope, false),
  or: (args, scope) => threeValued(args, scope, true),
  conditional: ([condition, yes, no], scope) => {
    const branch = condition !== undefined && evaluateExpression(condition, scope) === true ? yes : no;
    return branch === undefined ? null : evaluateExpression(branch, scope);
  },
  has: ([value], scope) => value !== undefined && evaluateExpression(value, scope) !== null,
  coalesce: (args, scope) => {
    for (const arg of args) {
      const value = evaluateExpression(arg, scope);
      if (value !== null) return value;
    }
    return null;
  },
  before: ([trait, days], scope) => {
    const span = days === undefined ? null : evaluateExpression(days, scope);
    if (trait?.kind !== 'reference' || typeof span !== 'number') return null;
    return scope.accountAt?.(trait.name, scope.now - span * dayMilliseconds) ?? null;
  },
  onTime: ([done, start, days], scope) => {
    const value = (arg: Expression | undefined): number | null => {
      const found = arg === undefined ? null : evaluateExpression(arg, scope);
      return typeof found === 'number' ? found : null;
    };
    return punctuality(value(done), value(start), value(days), scope.now);
  },
};

const strictOperators: Partial<Record<Operator, Strict>> = {
  not: ([a]) => a !== true,
  add: ([a, b]) => number(a) + number(b),
  subtract: ([a, b]) => number(a) - number(b),
  multiply: ([a, b]) => number(a) * number(b),
  divide: ([a, b]) => (number(b) === 0 ? null : number(a) / number(b)),
  modulo: ([a, b]) => (number(b) === 0 ? null : number(a) % number(b)),
  negate: ([a]) => -number(a),
  equal: (values, _, args) => compare(values, args) === 0,
  notEqual: (values, _, args) => compare(values, args) !== 0,
  less: (values, _, args) => compare(values, args) < 0,
  lessOrEqual: (values, _, args) => compare(values, args) <= 0,
  greater: (values, _, args) => compare(values, args) > 0,
  greaterOrEqual: (values, _, args) => compare(values, args) >= 0,
  in: ([value, list]) => texts(list).includes(text(value)),
  contains: ([container, part]) =>
    Array.isArray(container) ? texts(container).includes(text(part)) : text(container).includes(text(part)),
  startsWith: ([a, b]) => text(a).startsWith(text(b)),
  endsWith: ([a, b]) => text(a).endsWith(text(b)),
  lower: ([a]) => lowerSimple(text(a)),
  size: ([a]) => (Array.isArray(a) ? a.length : Array.from(text(a)).length),
  ln: ([a]) => Math.log(number(a)),
  sqrt: ([a]) => Math.sqrt(number(a)),
  abs: ([a]) => Math.abs(number(a)),
  round: ([a]) => roundAway(number(a)),
  floor: ([a]) => Math.floor(number(a)),
  ceil: ([a]) => Math.ceil(number(a)),
  min: (values) => Math.min(...values.map(number)),
  max: (values) => Math.max(...values.map(number)),
  daysSince: ([time], scope) => (scope.now - number(time)) / dayMilliseconds,
  releasesBehind: ([version], scope) =>
    (scope.releases ?? []).filter(
      (release) => release.releasedAt <= scope.now && compareVersions(release.version, text(version)) > 0,
    ).length,
  rate: ([x, n], scope) => {
    const prior = scope.ratePrior ?? null;
    // Four imagined trials at the segment's usual rate: a single lucky one is not 100 %.
    return prior === null
      ? number(n) === 0
        ? null
        : number(x) / number(n)
      : (number(x) + 4 * prior) / (number(n) + 4);
  },
  trend: ([series], scope) => seriesTrend(Array.isArray(series) ? series.map(number) : [], scope.trendMedian ?? null),
};

function threeValued(args: readonly Expression[], scope: EvaluationScope, decides: boolean): boolean | null {
  let known = true;
  for (const arg of args) {
    const value = evaluateExpression(arg, scope);
    if (value === decides) return decides;
    if (value === null) known = false;
  }
  return known ? !decides : null;
}

/** Points for something due `days` after `start`: 100 by the deadline, to 50 at twice the time, 0 while overdue. */
function punctuality(done: number | null, start: number | null, days: number | null, now: number): number | null {
  if (start === null || days === null || days <= 0) return null;
  const span = days * dayMilliseconds;
  const due = start + span;
  if (done === null) return now <= due ? null : 0;
  if (done <= due) return 100;
  return done >= due + span ? 50 : 100 - (50 * (done - due)) / span;
}

function compare(values: readonly Known[], args: readonly Expression[]): number {
  const [a, b] = values;
  if (args[0]?.type === 'version') return compareVersions(text(a), text(b));
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a < b ? -1 : 1;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return compareTexts(text(a), text(b));
}

/** Lower case, one code point for one code point, so that no letter depends on its neighbours. */
function lowerSimple(value: string): string {
  return Array.from(value, (letter) => String.fromCodePoint(letter.toLowerCase().codePointAt(0) ?? 0)).join('');
}

/** Nearest whole number, halves away from zero: sign(x) · floor(|x| + 0.5). */
function roundAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** A number that is not finite is not known; there is only one zero. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null;
}

const number = (value: Known | undefined): number => (typeof value === 'number' ? value : Number.NaN);
const text = (value: Known | undefined): string => (typeof value === 'string' ? value : String(value));
const texts = (value: Known | undefined): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
