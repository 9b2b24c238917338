import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { backfill, ensureRollup } from '../../src/evaluate/rollup.ts';
import type { Indicator, Measure, ResolvedModel } from '../../src/model/resolved.ts';
import type { EventRow } from '../../src/store/events/tables.ts';
import { useStores } from '../support/engines.ts';
import { at, call, dayMs, event, indicator, measure, model, reference } from './build.ts';

const stores = useStores();
const asOf = Date.UTC(2026, 5, 1);
const workspace = 'ws_worked';

const domains = [
  { id: 'adoption', weight: 30, at },
  { id: 'relationship', weight: 20, at },
  { id: 'support', weight: 10, at },
  { id: 'voice', weight: 10, at },
];

/** A measure that reads the newest `value` of an event of its own, and its indicator. */
function fed(
  id: string,
  domain: string,
  weight: number,
  cuts: readonly [number, number, number],
  parts: Partial<Indicator> = {},
): { measure: Measure; indicator: Indicator } {
  const points = cuts.map((x, index) => [x, index * 50] as const).toSorted((a, b) => a[0] - b[0]);
  return {
    measure: measure(id, {
      aggregate: { kind: 'latest', property: 'value', propertyType: 'number' },
      events: [id],
      sources: parts.sources ?? [],
    }),
    indicator: indicator(id, { domain, weight, points: { kind: 'polyline', points }, ...parts }),
  };
}

function worked(): { model: ResolvedModel; rows: EventRow[] } {
  const rate = call(
    'rate',
    'number',
    reference('measures', 'responded', 'number'),
    reference('measures', 'sent', 'number'),
  );
  const items = [
    fed('active_user_ratio', 'adoption', 6, [0.1, 0.35, 0.7]),
    fed('next_conversation', 'relationship', 5, [0.1, 0.3, 0.6]),
    fed('stakeholder_coverage', 'relationship', 5, [0, 50, 100], { sources: ['stakeholders'] }),
    fed('severe_cases', 'support', 5, [3, 1, 0]),
    fed('case_sla', 'support', 5, [0, 50, 100], { sources: ['cases'] }),
    fed('sentiment', 'voice', 5, [-20, 20, 60]),
  ];
  const recency = indicator('activity_recency', {
    weight: 4,
    value: call('daysSince', 'number', reference('measures', 'last_seen', 'time')),
    points: {
      kind: 'polyline',
      points: [
        [3, 100],
        [14, 50],
        [30, 0],
      ],
    },
  });
  const responses = indicator('survey_response', {
    domain: 'voice',
    weight: 5,
    value: rate,
    cohort: 'rate',
    points: {
      kind: 'polyline',
      points: [
        [0.05, 0],
        [0.25, 50],
        [0.6, 100],
      ],
    },
  });
  const feed = (name: string, value: number, age: number): EventRow =>
    event({ workspace, account: 'acme', time: asOf - age * dayMs, name }, { value });
  return {
    model: model({
      sources: [
        { id: 'stakeholders', events: ['stakeholder_coverage'], freshness: 8 * dayMs, at },
        { id: 'cases', events: ['case_sla'], freshness: 8 * dayMs, at },
      ],
      measures: [
        ...items.map((item) => item.measure),
        measure('last_seen', { type: 'time', aggregate: { kind: 'last' }, events: ['Seen'] }),
        measure('sent', { events: ['Sent'], window: 364 * dayMs }),
        measure('responded', { events: ['Responded'], window: 364 * dayMs }),
      ],
      indicators: [...items.map((item) => item.indicator), recency, responses],
      score: { ...model().score, domains },
    }),
    rows: [
      feed('active_user_ratio', 0.42, 1),
      feed('next_conversation', 0.3, 1),
      feed('stakeholder_coverage', 80, 45),
      feed('severe_cases', 1, 1),
      feed('case_sla', 20, 10),
      feed('Seen', 0, 9),
      ...Array.from({ length: 5 }, (_, index) => feed('Sent', 0, 20 + index)),
      ...Array.from({ length: 2 }, (_, index) => feed('Responded', 0, 15 + index)),
    ],
  };
}

describe('the worked vector of the default score', () => {
  const { model: resolved, rows } = worked();
  const compiled = compile(resolved);

  beforeAll(async () => {
    await stores.events.insert('events', rows);
    await ensureRollup(stores.events, workspace, [compiled]);
    await backfill(stores.events, workspace, [compiled]);
  });

  it.each(['rollup', 'raw'] as const)('comes out to 12 digits from %s', async (source) => {
    const cohorts = [
      { segment: 'all', indicator: 'survey_response', accounts: 40, low: null, middle: 0.25, high: null },
    ];
    const [found] = await evaluate(stores.events, { compiled, workspace, asOf, accounts: null, source, cohorts });
    const points = Object.fromEntries(Object.entries(found?.indicators ?? {}).map(([id, one]) => [id, one.points]));
    expect(points['active_user_ratio']).toBeCloseTo(60, 11);
    expect(points['activity_recency']).toBeCloseTo(72.72727272727273, 11);
    expect(points['stakeholder_coverage']).toBeCloseTo(71.2132034356, 9);
    expect(points['case_sla']).toBe(20);
    expect(points['survey_response']).toBeCloseTo(61.904761904761905, 11);
    expect(points['sentiment']).toBe(50);
    expect(found?.score).toBeCloseTo(58.205473094386385, 11);
    expect(found?.coverage).toBeCloseTo(0.7142857142857142, 14);
    expect(Object.entries(found?.indicators ?? {}).map(([id, { state }]) => `${id} ${state}`)).toEqual([
      'active_user_ratio ok',
      'next_conversation ok',
      'stakeholder_coverage stale',
      'severe_cases ok',
      'case_sla stale',
      'sentiment never',
      'activity_recency ok',
      'survey_response ok',
    ]);
  });
});
