import * as fc from 'fast-check';
import type { Expression } from '../../src/model/expression/expression.ts';
import type { Aggregate, Indicator, Measure, Points } from '../../src/model/resolved.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import {
  at,
  call,
  dayMs,
  event,
  indicator,
  literal,
  measure,
  model,
  reference,
  trait,
  type TraitRow,
} from './build.ts';
import type { World } from './oracle.ts';

/** The midnight around which generated events lie. */
export const base = Date.UTC(2026, 2, 10);

const windows = [7 * dayMs, 28 * dayMs, 3 * dayMs + 1, 5 * 3_600_000 + 250, 86_400_001] as const;
const names = ['Used', 'Opened', 'Closed', 'Rated'] as const;

/** Instants where mistakes live: midnights, window edges, one millisecond around them, and anything else. */
export function instants(): fc.Arbitrary<number> {
  const edge = fc.tuple(
    fc.constantFrom(0, ...windows),
    fc.constantFrom(base, base + dayMs / 2 + 17),
    fc.constantFrom(-1, 0, 1),
  );
  return fc.oneof(
    edge.map(([window, from, off]) => from - window + off),
    fc.tuple(fc.integer({ min: -40, max: 1 }), fc.constantFrom(-1, 0, 1)).map(([day, off]) => base + day * dayMs + off),
    fc.integer({ min: base - 220 * dayMs, max: base + dayMs }),
  );
}

function rows(): fc.Arbitrary<EventRow[]> {
  const row = fc.record({
    account: fc.constantFrom('acme', 'bolt', 'cask', ''),
    time: instants(),
    kind: fc.constantFrom('track', 'track', 'track', 'page', 'identify', 'group'),
    name: fc.constantFrom(...names),
    person: fc.constantFrom('', 'ann', 'bob', 'cid'),
    key: fc.constantFrom('k1', 'k2', null),
    n: fc.oneof(
      fc.constant(null),
      fc.integer({ min: -5, max: 40 }),
      fc.double({ noNaN: true, min: -1e17, max: 1e17 }),
      fc.constantFrom(0.1, 0.2, 1e15),
    ),
    flag: fc.constantFrom(true, false, null),
    when: fc.constantFrom('2026-03-01T00:00:00Z', null),
    tags: fc.constantFrom(['a', 'b'], ['c'], null),
    version: fc.constantFrom('1.2', '2.0.0-beta', null),
  });
  return fc
    .array(row, { maxLength: 40 })
    .map((all) =>
      all.map(({ account, time, kind, name, person, ...properties }) =>
        event({ account, time, kind, name, person }, properties),
      ),
    );
}

function conditions(): fc.Arbitrary<Expression | null> {
  return fc.constantFrom<(Expression | null)[]>(
    null,
    null,
    call('greater', 'bool', reference('properties', 'n', 'number'), literal(3)),
    reference('properties', 'flag', 'bool'),
    call(
      'or',
      'bool',
      reference('properties', 'flag', 'bool'),
      call('equal', 'bool', reference('properties', 'key', 'string'), literal('k1')),
    ),
    call('in', 'bool', literal('a'), reference('properties', 'tags', 'list')),
    call('less', 'bool', reference('properties', 'version', 'version'), literal('2', 'version')),
  );
}

function measures(): fc.Arbitrary<Measure[]> {
  const aggregates = fc.constantFrom<[Aggregate, Measure['type']][]>(
    [{ kind: 'count' }, 'number'],
    [{ kind: 'days' }, 'number'],
    [{ kind: 'first' }, 'time'],
    [{ kind: 'last' }, 'time'],
    [{ kind: 'sum', property: 'n' }, 'number'],
    [{ kind: 'avg', property: 'n' }, 'number'],
    [{ kind: 'min', property: 'n' }, 'number'],
    [{ kind: 'max', property: 'n' }, 'number'],
    [{ kind: 'unique', property: null }, 'number'],
    [{ kind: 'unique', property: 'key' }, 'number'],
    [{ kind: 'latest', property: 'n', propertyType: 'number' }, 'number'],
    [{ kind: 'latest', property: 'key', propertyType: 'string' }, 'string'],
    [{ kind: 'latest', property: 'when', propertyType: 'time' }, 'time'],
    [{ kind: 'latest', property: 'flag', propertyType: 'bool' }, 'bool'],
    [{ kind: 'latest', property: 'tags', propertyType: 'list' }, 'list'],
    [{ kind: 'open', from: 'Opened', to: 'Closed', by: 'key' }, 'number'],
    [{ kind: 'series', every: 7 * dayMs, blocks: 26 }, 'series'],
    [{ kind: 'series', every: dayMs, blocks: 16 }, 'series'],
  );
  const one = fc.record({
    aggregate: aggregates,
    events: fc.constantFrom<(readonly string[] | null)[]>(null, ['Used'], ['Rated', 'Used'], ['Absent']),
    where: conditions(),
    window: fc.constantFrom<(number | null)[]>(null, ...windows),
    sources: fc.constantFrom<string[][]>([], [], ['ratings']),
  });
  return fc
    .array(one, { minLength: 1, maxLength: 7 })
    .map((all) =>
      all.map(({ aggregate: [aggregate, type], events, ...rest }, index) =>
        measure(`m${index}`, { ...rest, aggregate, type, events: aggregate.kind === 'open' ? null : events }),
      ),
    );
}

function shapes(): fc.Arbitrary<Points> {
  return fc.constantFrom<Points[]>(
    { kind: 'direct' },
    {
      kind: 'polyline',
      points: [
        [0, 0],
        [2, 50],
        [6, 100],
      ],
    },
    {
      kind: 'polyline',
      points: [
        [-1, 100],
        [3, 40],
        [10, 0],
      ],
    },
    {
      kind: 'polyline',
      points: [
        [0, 40],
        [0.5, 100],
        [3, 100],
        [8, 0],
      ],
    },
    { kind: 'percentile', quantiles: [0.1, 0.5, 0.9] },
  );
}

/** An indicator that makes a number of a measure, whatever its type. */
function indicatorOf(one: Measure): fc.Arbitrary<Indicator> {
  const value = reference('measures', one.id, one.type);
  const number: Expression =
    one.type === 'number'
      ? value
      : one.type === 'time'
        ? call('daysSince', 'number', value)
        : one.type === 'series'
          ? call('trend', 'number', value)
          : call('conditional', 'number', call('has', 'bool', value), literal(1), literal(null));
  return fc
    .record({
      domain: fc.constantFrom('adoption', 'support'),
      weight: fc.integer({ min: 1, max: 6 }),
      points: shapes(),
      segments: fc.constantFrom<(readonly string[] | null)[]>(null, null, ['big']),
      halfLife: fc.constantFrom<(number | null)[]>(null, 30 * dayMs),
    })
    .map(({ points, halfLife, ...rest }) =>
      indicator(`i_${one.id}`, {
        ...rest,
        points,
        value: number,
        sources: one.sources,
        cohort: points.kind === 'percentile' ? 'percentile' : one.type === 'series' ? 'trend' : null,
        ...(one.aggregate.kind === 'latest' && halfLife !== null ? { halfLife, fadesWith: one.id } : {}),
      }),
    );
}

function traits(): fc.Arbitrary<TraitRow[]> {
  const row = fc.record({
    account: fc.constantFrom('acme', 'bolt', 'dusk'),
    name: fc.constantFrom('seats', 'plan'),
    time: instants(),
    value: fc.constantFrom<(number | null)[]>(null, 3, 12, 250),
  });
  return fc
    .array(row, { maxLength: 8 })
    .map((all) =>
      all.map(({ account, name, time, value }) =>
        trait(account, name, time, name === 'plan' && value !== null ? `p${value}` : value),
      ),
    );
}

/** Small models with events and traits that try every aggregate at every kind of edge. */
export function worlds(): fc.Arbitrary<World> {
  const seats = reference('account', 'seats', 'number');
  return measures().chain((all) =>
    fc
      .record({ events: rows(), traits: traits(), indicators: fc.tuple(...all.map(indicatorOf)) })
      .map(({ events, traits: history, indicators }) => ({
        events,
        traits: history,
        model: model({
          traits: { account: { seats: 'number', plan: 'string' }, person: {} },
          sources: [{ id: 'ratings', events: ['Rated'], freshness: 8 * dayMs, at }],
          segments: [
            { id: 'big', when: call('greaterOrEqual', 'bool', seats, literal(10)), touch: 'high', at },
            { id: 'rest', when: null, touch: 'low', at },
          ],
          audiences: [
            { id: 'shrunk', when: call('less', 'bool', seats, call('before', 'number', seats, literal(7))), at },
            {
              id: 'good',
              when: call(
                'and',
                'bool',
                call('greater', 'bool', reference('evaluation', 'score', 'number'), literal(55)),
                call('equal', 'bool', reference('evaluation', 'segment', 'string'), literal('rest')),
              ),
              at,
            },
          ],
          measures: all,
          indicators,
          score: {
            ...model().score,
            domains: [
              { id: 'adoption', weight: 30, at },
              { id: 'support', weight: 12, at },
            ],
            hardTriggers: [
              {
                id: 'tiny',
                when: call('equal', 'bool', reference('account', 'plan', 'string'), literal('p3')),
                cap: 39,
                at,
              },
            ],
          },
        }),
      })),
  );
}
