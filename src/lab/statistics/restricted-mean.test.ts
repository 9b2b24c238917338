import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kaplanMeier } from './kaplan-meier.ts';
import { restrictedMean } from './restricted-mean.ts';
import { spells } from './spell.testing.ts';
import { lung } from './survival-data.testing.ts';

describe('the mean time waited up to a horizon', () => {
  it('equals the printed one of the lung cancer study over a year', () => {
    const year = restrictedMean(kaplanMeier(lung), 365);
    expect(year?.mean.toFixed(0)).toBe('263');
    expect(year?.standardError.toFixed(1)).toBe('7.8');
  });

  it('is the mean of min(time, horizon) when all events were seen', () => {
    fc.assert(
      fc.property(spells, fc.integer({ min: 1, max: 15 }), (some, horizon) => {
        fc.pre(some.length > 0);
        const times = some.map(({ exit }) => Math.min(exit, horizon));
        const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
        const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / times.length ** 2;
        const found = restrictedMean(kaplanMeier(some.map(({ exit }) => ({ exit, event: true }))), horizon);
        expect(found?.mean).toBeCloseTo(mean, 10);
        expect(found?.standardError).toBeCloseTo(Math.sqrt(variance), 10);
      }),
    );
  });

  it('is not known beyond what was watched, unless nobody waits any more', () => {
    const open = kaplanMeier([
      { exit: 2, event: true },
      { exit: 4, event: false },
    ]);
    expect(restrictedMean(open, 4)?.mean).toBe(3);
    expect(restrictedMean(open, 5)).toBeNull();
    expect(restrictedMean([], 5)).toBeNull();
    expect(restrictedMean(kaplanMeier([{ exit: 2, event: true }]), 5)).toEqual({ mean: 2, standardError: 0 });
    expect(() => restrictedMean(open, 0)).toThrow('a horizon above 0');
  });
});
