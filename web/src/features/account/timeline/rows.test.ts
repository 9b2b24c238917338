import { describe, expect, it } from 'vitest';
import type { EventBody } from '../queries.ts';
import { rowsOf, withNew } from './rows.ts';

function event(id: string, time: string): EventBody {
  return {
    id,
    kind: 'track',
    name: 'Signed In',
    time,
    receivedAt: time,
    account: 'acme',
    person: 'ada',
    userId: 'ada',
    anonymousId: null,
    groupId: 'acme',
    properties: {},
    context: {},
    source: 'test',
  };
}
const [late, early, before] = [
  event('late', '2026-06-02T10:00:00.000Z'),
  event('early', '2026-06-02T01:00:00.000Z'),
  event('before', '2026-06-01T23:00:00.000Z'),
];

describe('the rows of a timeline', () => {
  it('stand under their days', () => {
    const rows = rowsOf([late, early, before], (iso) => iso.slice(0, 10));
    expect(rows.map(({ key }) => key)).toEqual(['day 2026-06-02', 'late', 'early', 'day 2026-06-01', 'before']);
  });

  it('take what is new by its time, and nothing twice', () => {
    expect(withNew([late, before], [early, late]).map(({ id }) => id)).toEqual(['late', 'early', 'before']);
    const events = [late, before];
    expect(withNew(events, [late])).toBe(events);
  });
});
