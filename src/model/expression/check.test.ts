import { describe, expect, it } from 'vitest';
import { parseExpression } from './check.ts';
import type { Expression, Type } from './expression.ts';
import { functions } from './functions.ts';
import type { Meaning, Names } from './names.ts';

const reference = (type: Type, name: string): Meaning => ({ kind: 'reference', type, name });
const names: Names = {
  place: 'a test',
  prefixes: {
    account: new Map<string, Meaning>([
      ['arr', reference('number', 'arr')],
      ['seats', reference('number', 'seats')],
      ['plan', reference('string', 'plan')],
      ['version', reference('version', 'version')],
      ['renewal_at', reference('time', 'renewal_at')],
      ['modules', reference('list', 'modules')],
      ['Odd Name', reference('number', 'Odd Name')],
      ['order.total', reference('number', 'order.total')],
    ]),
    measures: new Map<string, Meaning>([
      ['logins', reference('number', 'logins')],
      ['weekly', reference('series', 'weekly')],
      ['broken', { kind: 'broken' }],
      ['answer', { kind: 'inline', expression: { kind: 'literal', type: 'number', value: 42 } }],
    ]),
  },
  bare: new Map<string, Type>([
    ['now', 'time'],
    ['segment', 'string'],
  ]),
  segments: new Set(['enterprise', 'growth']),
  phases: new Set(),
  cohortFunctions: true,
};

/** A short picture of an expression, such as `greaterOrEqual(account.arr, 100000)`. */
function picture(expression: Expression | null): string {
  if (expression === null) return 'nothing';
  if (expression.kind === 'literal')
    return JSON.stringify(expression.value) + (expression.type === 'version' ? 'v' : '');
  if (expression.kind === 'reference')
    return expression.scope === 'evaluation' ? expression.name : `${expression.scope}.${expression.name}`;
  return `${expression.operator}(${expression.args.map(picture).join(', ')})`;
}

describe('what a text means', () => {
  const meanings: readonly [string, string, Type?][] = [
    ['account.arr >= 100000', 'greaterOrEqual(account.arr, 100000)'],
    ['measures.logins / account.seats > 0.5', 'greater(divide(measures.logins, account.seats), 0.5)'],
    ['measures.logins == 0', 'equal(measures.logins, 0)'],
    ['-3 < 1', 'less(-3, 1)'],
    ['!(account.plan == "free") && true', 'and(not(equal(account.plan, "free")), true)'],
    ['account.plan in ["a", "b"]', 'in(account.plan, ["a","b"])'],
    ['measures.logins in [1, 2]', 'or(equal(measures.logins, 1), equal(measures.logins, 2))'],
    ['"x" in account.modules', 'in("x", account.modules)'],
    ['account.modules.contains("x")', 'contains(account.modules, "x")'],
    ['account.version >= "2.4"', 'greaterOrEqual(account.version, "2.4"v)'],
    ['account.renewal_at < timestamp("1970-01-01T00:00:01Z")', 'less(account.renewal_at, 1000)'],
    ['daysUntil(account.renewal_at) < 90', 'less(negate(daysSince(account.renewal_at)), 90)'],
    ['account.plan == null', 'not(has(account.plan))'],
    ['null != account.plan', 'has(account.plan)'],
    ['account["Odd Name"] > 1', 'greater(account.Odd Name, 1)'],
    ['account.order.total > 1', 'greater(account.order.total, 1)'],
    ['has(account.plan)', 'has(account.plan)'],
    ['coalesce(account.seats, 1) > 0', 'greater(coalesce(account.seats, 1), 0)'],
    [
      '(account.arr > 1 ? null : account.seats) > 0',
      'greater(conditional(greater(account.arr, 1), null, account.seats), 0)',
    ],
    ['measures.answer == 42', 'equal(42, 42)'],
    ['segment == "growth"', 'equal(segment, "growth")'],
    ['before(account.seats, 182) > 1', 'greater(before(account.seats, 182), 1)'],
    ['trend(measures.weekly)', 'trend(measures.weekly)', 'number'],
    ['cusum(measures.weekly)', 'trend(measures.weekly)', 'number'],
    ['rate(1, measures.logins)', 'rate(1, measures.logins)', 'number'],
    ['now', 'now', 'time'],
  ];

  it.each(meanings)('%s', (text, expected, type) => {
    const { expression, problems } = parseExpression(text, names, type ?? 'bool');
    expect(problems).toEqual([]);
    expect(picture(expression)).toBe(expected);
  });

  it('gives every node its type', () => {
    const { expression } = parseExpression('account.seats > 1 ? account.version : null', names, 'version');
    expect(expression).toEqual({
      kind: 'call',
      type: 'version',
      operator: 'conditional',
      args: [
        {
          kind: 'call',
          type: 'bool',
          operator: 'greater',
          args: [
            { kind: 'reference', type: 'number', scope: 'account', name: 'seats' },
            { kind: 'literal', type: 'number', value: 1 },
          ],
        },
        { kind: 'reference', type: 'version', scope: 'account', name: 'version' },
        { kind: 'literal', type: 'version', value: null },
      ],
    });
  });
});

describe('what is wrong with a text, and where', () => {
  it.each([
    ['account.ar > 1', 'model/unknown-trait', 'account.ar', 'did you mean arr?'],
    ['measures.login > 1', 'model/unknown-measure', 'measures.login', 'did you mean logins?'],
    ['acount.arr > 1', 'model/unknown-name', 'acount.arr', 'did you mean account?'],
    ['arr > 1', 'model/unknown-name', 'arr', 'did you mean account.arr?'],
    ['segment == growth', 'model/unknown-name', 'growth', 'a text stands in quotes: "growth"'],
    ['segment == "grwth"', 'model/unknown-segment', '"grwth"', 'did you mean growth?'],
    ['band == "engaged"', 'cel/not-here', 'band', 'known here: account.…, measures.…, now, segment'],
    ['properties.x == 1', 'cel/not-here', 'properties.x', 'known here: account.…, measures.…, now, segment'],
    ['account.arr + "a" > 1', 'cel/type', 'account.arr + "a"', undefined],
    ['now - account.renewal_at > 1', 'cel/type', 'now - account.renewal_at', 'use daysSince(…) or daysUntil(…)'],
    ['account.plan > 1', 'cel/type', '1', 'a number is written without quotes'],
    [
      'account.renewal_at > "2026-01-01"',
      'cel/type',
      '"2026-01-01"',
      "write a fixed time as timestamp('2026-01-31T00:00:00Z')",
    ],
    ['account.modules == account.modules', 'cel/type', 'account.modules == account.modules', 'use `in` or contains(…)'],
    ['account.seats', 'cel/type', 'account.seats', 'compare it, as in `… > 0`'],
    ['sieze(account.plan) > 1', 'cel/unknown-function', 'sieze(account.plan)', 'did you mean size?'],
    ['min(1) > 1', 'cel/arguments', 'min(1)', 'write min(a, b, …)'],
    ['1 + rate(1, 2) > 1', 'cel/top-only', 'rate(1, 2)', 'give it an indicator of its own and use indicators.<id>'],
    ['before(measures.logins, 7) > 1', 'cel/arguments', 'measures.logins', 'write before(account.trait, days)'],
    ['timestamp("soon") < now', 'cel/arguments', 'timestamp("soon")', "write timestamp('2026-01-31T00:00:00Z')"],
    ['account.arr >', 'cel/syntax', '', undefined],
    ['account.arr > 1 and true', 'cel/syntax', 'and', 'write && for and, || for or, ! for not'],
    ['{"a": 1} == 1', 'cel/unsupported', '{"a": 1}', undefined],
    ['account.modules[0] == "a"', 'cel/unsupported', 'account.modules[0]', undefined],
  ])('%s', (text, code, where, hint) => {
    const { expression, problems } = parseExpression(text, names, 'bool');
    expect(expression).toBeNull();
    expect(problems.map((one) => [one.code, text.slice(one.start, one.end), one.hint])).toEqual([[code, where, hint]]);
  });

  it('reports all independent mistakes at once, and no consequences of them', () => {
    const { problems } = parseExpression('account.ar > 1 && lower(account.pln) == "x" || foo(1) == 2', names, 'bool');
    expect(problems.map((one) => one.code)).toEqual([
      'model/unknown-trait',
      'model/unknown-trait',
      'cel/unknown-function',
    ]);
  });

  it('says nothing about the use of a measure that is broken itself', () => {
    expect(parseExpression('measures.broken > 1', names, 'bool').problems).toEqual([]);
  });

  it('bounds the size of an expression', () => {
    const deep = parseExpression(`${'('.repeat(200)}1${')'.repeat(200)}`, names, 'number');
    const long = parseExpression(Array.from({ length: 3000 }, () => '1').join('+'), names, 'number');
    expect([deep.problems[0]?.code, long.problems[0]?.code]).toEqual(['cel/syntax', 'cel/syntax']);
  });
});

it('every function says how it is used', () => {
  for (const [name, spec] of Object.entries(functions)) expect(spec.usage.startsWith(`${name}(`)).toBe(true);
});
