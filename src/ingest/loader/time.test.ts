import { describe, expect, it } from 'vitest';
import type { Item } from './message.ts';
import { check } from './check.ts';
import { shape } from './shape.ts';
import { correctTime } from './time.ts';

const received = Date.UTC(2026, 2, 1, 12);
const iso = (instant: number): string => new Date(instant).toISOString();

function timeOf(fields: object, isHistory = false): number | string {
  const value = { type: 'track', event: 'E', userId: 'u', ...fields };
  const item: Item = {
    value,
    envelope: {},
    type: null,
    receivedAt: received,
    source: '',
    route: '',
    index: 0,
    refused: null,
    raw: null,
  };
  const checked = check(shape(item), item, { segment: 's', isHistory, now: received });
  if ('reason' in checked) return checked.reason;
  correctTime(checked.message);
  return checked.message.time;
}

const hour = 3_600_000;

describe('the time of an event', () => {
  it.each([
    ['nothing given: the time of receipt', {}, received],
    ['only a timestamp: as given', { timestamp: iso(received - hour) }, received - hour],
    [
      'a clock that is three hours fast: corrected',
      { timestamp: iso(received + 2 * hour), sentAt: iso(received + 3 * hour) },
      received - hour,
    ],
    [
      'originalTimestamp wins',
      { timestamp: iso(received), originalTimestamp: iso(received - hour), sentAt: iso(received) },
      received - hour,
    ],
    ['epoch milliseconds', { timestamp: received - hour }, received - hour],
    ['epoch seconds', { timestamp: (received - hour) / 1000 }, received - hour],
    ['a future time: the time of receipt', { timestamp: iso(received + 48 * hour) }, received],
    ['a clock that was never set: the time of receipt', { timestamp: '0001-01-01T00:00:00Z' }, received],
    [
      'an absurd sentAt is not believed',
      { timestamp: iso(received - hour), sentAt: '0001-01-01T00:00:00Z' },
      received - hour,
    ],
    ['no instant at all: refused', { timestamp: 'yesterday' }, 'bad-timestamp'],
  ])('%s', (_, fields, expected) => {
    expect(timeOf(fields)).toBe(expected);
  });

  it('of history is its own, also before 2001', () => {
    expect(timeOf({ timestamp: '1999-05-05T00:00:00Z', sentAt: iso(received) }, true)).toBe(Date.UTC(1999, 4, 5));
  });
});
