import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { explain } from '../../src/compile/explain.ts';
import { dayMs, call, indicator, literal, measure, model, reference } from '../oracle/build.ts';

const at = (line: number) => ({ file: 'golden.yaml', line, column: 3 });

const golden = model({
  traits: { account: { seats: 'number' }, person: {} },
  segments: [
    { id: 'big', when: call('greaterOrEqual', 'bool', reference('account', 'seats', 'number'), literal(100)), touch: 'high', at: at(4) },
    { id: 'rest', when: null, touch: 'low', at: at(5) },
  ],
  measures: [
    measure('people', { at: at(8), aggregate: { kind: 'unique', property: null }, window: 28 * dayMs }),
    measure('minutes', {
      at: at(9),
      aggregate: { kind: 'sum', property: 'minutes' },
      events: ['Report Viewed'],
      where: call('equal', 'bool', reference('properties', 'kind', 'string'), literal("o'clock")),
      window: 90 * 60_000,
    }),
  ],
  indicators: [
    indicator('reach', {
      at: at(12),
      value: call('divide', 'number', reference('measures', 'people', 'number'), reference('account', 'seats', 'number')),
      points: { kind: 'polyline', points: [[0.1, 0], [0.35, 50], [0.7, 100]] },
    }),
    indicator('minutes', { at: at(13) }),
  ],
});

describe('the SQL of a small model', () => {
  it('is what it was, at a midnight and inside a day', async () => {
    for (const [name, asOf] of [['midnight', Date.UTC(2026, 2, 10)], ['noon', Date.UTC(2026, 2, 10, 12)]] as const) {
      const text = explain(compile(golden), asOf).map(({ title, sql, params }) => `-- ## ${title}\n${sql}\n-- ${JSON.stringify(params)}\n`);
      await expect(text.join('\n')).toMatchFileSnapshot(`./${name}.sql`);
    }
  });

  it('never holds a text of the model outside of comments', () => {
    const sql = explain(compile(golden), Date.UTC(2026, 2, 10, 12)).map((part) => part.sql.replaceAll(/--.*$/gm, '')).join('\n');
    for (const text of ["o'clock", 'Report Viewed', 'seats', 'reach', 'people']) expect(sql).not.toContain(text);
  });
});
