import * as fc from 'fast-check';
import type { EvaluationScope } from './evaluate.ts';
import type { Expression, Operator, Type, Value } from './expression.ts';

/** A name that random expressions may use. */
export type Reference = Extract<Expression, { kind: 'reference' }>;

/** Instant at which random scopes are evaluated. */
export const sampleNow = Date.UTC(2026, 5, 15, 12);

const day = 86_400_000;

const reference = (type: Type, scope: Reference['scope'], name: string): Reference => ({
  kind: 'reference',
  type,
  scope,
  name,
});

/** Names of every type in the scopes that conditions over accounts use. */
export const sampleReferences: readonly Reference[] = [
  reference('number', 'account', 'seats'),
  reference('number', 'account', 'arr'),
  reference('string', 'account', 'plan'),
  reference('bool', 'account', 'trial'),
  reference('time', 'account', 'renewal_at'),
  reference('list', 'account', 'modules'),
  reference('version', 'account', 'version'),
  reference('number', 'measures', 'logins'),
  reference('number', 'measures', 'nps'),
  reference('time', 'measures', 'last_seen'),
  reference('string', 'measures', 'last_kind'),
  reference('time', 'evaluation', 'now'),
];

/** Properties of an event, for filters. */
export const samplePropertyReferences: readonly Reference[] = [
  reference('number', 'properties', 'minutes'),
  reference('string', 'properties', 'kind'),
  reference('bool', 'properties', 'done'),
  reference('time', 'properties', 'due_at'),
  reference('list', 'properties', 'tags'),
  reference('version', 'properties', 'release'),
];

const texts = ['', 'a', 'B', 'pro', 'Pro', 'sev1', 'reporting', 'Éa', 'ß', '😀x', 'a b', "o'k"];
const versions = ['1', '1.0', '1.2', '1.10', 'v1.10.0', '2.0-rc.1', '2.0-rc.2', '2.0', '', 'x', '3.0+build'];

/** A value of a type, never null. */
export function knownValue(type: Type): fc.Arbitrary<Exclude<Value, null>> {
  switch (type) {
    case 'number':
      return fc.oneof(
        fc.integer({ min: -20, max: 20 }),
        fc.constantFrom(0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e6, 0.1),
        fc.integer({ min: -4000, max: 4000 }).map((value) => value / 8),
      );
    case 'string':
      return fc.constantFrom(...texts);
    case 'bool':
      return fc.boolean();
    case 'time':
      return fc.integer({ min: -400, max: 100 }).map((days) => sampleNow + days * day + (days % 7) * 1234);
    case 'list':
      return fc.array(fc.constantFrom(...texts), { maxLength: 3 });
    case 'version':
      return fc.constantFrom(...versions);
    case 'series':
      return fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 0, maxLength: 30 });
  }
}

/** What random expressions are made of. */
export interface GenerateOptions {
  readonly references?: readonly Reference[];
  /** Operators to leave out, such as those that need more than one row. */
  readonly without?: readonly Operator[];
  readonly depth?: number;
}

/** A random well-typed expression, as the checker could have made it; without `rate` and `trend`, which stand at the top. */
export function expressionOf(type: Type, options: GenerateOptions = {}): fc.Arbitrary<Expression> {
  const { references = sampleReferences, without = [], depth = 4 } = options;
  return build({ references, without: new Set(without) }, type, depth);
}

interface Building {
  readonly references: readonly Reference[];
  readonly without: ReadonlySet<Operator>;
}

function build(building: Building, type: Type, depth: number): fc.Arbitrary<Expression> {
  const leaves: fc.Arbitrary<Expression>[] = [literalOf(type)];
  const named = building.references.filter((one) => one.type === type);
  if (named.length > 0) leaves.push(fc.constantFrom(...named), fc.constantFrom(...named));
  if (depth <= 0) return fc.oneof(...leaves);
  const calls = shapes(building, type)
    .filter((shape) => !building.without.has(shape.operator))
    .map((shape) => callArbitrary(building, type, shape, depth));
  return fc.oneof(...leaves, ...calls);
}

interface Shape {
  readonly operator: Operator;
  readonly args: readonly Type[];
}

const shape = (operator: Operator, ...args: readonly Type[]): Shape => ({ operator, args });
const comparisons = ['less', 'lessOrEqual', 'greater', 'greaterOrEqual', 'equal', 'notEqual'] as const;

function shapes(building: Building, type: Type): readonly Shape[] {
  const general = [shape('coalesce', type, type), shape('conditional', 'bool', type, type)];
  const before = building.references.some((one) => one.scope === 'account' && one.type === type)
    ? [shape('before')]
    : [];
  return [...general, ...before, ...shapesOf(type)];
}

function shapesOf(type: Type): readonly Shape[] {
  if (type === 'string') return [shape('lower', 'string')];
  if (type === 'number') {
    return [
      ...(['add', 'subtract', 'multiply', 'divide', 'modulo', 'min', 'max'] as const).map((one) =>
        shape(one, 'number', 'number'),
      ),
      ...(['negate', 'abs', 'round', 'floor', 'ceil', 'ln', 'sqrt'] as const).map((one) => shape(one, 'number')),
      shape('size', 'string'),
      shape('size', 'list'),
      shape('daysSince', 'time'),
      shape('releasesBehind', 'version'),
      shape('onTime', 'time', 'time', 'number'),
    ];
  }
  if (type !== 'bool') return [];
  const ordered = (['number', 'string', 'time', 'version'] as const).flatMap((one) =>
    comparisons.map((op) => shape(op, one, one)),
  );
  const known = (['number', 'string', 'time', 'list', 'version', 'bool'] as const).map((one) => shape('has', one));
  return [
    shape('and', 'bool', 'bool'),
    shape('or', 'bool', 'bool'),
    shape('not', 'bool'),
    shape('equal', 'bool', 'bool'),
    shape('in', 'string', 'list'),
    shape('contains', 'list', 'string'),
    shape('contains', 'string', 'string'),
    shape('startsWith', 'string', 'string'),
    shape('endsWith', 'string', 'string'),
    ...ordered,
    ...known,
  ];
}

function callArbitrary(building: Building, type: Type, one: Shape, depth: number): fc.Arbitrary<Expression> {
  const { operator } = one;
  if (operator === 'before') {
    const traits = building.references.filter((ref) => ref.scope === 'account' && ref.type === type);
    const days = fc
      .integer({ min: 1, max: 400 })
      .map((value): Expression => ({ kind: 'literal', type: 'number', value }));
    return fc
      .tuple(fc.constantFrom(...traits), days)
      .map((args): Expression => ({ kind: 'call', type, operator, args }));
  }
  // Built when drawn: building all branches at once would grow with every level.
  const args = one.args.map((arg) => fc.constant(null).chain(() => build(building, arg, depth - 1)));
  return fc.tuple(...args).map((parts): Expression => ({ kind: 'call', type, operator, args: parts }));
}

function literalOf(type: Type): fc.Arbitrary<Expression> {
  // A list of counts cannot be written in a model, so a series is null unless it is a measure.
  const known: fc.Arbitrary<Value> = type === 'series' ? fc.constant(null) : knownValue(type);
  const value = fc.option(known, { nil: null, freq: 6 });
  return value.map((one): Expression => ({ kind: 'literal', type, value: literalValue(one) }));
}

function literalValue(value: Value): number | string | boolean | readonly string[] | null {
  if (typeof value !== 'object' || value === null) return value;
  return value.map(String);
}

/** A random scope for the references: each name has a value or null, and traits have another one before. */
export function scopeOf(references: readonly Reference[] = sampleReferences): fc.Arbitrary<EvaluationScope> {
  const values = fc.tuple(...references.map((one) => fc.option(knownValue(one.type), { nil: null, freq: 4 })));
  const earlier = fc.tuple(...references.map((one) => fc.option(knownValue(one.type), { nil: null, freq: 4 })));
  const releases = fc.array(
    fc.record({ version: fc.constantFrom(...versions), releasedAt: knownValue('time').map(Number) }),
    { maxLength: 4 },
  );
  return fc.tuple(values, earlier, releases).map(([now, then, published]) => {
    const before = pick(references, 'account', then);
    return {
      now: sampleNow,
      account: pick(references, 'account', now),
      accountAt: (name) => before[name] ?? null,
      properties: pick(references, 'properties', now),
      measures: pick(references, 'measures', now),
      indicators: pick(references, 'indicators', now),
      evaluation: pick(references, 'evaluation', now),
      releases: published,
    };
  });
}

function pick(
  references: readonly Reference[],
  scope: Reference['scope'],
  from: readonly Value[],
): Record<string, Value> {
  return Object.fromEntries(references.flatMap((one, i) => (one.scope === scope ? [[one.name, from[i] ?? null]] : [])));
}
