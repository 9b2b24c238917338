import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compile/compile.ts';
import { evaluate } from '../../src/evaluate/evaluate.ts';
import { indicatorEvents } from '../../src/evaluate/events.ts';
import {
  backfill,
  dropRetired,
  ensureRollup,
  missingColumns,
  rollDays,
  rollupTable,
} from '../../src/evaluate/rollup.ts';
import { why } from '../../src/evaluate/why.ts';
import { useStores } from '../support/engines.ts';
import { call, dayMs, event, indicator, literal, measure, model, reference, trait } from './build.ts';

const stores = useStores();
const asOf = Date.UTC(2026, 2, 10, 9, 30, 0, 7);
const day = (instant: number): string => new Date(instant - 1).toISOString().slice(0, 10);

const resolved = model({
  traits: { account: { seats: 'number' }, person: {} },
  measures: [
    measure('minutes', { aggregate: { kind: 'sum', property: 'minutes' }, events: ['Used'], window: 7 * dayMs }),
    measure('people', { aggregate: { kind: 'unique', property: null }, window: 28 * dayMs }),
  ],
  indicators: [
    indicator('minutes', {
      value: call('ln', 'number', call('add', 'number', reference('measures', 'minutes', 'number'), literal(1))),
      points: {
        kind: 'polyline',
        points: [
          [0, 0],
          [2, 50],
          [6, 100],
        ],
      },
    }),
    indicator('people', {
      value: call(
        'divide',
        'number',
        reference('measures', 'people', 'number'),
        reference('account', 'seats', 'number'),
      ),
      points: {
        kind: 'polyline',
        points: [
          [0.1, 0],
          [0.35, 50],
          [0.7, 100],
        ],
      },
    }),
  ],
});
const compiled = compile(resolved);

describe('the same question on the same data', () => {
  it('gives the same doubles: again, after merging, one account or all, from the rollup or from raw events', async () => {
    const workspace = 'ws_replay';
    const rows = Array.from({ length: 300 }, (_, index) =>
      event(
        { workspace, account: `a${index % 7}`, person: `p${index % 11}`, time: asOf - index * 7_654_321 },
        { minutes: index / 7 + 0.1 },
      ),
    );
    await stores.events.insert('events', rows);
    await stores.events.insert(
      'traits',
      Array.from({ length: 7 }, (_, index) => trait(`a${index}`, 'seats', asOf - dayMs, index + 3, { workspace })),
    );
    await ensureRollup(stores.events, workspace, [compiled]);
    await backfill(stores.events, workspace, [compiled]);
    const ask = { compiled, workspace, asOf, accounts: null, source: 'rollup' } as const;
    const first = await evaluate(stores.events, ask);
    expect(first).toHaveLength(7);
    expect(await evaluate(stores.events, ask)).toEqual(first);
    expect(await evaluate(stores.events, { ...ask, source: 'raw' })).toEqual(first);
    for (const [index, one] of first.entries())
      expect(await evaluate(stores.events, { ...ask, accounts: [one.account] })).toEqual([first[index]]);
    await rollDays(
      stores.events,
      workspace,
      [compiled],
      rows.map(({ account, time }) => ({ account, day: day(time) })),
    );
    await stores.events.define(`OPTIMIZE TABLE ${stores.events.table(rollupTable(workspace))} FINAL`);
    await stores.events.define(`OPTIMIZE TABLE ${stores.events.table('events')} FINAL`);
    expect(await evaluate(stores.events, ask)).toEqual(first);
  });

  it('forgets an account-day whose events are gone, and sees a late event', async () => {
    const workspace = 'ws_late';
    const row = event({ workspace, account: 'acme', time: asOf - 2 * dayMs }, { minutes: 5 });
    await stores.events.insert('events', [row]);
    await ensureRollup(stores.events, workspace, [compiled]);
    const ask = { compiled, workspace, asOf, accounts: ['acme'], source: 'rollup' } as const;
    const days = [{ account: 'acme', day: day(row.time) }];
    await rollDays(stores.events, workspace, [compiled], days);
    expect((await evaluate(stores.events, ask))[0]?.measures['minutes']).toBe(5);
    await stores.events.insert('events', [
      event({ workspace, account: 'acme', time: asOf - 2 * dayMs - 1 }, { minutes: 2.5 }),
    ]);
    await rollDays(stores.events, workspace, [compiled], days);
    expect((await evaluate(stores.events, ask))[0]?.measures['minutes']).toBe(7.5);
    const page = await indicatorEvents(stores.events, {
      ...ask,
      account: 'acme',
      of: { indicator: 'minutes' },
      limit: 1,
    });
    expect(page?.total).toBe(2);
    expect(page?.data.map(({ id }) => id)).toEqual([row.id]);
    const rest = await indicatorEvents(stores.events, {
      ...ask,
      account: 'acme',
      of: { measure: 'minutes' },
      limit: 1,
      after: page?.next ?? null,
    });
    expect(rest?.data.map(({ properties }) => properties)).toEqual([{ minutes: 2.5 }]);
    expect(rest?.next).toBeNull();
    const told = await why(stores.events, { ...ask, account: 'acme', since: asOf - 5 * dayMs });
    expect(told?.change).toBeNull(); // nobody had heard of it then
    const later = await why(stores.events, { ...ask, account: 'acme', asOf: asOf + 6 * dayMs, since: asOf });
    const moved = later?.change?.indicators.reduce((sum, { delta }) => sum + delta, later.change.caps);
    expect(moved).toBeCloseTo(later?.change?.score ?? Number.NaN, 9);
    await stores.events.insert('events', [{ ...row, version: 1, deleted: 1 }]);
    await rollDays(stores.events, workspace, [compiled], days);
    expect((await evaluate(stores.events, ask))[0]?.measures['minutes']).toBe(2.5);
  });

  it('counts an event at T and at the first instant of a window, not one a millisecond outside', async () => {
    const workspace = 'ws_edges';
    const times = [asOf - 7 * dayMs, asOf - 7 * dayMs + 1, asOf, asOf + 1];
    await stores.events.insert(
      'events',
      times.map((time) => event({ workspace, account: 'acme', time }, { minutes: 1 })),
    );
    await ensureRollup(stores.events, workspace, [compiled]);
    await backfill(stores.events, workspace, [compiled]);
    for (const source of ['rollup', 'raw'] as const) {
      const [found] = await evaluate(stores.events, { compiled, workspace, asOf, accounts: null, source });
      expect(found?.measures['minutes'], source).toBe(2);
    }
  });

  it('sums large numbers as whole billionths, and goes on where one is too large to be summed', async () => {
    const workspace = 'ws_large';
    const numbers = [700_000_000_001, -1e11, -1e11, -5e11];
    const billionths = numbers.reduce((sum, number) => sum + BigInt(Math.floor(number * 1e9 + 0.5)), 0n);
    await stores.events.insert(
      'events',
      [...numbers, 1e300, -1e300].map((minutes, index) =>
        event({ workspace, account: 'acme', time: asOf - index }, { minutes }),
      ),
    );
    await ensureRollup(stores.events, workspace, [compiled]);
    await backfill(stores.events, workspace, [compiled]);
    const ask = { compiled, workspace, asOf: asOf + dayMs, accounts: ['acme'] };
    for (const source of ['rollup', 'raw'] as const)
      expect((await evaluate(stores.events, { ...ask, source }))[0]?.measures['minutes'], source).toBe(
        Number(billionths) / 1e9,
      );
  });

  it('has one zero', async () => {
    const workspace = 'ws_zero';
    const value = call('negate', 'number', reference('measures', 'used', 'number'));
    const negated = compile(
      model({ measures: [measure('used', { events: ['Absent'] })], indicators: [indicator('used', { value })] }),
    );
    await stores.events.insert('events', [event({ workspace, account: 'acme', time: asOf })]);
    for (const accounts of [null, ['acme']]) {
      const [found] = await evaluate(stores.events, { compiled: negated, workspace, asOf, accounts, source: 'raw' });
      expect(found?.indicators['used']?.value).toBe(0); // tells 0 from −0
    }
  });

  it('shows a text that only begins like a list as an empty one', async () => {
    const workspace = 'ws_lists';
    const latest = { kind: 'latest', property: 'tags', propertyType: 'list' } as const;
    const listed = compile(model({ measures: [measure('tags', { type: 'list', aggregate: latest })] }));
    const rows = Object.entries({ acme: '[beta] customer', bolt: ['beta', 2] });
    await stores.events.insert(
      'events',
      rows.map(([account, tags]) => event({ workspace, account, time: asOf }, { tags })),
    );
    for (const accounts of [null, ['acme', 'bolt']]) {
      const found = await evaluate(stores.events, { compiled: listed, workspace, asOf, accounts, source: 'raw' });
      expect(found.map(({ measures }) => measures['tags'])).toEqual([[], ['beta', '2']]);
    }
  });

  it('adds the columns of a new model and drops those that nobody reads', async () => {
    const workspace = 'ws_columns';
    await ensureRollup(stores.events, workspace, [compiled]);
    const next = compile(model({ measures: [measure('all', { window: dayMs })] }));
    expect(await missingColumns(stores.events, workspace, [next])).toEqual(next.rollup.columns.map(({ name }) => name));
    await ensureRollup(stores.events, workspace, [compiled, next]);
    expect(await missingColumns(stores.events, workspace, [next])).toEqual([]);
    expect(await dropRetired(stores.events, workspace, [next])).toEqual(
      compiled.rollup.columns.map(({ name }) => name),
    );
  });
});
