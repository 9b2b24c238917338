import type { Expression } from '../expression/expression.ts';
import type { Points } from '../resolved.ts';
import type { AuthoredIndicator } from '../schema.ts';
import { isBroken, type Resolving, reportKey, reportValue } from './context.ts';

// Ratio of the newest 4 weeks to the 12 before: a drop to .46 was the rule of 0.25 false alarms per account-year.
const trendCuts = [0.46, 0.75, 0.95] as const;

/** Reads how a value becomes points; null after a mistake. `value` is null when it had a mistake of its own. */
export function resolvePoints(
  resolving: Resolving,
  id: string,
  authored: AuthoredIndicator,
  value: Expression | null,
): Points | null {
  const path = ['indicators', id];
  const scales = (['cuts', 'points', 'percentile'] as const).filter((key) => authored[key] !== undefined);
  const second = scales[1];
  if (second !== undefined)
    return reportKey(
      resolving,
      [...path, second],
      'indicator/two-scales',
      `indicator ${id} already has ${scales[0] ?? ''}`,
      'keep one',
    );
  if (authored.shape !== undefined && authored.points === undefined) {
    reportKey(resolving, [...path, 'shape'], 'indicator/shape', 'shape belongs to points');
  }
  if (authored.cuts !== undefined) return fromCuts(resolving, path, authored.cuts);
  if (authored.points !== undefined) return fromPoints(resolving, path, authored.points, authored.shape === 'peaked');
  if (authored.percentile !== undefined) return fromPercentile(resolving, path, authored.percentile);
  if (value === null || resolving.broken.has(`indicators.${id}`)) return null;
  if (isCall(value, 'trend')) return fromCuts(resolving, path, [...trendCuts]);
  if (isPoints(value)) return { kind: 'direct' };
  return reportKey(
    resolving,
    path,
    'indicator/no-scale',
    `nothing says how the value of ${id} becomes points`,
    'add cuts: [<0 points>, <50 points>, <100 points>]',
  );
}

function isCall(value: Expression, operator: string): boolean {
  return value.kind === 'call' && value.operator === operator;
}

/** Values that are points by themselves: `onTime`, a fixed number, points of other kinds chosen by a condition. */
function isPoints(value: Expression): boolean {
  if (value.kind === 'literal')
    return value.value === null || (typeof value.value === 'number' && value.value >= 0 && value.value <= 100);
  if (value.kind !== 'call') return false;
  if (value.operator === 'onTime') return true;
  if (value.operator === 'conditional') return value.args.slice(1).every(isPoints);
  return ['coalesce', 'min', 'max'].includes(value.operator) && value.args.every(isPoints);
}

type Triple = readonly [number, number, number];

function fromCuts(resolving: Resolving, path: string[], cuts: Triple): Points | null {
  const [none, half, full] = cuts;
  const points: (readonly [number, number])[] = [
    [none, 0],
    [half, 50],
    [full, 100],
  ];
  if (none < half && half < full) return { kind: 'polyline', points };
  if (none > half && half > full) return { kind: 'polyline', points: points.toReversed() };
  return reportValue(
    resolving,
    [...path, 'cuts'],
    'indicator/cuts-not-monotone',
    `the cuts ${cuts.join(', ')} do not strictly rise or fall`,
    'the values for 0, 50 and 100 points',
  );
}

function fromPoints(
  resolving: Resolving,
  path: string[],
  points: readonly [number, number][],
  peaked: boolean,
): Points | null {
  for (const [i, [x, y]] of points.entries()) {
    const before = points[i - 1];
    if (before !== undefined && before[0] >= x)
      return reportValue(
        resolving,
        [...path, 'points', i],
        'indicator/points-not-rising',
        `${x} does not stand above ${before[0]}`,
        'order the points by their first number',
      );
    if (y < 0 || y > 100)
      return reportValue(
        resolving,
        [...path, 'points', i],
        'indicator/points-out-of-range',
        `${y} points are not within 0–100`,
      );
  }
  const steps = points
    .slice(1)
    .map(([, y], i) => Math.sign(y - (points[i]?.[1] ?? 0)))
    .filter((step) => step !== 0);
  const turns = steps.filter((step, i) => i > 0 && step !== steps[i - 1]).length;
  const isPeak = turns === 1 && steps[0] === 1;
  const shapeTold = isBroken(resolving, [...path, 'shape']);
  if (!shapeTold && (peaked ? !isPeak : turns > 0)) {
    const message = peaked ? 'this does not go up and then down again, once' : 'the points go up and down';
    return reportValue(
      resolving,
      [...path, 'points'],
      'indicator/shape',
      message,
      peaked ? undefined : 'if that is meant, add shape: peaked',
    );
  }
  return { kind: 'polyline', points };
}

function fromPercentile(
  resolving: Resolving,
  path: string[],
  p: { p0: number; p50: number; p100: number },
): Points | null {
  const quantiles: Triple = [p.p0, p.p50, p.p100];
  const inside = quantiles.every((quantile) => quantile >= 0 && quantile <= 1);
  const rising = p.p0 < p.p50 && p.p50 < p.p100;
  const falling = p.p0 > p.p50 && p.p50 > p.p100;
  if (inside && (rising || falling)) return { kind: 'percentile', quantiles };
  return reportValue(
    resolving,
    [...path, 'percentile'],
    'indicator/percentiles-not-rising',
    'the percentiles do not strictly rise or fall within 0–1',
    'for example {p0: 0.1, p50: 0.5, p100: 0.9}',
  );
}
