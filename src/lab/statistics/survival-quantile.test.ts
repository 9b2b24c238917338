import { describe, expect, it } from 'vitest';
import { kaplanMeier } from './kaplan-meier.ts';
import type { IntervalOptions } from './share-interval.ts';
import type { Spell } from './spell.ts';
import { survivalQuantile } from './survival-quantile.ts';
import { aml, gehan, lung, veteranTumours } from './survival-data.testing.ts';

function median(spells: readonly Spell[], options?: IntervalOptions): (number | null)[] {
  const { time, low, high } = survivalQuantile(kaplanMeier(spells, options), 0.5);
  return [time, low, high];
}

describe('the time by which a share had the event', () => {
  it('equals the printed medians of the lung cancer study, whose limits depend on the scale', () => {
    expect(median(lung, { scale: 'log' })).toEqual([310, 285, 363]);
    expect(median(lung)).toEqual([310, 284, 361]);
    const [men, women] = [1, 2].map((sex) => lung.filter(({ covariates }) => covariates[1] === sex));
    expect(median(men ?? [], { scale: 'log' })).toEqual([270, 212, 310]);
    expect(median(women ?? [], { scale: 'log' })).toEqual([426, 348, 550]);
  });

  it('equals the printed medians of the leukaemia trials, with limits that were not reached', () => {
    expect(median(gehan.treated)[0]).toBe(23);
    expect(median(gehan.control)[0]).toBe(8);
    expect(median(aml.maintained, { scale: 'log' })).toEqual([31, 18, null]);
    expect(median(aml.nonmaintained, { scale: 'log' })).toEqual([23, 8, null]);
  });

  it('equals the printed medians of the veterans by tumour', () => {
    expect(veteranTumours.map((group) => median(group, { scale: 'log' }))).toEqual([
      [118, 82, 314],
      [51, 25, 63],
      [51, 35, 92],
      [156, 105, 231],
    ]);
  });

  it('is the middle of a flat at the level, and the drop when the curve ends in the flat (R survival, tests/quantile)', () => {
    // S = 6/7 at 1, 18/35 at 6, 9/35 at 9; watched until 10.
    const steps = kaplanMeier(
      [
        { exit: 9, event: true },
        { exit: 1, event: true },
        { exit: 1, event: false },
        { exit: 6, event: true },
        { exit: 6, event: true },
        { exit: 8, event: false },
        { exit: 10, event: false },
      ],
      { scale: 'log' },
    );
    const quantiles = [13 / 14, 6 / 7, 2 / 3, 0.5, 0.1].map((survival) => survivalQuantile(steps, 1 - survival));
    expect(quantiles.map(({ time }) => time)).toEqual([1, 3.5, 6, 9, null]);
    expect(quantiles.map(({ low }) => low)).toEqual([1, 1, 1, 6, 9]);
    expect(quantiles.map(({ high }) => high)).toEqual([null, null, null, null, null]);
    expect(survivalQuantile(steps, 1 - 9 / 35).time).toBe(9);
  });

  it('sees a flat at one half through the rounding of a product', () => {
    expect(median(Array.from({ length: 100 }, (_, index) => ({ exit: index + 1, event: true })))[0]).toBe(50.5);
  });

  it('is not reached when the curve stays above, when nothing happened and without spells', () => {
    const few = [
      { exit: 1, event: true },
      { exit: 90, event: false },
      { exit: 99, event: false },
    ];
    expect(survivalQuantile(kaplanMeier(few), 0.5)).toMatchObject({ time: null, high: null });
    expect(median([{ exit: 5, event: false }])).toEqual([null, null, null]);
    expect(median([])).toEqual([null, null, null]);
  });

  it('refuses a share that is none', () => {
    for (const wrong of [0, 1, NaN]) expect(() => survivalQuantile([], wrong)).toThrow('a share inside (0, 1)');
  });
});
