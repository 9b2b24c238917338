import { describe, expect, it } from 'vitest';
import type { Score } from '../model/resolved.ts';
import { type BandState, decideBand } from './band.ts';

const day = 86_400_000;
const score: Score = {
  domains: [],
  bands: { engaged: { enter: 70, leave: 65 }, disengaged: { enter: 40, leave: 45 }, dwell: 7 * day },
  limit: { weight: 10, below: 25, cap: 69 },
  coverage: { unknown: 0.5, badge: 0.75 },
  hardTriggers: [],
};
const seen = (value: number, coverage = 1, hardTrigger = false) => ({ score: value, coverage, hardTrigger });
const placed = (band: BandState['band'], pending: BandState['pending'] = null): BandState => ({
  band,
  since: 0,
  pending,
});

describe('the band of an account', () => {
  it.each([
    ['the first observation sets it at once', null, seen(30), 5, { band: 'disengaged', since: 5, pending: null }],
    ['70 is engaged', null, seen(70), 0, placed('engaged')],
    ['69.9 is neutral', null, seen(69.9), 0, placed('neutral')],
    ['40 is neutral', null, seen(40), 0, placed('neutral')],
    ['engaged is kept down to 65', placed('engaged'), seen(65), 9 * day, placed('engaged')],
    [
      'below 65 the wait begins',
      placed('engaged'),
      seen(64.9),
      day,
      placed('engaged', { band: 'neutral', since: day }),
    ],
    [
      'a wait goes on',
      placed('engaged', { band: 'neutral', since: day }),
      seen(50),
      7 * day,
      placed('engaged', { band: 'neutral', since: day }),
    ],
    [
      'after the dwell it switches',
      placed('engaged', { band: 'neutral', since: day }),
      seen(50),
      8 * day,
      { band: 'neutral', since: 8 * day, pending: null },
    ],
    [
      'coming back ends the wait',
      placed('engaged', { band: 'neutral', since: day }),
      seen(66),
      6 * day,
      placed('engaged'),
    ],
    [
      'asking for another band begins a new wait',
      placed('engaged', { band: 'neutral', since: day }),
      seen(20),
      6 * day,
      placed('engaged', { band: 'disengaged', since: 6 * day }),
    ],
    ['disengaged is left at 45', placed('disengaged'), seen(44.9), 9 * day, placed('disengaged')],
    [
      'too little coverage is unknown at once',
      placed('engaged'),
      seen(90, 0.49),
      day,
      { band: 'unknown', since: day, pending: null },
    ],
    [
      'enough coverage ends unknown at once',
      placed('unknown'),
      seen(50, 0.5),
      day,
      { band: 'neutral', since: day, pending: null },
    ],
    [
      'a hard trigger acts at once',
      placed('engaged'),
      seen(39, 1, true),
      day,
      { band: 'disengaged', since: day, pending: null },
    ],
  ] as const)('%s', (_, previous, observed, now, expected) => {
    expect(decideBand(previous, observed, now, score)).toEqual(expected);
  });
});
