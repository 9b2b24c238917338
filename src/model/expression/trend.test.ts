import { describe, expect, it } from 'vitest';
import { downwardAlarms, ownRatio, seriesTrend } from './trend.ts';

const steady = (blocks: number, count: number): number[] => Array.from({ length: blocks }, () => count);

describe('the trend of a series', () => {
  it('is the newest four blocks against the twelve before', () => {
    expect(seriesTrend([...steady(22, 10), 8, 8, 10, 10], null)).toBeCloseTo(0.9, 14);
    expect(ownRatio([...steady(12, 10), 8, 8, 10, 10])).toBeCloseTo(0.9, 14);
  });

  it('is relative to the median account when that is known', () => {
    expect(seriesTrend([...steady(22, 10), 8, 8, 10, 10], 0.9)).toBeCloseTo(1, 14);
    expect(seriesTrend([...steady(22, 10), 8, 8, 10, 10], 0)).toBeCloseTo(0.9, 14);
  });

  it('is null with fewer than 16 blocks, or fewer than 20 events in the twelve', () => {
    expect(seriesTrend(steady(15, 10), null)).toBeNull();
    expect(seriesTrend([...steady(14, 0), ...steady(8, 2), 3, 1, 2, 2], null)).toBeNull();
    expect(seriesTrend(steady(26, 0), null)).toBeNull();
  });

  it('is 0 when usage broke down in the newest four blocks', () => {
    expect(seriesTrend([...steady(22, 100), 60, 10, 0, 0], null)).toBe(0);
  });

  it('forgets an alarm after four blocks', () => {
    const series = [...steady(20, 100), 10, 10, ...steady(4, 100)];
    expect(downwardAlarms(series)).toEqual([20, 21]);
    expect(seriesTrend(series, null)).not.toBe(0);
  });
});

describe('alarms', () => {
  it('need 13 blocks of history', () => {
    expect(downwardAlarms([...steady(13, 100), 0])).toEqual([13]);
    expect(downwardAlarms([...steady(12, 100), 0])).toEqual([]);
  });

  it('add up small steps, each over the slack of half a deviation', () => {
    // √(16+3/8) − √(9+3/8) = 0.985; ÷ 0.5 − 0.5 = 1.47 a block: over 5.5 with the fourth.
    expect(downwardAlarms([...steady(26, 16), 9, 9, 9, 9])).toHaveLength(0);
    expect(downwardAlarms([...steady(26, 16), 4, 4])).toEqual([27]);
  });

  it('keep the baseline of the alarm for four blocks', () => {
    const alarms = downwardAlarms([...steady(26, 100), ...steady(12, 0)]);
    expect(alarms.slice(0, 5)).toEqual([26, 27, 28, 29, 30]);
  });

  it('never come from growth', () => {
    expect(downwardAlarms(Array.from({ length: 30 }, (_, i) => i * 10))).toEqual([]);
  });
});
