import { Random } from '../../src/demo/random.ts';
import type { Expression } from '../../src/model/expression/expression.ts';
import type { Indicator, Measure, ResolvedModel } from '../../src/model/resolved.ts';
import { at, call, dayMs, event, indicator, literal, measure, model, reference, trait } from './build.ts';
import { base } from './generate.ts';
import type { World } from './oracle.ts';

const number = (id: string): Expression => reference('measures', id, 'number');
const line = (a: number, b: number, c: number) =>
  ({
    kind: 'polyline',
    points: [
      [a, 0],
      [b, 50],
      [c, 100],
    ],
  }) as const;

const measures: readonly Measure[] = [
  measure('used', { events: ['Used'], window: 28 * dayMs }),
  measure('minutes', { aggregate: { kind: 'sum', property: 'n' }, events: ['Used'], window: 5 * 3_600_000 + 250 }),
  measure('mean', { aggregate: { kind: 'avg', property: 'n' }, window: 84 * dayMs }),
  measure('weeks', { type: 'series', aggregate: { kind: 'series', every: 7 * dayMs, blocks: 26 }, events: ['Used'] }),
  measure('sent', { events: ['Sent'], window: 120 * dayMs }),
  measure('answered', { events: ['Answered'], window: 120 * dayMs }),
  measure('rating', {
    aggregate: { kind: 'latest', property: 'n', propertyType: 'number' },
    events: ['Rated'],
    sources: ['ratings'],
  }),
  measure('trained', { type: 'time', aggregate: { kind: 'first' }, events: ['Trained'] }),
  measure('release', {
    type: 'version',
    aggregate: { kind: 'latest', property: 'version', propertyType: 'version' },
  }),
];

const indicators: readonly Indicator[] = [
  indicator('volume', {
    value: call('ln', 'number', call('add', 'number', number('mean'), literal(1.7))),
    points: { kind: 'percentile', quantiles: [0.1, 0.5, 0.9] },
    cohort: 'percentile',
    weight: 3,
  }),
  indicator('minutes', { points: { kind: 'percentile', quantiles: [0.9, 0.5, 0.1] }, cohort: 'percentile' }),
  indicator('rhythm', {
    value: call('trend', 'number', reference('measures', 'weeks', 'series')),
    points: line(0.2, 1, 1.4),
    cohort: 'trend',
    weight: 2,
  }),
  indicator('answers', {
    value: call('rate', 'number', number('answered'), number('sent')),
    points: line(0.05, 0.25, 0.6),
    cohort: 'rate',
    domain: 'support',
  }),
  indicator('rating', {
    value: number('rating'),
    points: line(-2, 3, 40),
    sources: ['ratings'],
    halfLife: 30 * dayMs,
    fadesWith: 'rating',
    domain: 'support',
    weight: 4,
  }),
  indicator('training', {
    value: call(
      'onTime',
      'number',
      reference('measures', 'trained', 'time'),
      reference('account', 'started_at', 'time'),
      literal(40),
    ),
  }),
  indicator('pace', {
    value: call(
      'conditional',
      'number',
      call('less', 'bool', call('daysSince', 'number', reference('account', 'started_at', 'time')), literal(40)),
      literal(null),
      call('divide', 'number', number('used'), reference('account', 'seats', 'number')),
    ),
    points: line(0.5, 2, 6),
    weight: 2,
  }),
  indicator('plan', {
    value: call(
      'conditional',
      'number',
      call('equal', 'bool', reference('evaluation', 'segment', 'string'), literal('big')),
      call(
        'onTime',
        'number',
        reference('measures', 'trained', 'time'),
        reference('account', 'started_at', 'time'),
        literal(80),
      ),
      call('min', 'number', number('mean'), literal(100)),
    ),
    points: { kind: 'direct' },
    domain: 'support',
  }),
  indicator('current', {
    value: call('releasesBehind', 'number', reference('measures', 'release', 'version')),
    points: {
      kind: 'polyline',
      points: [
        [0, 100],
        [1, 50],
        [3, 0],
      ],
    },
    segments: ['big'],
  }),
  indicator('growth', {
    value: call(
      'sqrt',
      'number',
      call(
        'divide',
        'number',
        reference('account', 'seats', 'number'),
        call('before', 'number', reference('account', 'seats', 'number'), literal(30)),
      ),
    ),
    points: line(0.5, 1, 1.5),
    domain: 'support',
  }),
];

const resolved: ResolvedModel = model({
  traits: { account: { seats: 'number', started_at: 'time' }, person: {} },
  sources: [{ id: 'ratings', events: ['Rated'], freshness: 8 * dayMs, at }],
  releases: [
    { version: '1.0', releasedAt: base - 90 * dayMs },
    { version: '1.4.2', releasedAt: base - 50 * dayMs },
    { version: '2.0.0-rc1', releasedAt: base - 3 * dayMs },
    { version: '2.0', releasedAt: base + dayMs / 3 },
  ],
  segments: [
    {
      id: 'big',
      when: call('greater', 'bool', reference('account', 'seats', 'number'), literal(6)),
      touch: 'high',
      at,
    },
    { id: 'rest', when: null, touch: 'low', at },
  ],
  audiences: [
    {
      id: 'happy',
      when: call('equal', 'bool', reference('evaluation', 'band', 'string'), literal('engaged')),
      at,
    },
    {
      id: 'quiet',
      when: call(
        'and',
        'bool',
        call('notEqual', 'bool', reference('evaluation', 'band', 'string'), literal('engaged')),
        call('less', 'bool', reference('indicators', 'rhythm', 'number'), literal(60)),
      ),
      at,
    },
    {
      id: 'covered',
      when: call('greater', 'bool', reference('evaluation', 'coverage', 'number'), literal(0.6)),
      at,
    },
  ],
  measures,
  indicators,
  score: {
    ...model().score,
    domains: [
      { id: 'adoption', weight: 30, at },
      { id: 'support', weight: 12, at },
    ],
    hardTriggers: [
      {
        id: 'weak',
        when: call('less', 'bool', reference('indicators', 'volume', 'number'), literal(12)),
        cap: 39,
        at,
      },
    ],
  },
});

/** Enough accounts for cohorts, with everything that compares, fades, is late, silent or behind. */
export function crowd(seed: number): World {
  const random = new Random(seed);
  const accounts = Array.from({ length: 70 }, (_, index) => `account-${index}`);
  const silent = random.unit() < 0.5 ? 12 : 0;
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.unit() * items.length)] as Item;
  const events = accounts.flatMap((account) => {
    const level = 1 + Math.floor(random.unit() * 3);
    return Array.from({ length: 40 * level }, () => {
      const name = pick(['Used', 'Used', 'Used', 'Used', 'Sent', 'Answered', 'Rated', 'Trained']);
      const newest = base + dayMs / 2 - (name === 'Rated' ? silent * dayMs : 0);
      const drop = name === 'Used' && level === 3 && random.unit() < 0.3 ? 20 * dayMs : 0;
      const time = Math.floor(newest - drop - random.unit() * 170 * dayMs);
      const n = random.unit() < 0.3 ? Math.floor(random.unit() * 30) : random.unit() * 40 - 3;
      return event({ account, time, name }, { n, version: pick(['1.0', '1.4.2', 'v2.0.0-rc1', '2.0', null]) });
    });
  });
  const traits = accounts.flatMap((account) => [
    ...Array.from({ length: 3 }, () =>
      trait(
        account,
        'seats',
        Math.floor(base - random.unit() * 90 * dayMs),
        random.unit() < 0.1 ? null : Math.floor(random.unit() * 20),
      ),
    ),
    trait(
      account,
      'started_at',
      base - 100 * dayMs,
      new Date(Math.floor(base - random.unit() * 120 * dayMs)).toISOString(),
    ),
  ]);
  return { model: resolved, events, traits };
}
