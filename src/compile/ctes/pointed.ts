import type { Indicator } from '../../model/resolved.ts';
import { indicatorColumns, type Seen } from '../account-scope.ts';
import { quoteIdentifier } from '../identifier.ts';
import { numberLiteral } from '../parameters.ts';
import { type Cohort, measureColumn } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { perSegment, stateCodes } from './valued.ts';

const dayMs = 86_400_000;
/** Half-life of what a stale source said last, where the indicator has none of its own. */
export const staleHalfLife = 90 * dayMs;

/** The points of each indicator: as if fresh, and as they count. */
export function pointedStep(seen: Seen): Step {
  const { indicators } = seen.compiled.model;
  const columns = indicators.flatMap((indicator) => {
    const { fresh, points } = indicatorColumns(indicator.id);
    return [
      `${freshSql(indicator, seen)} AS ${quoteIdentifier(fresh)}`,
      `${effectiveSql(indicator, seen)} AS ${quoteIdentifier(points)}`,
    ];
  });
  return {
    name: 'pointed',
    title: 'points: from the value, then as they count (faded, stale, never)',
    notes: indicators.map(({ id, at }) => origin(indicatorColumns(id).points, `indicators.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM valued`,
  };
}

/** Points from the value, faded with its age where the indicator has a half-life. */
function freshSql(indicator: Indicator, seen: Seen): string {
  const value = `ifNull(${quoteIdentifier(indicatorColumns(indicator.id).value)}, 0e0)`;
  const points = pointsSql(indicator, value, seen);
  const measure = seen.compiled.model.measures.find(({ id }) => id === indicator.fadesWith);
  if (indicator.halfLife === null || measure === undefined) return points;
  const at = seen.vantage.stale.get(indicator.id) ?? seen.vantage.asOf;
  const newest = quoteIdentifier(`${measureColumn(measure, at, seen.vantage.asOf).filled}_at`);
  return `(50e0 + (${points} - 50e0) * exp2(-ifNull(${numberLiteral(at)} - ${newest}, 0e0) / ${numberLiteral(indicator.halfLife)}))`;
}

function pointsSql(indicator: Indicator, value: string, { vantage, parameters }: Seen): string {
  const { points } = indicator;
  switch (points.kind) {
    case 'direct':
      return `least(100e0, greatest(0e0, ${value}))`;
    case 'polyline':
      return polylineSql(points.points, value);
    case 'percentile': {
      // With falling quantiles less is better: the same rule, mirrored.
      const sign = points.quantiles[0] <= points.quantiles[2] ? 1 : -1;
      const at = (pick: (cohort: Cohort) => number | null): string =>
        perSegment(indicator, vantage.cohorts, (cohort) => mirrored(pick(cohort), sign), '0e0', parameters);
      return percentileSql(`(${numberLiteral(sign)} * ${value})`, at((c) => c.low), at((c) => c.middle), at((c) => c.high));
    }
  }
}

function mirrored(value: number | null, sign: number): number | null {
  return value === null ? null : value * sign;
}

/** 0 points at `low`, 50 at `middle`, 100 at `high`, linear between; the middle wins when they coincide. */
function percentileSql(value: string, low: string, middle: string, high: string): string {
  const below = `if(${low} >= ${middle}, 0e0, greatest(0e0, 50e0 * (${value} - ${low}) / (${middle} - ${low})))`;
  const above = `if(${high} <= ${middle}, 100e0, least(100e0, 50e0 + 50e0 * (${value} - ${middle}) / (${high} - ${middle})))`;
  return `multiIf(${value} < ${middle}, ${below}, ${value} > ${middle}, ${above}, 50e0)`;
}

/** Linear between the points, clamped outside. */
export function polylineSql(points: readonly (readonly [number, number])[], value: string): string {
  const branches: string[] = [];
  let last = 50;
  for (const [index, [x, y]] of points.entries()) {
    const before = points[index - 1];
    branches.push(`${value} <= ${numberLiteral(x)}`);
    branches.push(
      before === undefined
        ? numberLiteral(y)
        : `${numberLiteral(before[1])} + ${numberLiteral(y - before[1])} * (${value} - ${numberLiteral(before[0])}) / ${numberLiteral(x - before[0])}`,
    );
    last = y;
  }
  return `multiIf(${[...branches, numberLiteral(last)].join(', ')})`;
}

/** Points that count: null for na, 50 for never, min(last, towards 50) for stale. */
function effectiveSql(indicator: Indicator, { vantage }: Seen): string {
  const { fresh, state } = indicatorColumns(indicator.id);
  const points = quoteIdentifier(fresh);
  const code = quoteIdentifier(state);
  const heartbeat = vantage.stale.get(indicator.id);
  const known = heartbeat === undefined ? points : `least(${points}, 50e0 + (${points} - 50e0) * ${numberLiteral(decay(indicator, vantage.asOf - heartbeat))})`;
  return `CAST(multiIf(${code} = ${stateCodes.na}, NULL, ${code} = ${stateCodes.never}, 50e0, ${known}), 'Nullable(Float64)')`;
}

/** 2^(−age / half-life), for what a stale source said last. */
function decay(indicator: Indicator, age: number): number {
  return 2 ** (-age / (indicator.halfLife ?? staleHalfLife));
}
