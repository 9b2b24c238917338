import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExpression } from './check.ts';
import { evaluateExpression, type EvaluationScope } from './evaluate.ts';
import { type Expression, operators, type Type, type Value } from './expression.ts';
import { expressionOf, sampleNow, samplePropertyReferences, scopeOf } from './generate.testing.ts';
import type { Meaning, Names } from './names.ts';

const day = 86_400_000;
const meaning = (entries: Readonly<Record<string, Type>>): ReadonlyMap<string, Meaning> =>
  new Map(Object.entries(entries).map(([name, type]) => [name, { kind: 'reference', type, name }]));

const names: Names = {
  place: 'a test',
  prefixes: {
    account: meaning({
      n: 'number',
      m: 'number',
      s: 'string',
      b: 'bool',
      c: 'bool',
      t: 'time',
      u: 'time',
      l: 'list',
      v: 'version',
    }),
    measures: meaning({ series: 'series' }),
  },
  bare: new Map([['now', 'time']]),
  segments: new Set(),
  phases: new Set(),
  cohortFunctions: true,
};

function evaluate(text: string, account: Record<string, Value> = {}, more: Partial<EvaluationScope> = {}): Value {
  const types: readonly Type[] = ['number', 'bool', 'string', 'time', 'version', 'list'];
  for (const type of types) {
    const { expression } = parseExpression(text, names, type);
    if (expression !== null) return evaluateExpression(expression, { now: sampleNow, account, ...more });
  }
  throw new Error(`does not check: ${JSON.stringify(parseExpression(text, names, 'number').problems)}`);
}

describe('null is "not known"', () => {
  it.each([
    ['account.n + 1', null],
    ['account.n == account.m', null],
    ['account.n < 1', null],
    ['account.b && false', false],
    ['account.b && true', null],
    ['account.b || true', true],
    ['account.b || false', null],
    ['!account.b', null],
    ['account.b ? 1 : 2', 2],
    ['has(account.n)', false],
    ['account.n == null', true],
    ['account.n != null', false],
    ['coalesce(account.n, 7)', 7],
    ['min(account.n, 1)', null],
    ['account.s in ["a"]', null],
    ['daysSince(account.t)', null],
    ['account.v > "1.0"', null],
    ['before(account.n, 7)', null],
    ['true ? null : 1', null],
  ])('%s is %s when nothing is known', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  it.each(['1 / 0', '0 / 0', '5 % 0', 'ln(0)', 'ln(-1)', 'sqrt(-1)', '1e308 * 10.0'])('%s is null', (text) => {
    expect(evaluate(text)).toBeNull();
  });
});

it('every operator is explained in the README', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  expect(operators.filter((operator) => !readme.includes(operator))).toEqual([]);
});

describe('numbers are doubles', () => {
  it.each([
    ['1 / 2', 0.5],
    ['7 % -3', 1],
    ['-7 % 3', -1],
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(0.4)', 0],
    ['round(-0.4)', 0],
    ['floor(-1.5)', -2],
    ['ceil(-1.5)', -1],
    ['abs(-3)', 3],
    ['min(3, 1, 2)', 1],
    ['max(3, 1, 2)', 3],
    ['size("a😀")', 2],
    ['100000 == 100000.0', true],
    ['2 in [1, 2.0]', true],
  ])('%s is %s', (text, expected) => {
    const value = evaluate(text);
    expect(value).toBe(expected);
    expect(Object.is(value, -0)).toBe(false);
  });
});

describe('texts and lists', () => {
  it.each([
    ['lower("ÄİSΣ")', 'äisσ'],
    ['contains("report", "por")', true],
    ['"report".startsWith("re")', true],
    ['endsWith("report", "T")', false],
    ['"Z" < "a"', true],
    ['"😀" > "ﬀ"', true],
    ['contains(account.l, "x")', true],
    ['account.l.contains("y")', false],
    ['"x" in account.l', true],
    ['size(account.l)', 2],
  ])('%s is %s', (text, expected) => {
    expect(evaluate(text, { l: ['x', 'z'] })).toBe(expected);
  });
});

describe('versions compare as people number software', () => {
  it.each([
    ['1.10', '1.9', 1],
    ['1.0', '1', 0],
    ['v2.0', '2', 0],
    ['2.0-rc.1', '2.0', -1],
    ['2.0-rc.2', '2.0-rc.1', 1],
    ['3.0+build7', '3.0', 0],
    ['', '0', 0],
    ['x', '0.0.1', -1],
  ])('%s against %s', (left, right, expected) => {
    const signs = ['<', '==', '>'].map((sign) => evaluate(`account.v ${sign} ${JSON.stringify(right)}`, { v: left }));
    expect(signs).toEqual([expected < 0, expected === 0, expected > 0]);
  });

  it('counts the releases that are published and higher', () => {
    const releases = [
      { version: '1.0', releasedAt: sampleNow - 300 * day },
      { version: '1.1', releasedAt: sampleNow - 30 * day },
      { version: '2.0', releasedAt: sampleNow },
      { version: '2.1', releasedAt: sampleNow + 1 },
    ];
    expect(evaluate('releasesBehind(account.v)', { v: '1.0.3' }, { releases })).toBe(2);
  });
});

describe('onTime gives points for punctuality', () => {
  const start = sampleNow - 100 * day;
  it.each([
    ['on the last millisecond', start + 10 * day, 100],
    ['half the time late', start + 15 * day, 75],
    ['twice the time', start + 20 * day, 50],
    ['much later', start + 90 * day, 50],
    ['before the start', start - day, 100],
    ['never, and overdue', null, 0],
  ])('%s', (_, done, expected) => {
    expect(evaluate('onTime(account.t, account.u, 10)', { t: done, u: start })).toBe(expected);
  });

  it('is null while not yet due, and without a start', () => {
    expect(evaluate('onTime(account.t, account.u, 100)', { t: null, u: start })).toBeNull();
    expect(evaluate('onTime(account.t, account.u, 99)', { t: null, u: start })).toBe(0);
    expect(evaluate('onTime(account.t, account.u, 10)', { t: start, u: null })).toBeNull();
  });
});

describe('rates and traits before', () => {
  it('draws a rate towards the prior as if four more had been seen', () => {
    expect(evaluate('rate(2, 5)', {}, { ratePrior: 0.25 })).toBeCloseTo(3 / 9, 14);
    expect(evaluate('rate(0, 0)', {}, { ratePrior: 0.25 })).toBe(0.25);
    expect(evaluate('rate(0, 0)')).toBeNull();
  });

  it('asks for the trait as of that many days ago', () => {
    const asked: number[] = [];
    const accountAt = (_: string, time: number): Value => {
      asked.push(time);
      return 10;
    };
    expect(evaluate('account.n / before(account.n, 182) - 1', { n: 12 }, { accountAt })).toBeCloseTo(0.2, 14);
    expect(asked).toEqual([sampleNow - 182 * day]);
  });
});

const call = (operator: 'and' | 'or' | 'not', ...args: Expression[]): Expression => ({
  kind: 'call',
  type: 'bool',
  operator,
  args,
});

describe('any well-typed expression', () => {
  it.each(['number', 'bool', 'string', 'time', 'list', 'version'] as const)(
    'of type %s gives a value of its type or null',
    (type) => {
      fc.assert(
        fc.property(expressionOf(type), scopeOf(), (expression, scope) => {
          expect(hasType(evaluateExpression(expression, scope), type)).toBe(true);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('over properties never throws, whatever the properties really are', () => {
    const anything = fc.dictionary(
      fc.constantFrom('minutes', 'kind', 'done', 'due_at', 'tags', 'release'),
      fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null)),
    );
    fc.assert(
      fc.property(
        expressionOf('bool', { references: samplePropertyReferences }),
        anything,
        (expression, properties) => {
          const value = evaluateExpression(expression, { now: sampleNow, properties });
          expect([true, false, null]).toContain(value);
        },
      ),
    );
  });

  it('keeps the laws of three-valued logic', () => {
    fc.assert(
      fc.property(expressionOf('bool'), expressionOf('bool'), scopeOf(), (a, b, scope) => {
        const both = evaluateExpression(call('not', call('and', a, b)), scope);
        expect(both).toBe(evaluateExpression(call('or', call('not', a), call('not', b)), scope));
        expect(evaluateExpression(call('and', a, b), scope)).toBe(evaluateExpression(call('and', b, a), scope));
      }),
      { numRuns: 300 },
    );
  });
});

function hasType(value: Value, type: Type): boolean {
  if (value === null) return true;
  if (type === 'number' || type === 'time') return typeof value === 'number' && Number.isFinite(value);
  if (type === 'bool') return typeof value === 'boolean';
  return type === 'list' ? Array.isArray(value) : typeof value === 'string';
}
