import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnTypes, expressionSql } from '../../src/compile/expression.ts';
import type { SqlScope } from '../../src/compile/expression/scope.ts';
import { hashedName, quoteIdentifier } from '../../src/compile/identifier.ts';
import { numberLiteral, Parameters } from '../../src/compile/parameters.ts';
import { type EvaluationScope, evaluateExpression } from '../../src/model/expression/evaluate.ts';
import type { Expression, Scope, Type, Value } from '../../src/model/expression/expression.ts';
import { expressionOf, sampleReferences, scopeOf } from '../../src/model/expression/generate.testing.ts';
import { seriesTrend } from '../../src/model/expression/trend.ts';
import { useStores } from '../support/engines.ts';

const stores = useStores();
const noNumber = "CAST(NULL, 'Nullable(Float64)')";

/** `%` on fractions is not exact in SQL; `before` needs history and is part of the world test. */
const without = ['modulo', 'before', 'rate', 'trend'] as const;

const column = (scope: Scope, name: string): string => quoteIdentifier(hashedName('x', `${scope}.${name}`));

function scopeSql(
  parameters: Parameters,
  scope: EvaluationScope,
  numbers: { prior?: number; median?: number } = {},
): SqlScope {
  return {
    parameters,
    reference: (kind, name) => column(kind, name),
    now: () => numberLiteral(scope.now),
    before: () => noNumber,
    releases: scope.releases ?? [],
    ratePrior: numbers.prior === undefined ? noNumber : numberLiteral(numbers.prior),
    trendMedian: numbers.median === undefined ? noNumber : numberLiteral(numbers.median),
  };
}

/** One row with a column per reference, bound as the type that the expression compiler expects. */
function rowSql(parameters: Parameters, scope: EvaluationScope): string {
  const columns = sampleReferences
    .filter(({ name }) => name !== 'now')
    .map(
      ({ scope: kind, name, type }) =>
        `materialize(${bound(parameters, type, scope[kind]?.[name] ?? null)}) AS ${column(kind, name)}`,
    );
  return `(SELECT ${columns.join(', ')})`;
}

function bound(parameters: Parameters, type: Type, value: Value): string {
  if (value === null) return `CAST(NULL, '${columnTypes[type]}')`;
  if (typeof value === 'boolean') return `toNullable(toUInt8(${value ? 1 : 0}))`;
  if (typeof value === 'number') return `toNullable(${numberLiteral(value)})`;
  return `toNullable(${parameters.text(typeof value === 'string' ? value : JSON.stringify(value))})`;
}

async function inSql(expressions: readonly Expression[], scope: EvaluationScope): Promise<Value[]> {
  const parameters = new Parameters();
  const columns = expressions.map((one, index) => `${expressionSql(one, scopeSql(parameters, scope))} AS e${index}`);
  const sql = `SELECT ${columns.join(',\n')}\nFROM ${rowSql(parameters, scope)}`;
  const [row] = await stores.events.query({ name: 'expressions', sql, params: parameters.values, row: (raw) => raw });
  return expressions.map(({ type }, index) => fromSql(row?.[`e${index}`], type));
}

function fromSql(value: unknown, type: Type): Value {
  if (value === null || value === undefined) return null;
  if (type === 'bool') return Number(value) === 1;
  if (type === 'list') return JSON.parse(value as string) as string[];
  return type === 'number' || type === 'time' ? Number(value) : (value as Value);
}

function same(a: Value, b: Value): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return JSON.stringify(a) === JSON.stringify(b);
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

describe('an expression means the same in SQL and in process', () => {
  it('for random typed expressions, nulls included', async () => {
    const types = ['number', 'bool', 'string', 'time', 'list', 'version'] as const;
    const some = fc.array(
      fc.constantFrom(...types).chain((type) => expressionOf(type, { without: [...without], depth: 3 })),
      { minLength: 12, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(some, scopeOf(), async (expressions, scope) => {
        const found = await inSql(expressions, scope);
        for (const [index, expression] of expressions.entries()) {
          const expected = evaluateExpression(expression, scope);
          if (!same(found[index] ?? null, expected))
            expect({ expression, sql: found[index] }).toEqual({ expression, sql: expected });
        }
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  it('for trends of random series', async () => {
    const steady = fc.tuple(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 8 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
    );
    const series = fc.array(
      steady.map(([level, drop, noise]) => noise.map((n, index) => (index > noise.length - drop ? n : level + n))),
      { minLength: 30, maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(series, fc.constantFrom(undefined, 0.8), async (all, median) => {
        const parameters = new Parameters();
        const scope = scopeSql(parameters, { now: 0 }, median === undefined ? {} : { median });
        const expression: Expression = {
          kind: 'call',
          type: 'number',
          operator: 'trend',
          args: [{ kind: 'reference', type: 'series', scope: 'measures', name: 's' }],
        };
        const sql = `SELECT ${expressionSql(expression, scope)} AS trend FROM (SELECT arrayMap(x -> toFloat64(x), arrayJoin(${parameters.bind('Array(Array(UInt32))', all)})) AS ${column('measures', 's')})`;
        const found = await stores.events.query({
          name: 'trends',
          sql,
          params: parameters.values,
          row: (raw) => raw['trend'] as number | null,
        });
        for (const [index, one] of all.entries()) {
          const expected = seriesTrend(one, median ?? null);
          expect(same(found[index] ?? null, expected), `${JSON.stringify(one)}: ${found[index]} and ${expected}`).toBe(
            true,
          );
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
