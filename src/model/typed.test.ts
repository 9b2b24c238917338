import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeOf, typed, withoutBrokenText } from './typed.ts';

describe('typed properties', () => {
  it('are texts, numbers and times as documented', () => {
    const properties = JSON.parse(
      '{"a":1.5,"b":true,"c":"12","d":"012","e":"x","f":null,"g":{"h":{"i":2}},"j":[1,"y"],"k":"2026-03-01","l":"2026-03-01T10:00:00+02:00","m":"1e400","__proto__":{"bad":1},"constructor":"c"}',
    ) as Record<string, unknown>;
    const { texts, numbers, times } = typed(properties);
    expect({ ...texts }).toEqual({
      a: '1.5',
      b: 'true',
      c: '12',
      d: '012',
      e: 'x',
      'g.h.i': '2',
      j: '[1,"y"]',
      k: '2026-03-01',
      l: '2026-03-01T10:00:00+02:00',
      m: '1e400',
      constructor: 'c',
    });
    expect({ ...numbers }).toEqual({ a: 1.5, b: 1, c: 12, d: 12, 'g.h.i': 2 });
    expect({ ...times }).toEqual({ k: Date.UTC(2026, 2, 1), l: Date.UTC(2026, 2, 1, 8) });
  });

  it.each([
    '2026-02-30',
    '2026-13-01',
    '2026-1-1',
    '20260301',
    '2026-03-01T25:00',
    '2026-03-01T10:00+99:00',
    '2026-03-01T10:00+10:60',
    '12:00',
    '',
    '1899-01-01',
  ])('%s is no time', (text) => {
    expect(timeOf(text)).toBeNull();
  });

  it('read back every instant that JavaScript writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(Date.UTC(1900, 0, 1)), max: new Date(Date.UTC(2298, 0, 1)), noInvalidDate: true }),
        (date) => {
          expect(timeOf(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it('never hold NUL or half characters once mended', () => {
    expect(withoutBrokenText('a\u0000b\ud800c😀')).toBe('abc😀');
  });
});
