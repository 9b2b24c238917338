import { describe, expect, it } from 'vitest';
import { call, literal, measure, reference } from '../../test/oracle/build.ts';
import { baseMeasure } from './base-measure.ts';

describe('the name of a rollup column', () => {
  it('stays the same when a model comes back with its keys in another order', () => {
    const one = measure('severe', {
      aggregate: { kind: 'open', from: 'Opened', to: 'Closed', by: 'case' },
      where: call('equal', 'bool', reference('properties', 'severity', 'string'), literal('sev1')),
    });
    const again = reversed(one);
    expect(JSON.stringify(again)).not.toBe(JSON.stringify(one));
    expect(baseMeasure(again).column).toBe(baseMeasure(one).column);
  });

  it('does not depend on the window, but on what is counted', () => {
    const name = (parts: Parameters<typeof measure>[1]) => baseMeasure(measure('m', parts)).column;
    expect(name({ window: 1 })).toBe(name({ window: 2 }));
    expect(name({ events: ['A', 'B'] })).toBe(name({ events: ['B', 'A', 'B'] }));
    expect(name({ events: ['A'] })).not.toBe(name({ events: ['B'] }));
  });
});

function reversed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => reversed(item)) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]: [string, unknown]) => [key, reversed(item)]),
  ) as Value;
}
