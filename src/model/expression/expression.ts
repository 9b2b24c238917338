/**
 * A typed expression: what a CEL text of the model means, as plain frozen data.
 *
 * The checker makes it (`check.ts`), the compiler turns it into SQL (`compile/expression.ts`) and `evaluate.ts`
 * computes it in process. All three agree on one meaning:
 *
 * - Numbers are IEEE doubles; there is no integer type, so `1 / 2` is 0.5.
 * - A value that is not known is null. Null in, null out for arithmetic, comparison and functions; `&&`, `||` and `!`
 *   are three-valued as in SQL; a condition holds only when it is true (null does not hold).
 * - Division by zero is null: a rate over nothing is not known, which is different from bad.
 */
export type Type = 'number' | 'string' | 'bool' | 'time' | 'list' | 'version' | 'series';

/** What a name in an expression can refer to. `event` names are the properties of the event being filtered. */
export type Scope = 'account' | 'properties' | 'measures' | 'indicators' | 'evaluation';

/** Closed set: each has a line in `check.ts` (types), `evaluate.ts` (meaning) and `compile/expression.ts` (SQL). */
export const operators = [
  'and',
  'or',
  'not',
  'add',
  'subtract',
  'multiply',
  'divide',
  'modulo',
  'negate',
  'equal',
  'notEqual',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'in',
  'conditional',
  'has',
  'coalesce',
  'contains',
  'startsWith',
  'endsWith',
  'lower',
  'size',
  'ln',
  'sqrt',
  'abs',
  'round',
  'floor',
  'ceil',
  'min',
  'max',
  'daysSince',
  'before',
  'releasesBehind',
  'onTime',
  'rate',
  'trend',
] as const;
export type Operator = (typeof operators)[number];

export type Expression =
  | {
      readonly kind: 'literal';
      readonly type: Type;
      readonly value: number | string | boolean | readonly string[] | null;
    }
  | { readonly kind: 'reference'; readonly type: Type; readonly scope: Scope; readonly name: string }
  | { readonly kind: 'call'; readonly type: Type; readonly operator: Operator; readonly args: readonly Expression[] };

/** A value of an expression at run time. Times are UTC milliseconds, versions their text, series oldest block first. */
export type Value = number | string | boolean | readonly string[] | readonly number[] | null;
