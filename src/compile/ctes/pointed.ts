import type { Indicator } from '../../model/resolved.ts';
import type { Seen } from '../account-scope.ts';
import { halved, halvedSql } from '../expression/halving.ts';
import { quoteIdentifier } from '../identifier.ts';
import { numberLiteral } from '../parameters.ts';
import { type Cohort, measureColumn, type Vantage } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { arraySql, stateCodes } from './valued.ts';

const dayMs = 86_400_000;
/** Half-life of what a stale source said last, where the indicator has none of its own. */
const staleHalfLife = 90 * dayMs;

/** Points along values; the first coordinates rise. */
export type Line = readonly (readonly [x: number, y: number])[];

/**
 * The points of each indicator as they count: along its line, faded with age, carried on while stale, 50 when never,
 * null when not applicable. Lines are data, so that the text does not grow with the number of indicators.
 */
export function pointedStep(seen: Seen): Step {
  const { indicators } = seen.compiled.model;
  const decays = indicators.map((indicator) => numberLiteral(staleDecay(indicator, seen.vantage)));
  const carried = 'least(p, 50e0 + (p - 50e0) * decay)';
  const effective = `multiIf(state = ${stateCodes.na}, NULL, state = ${stateCodes.never}, 50e0, state = ${stateCodes.stale}, ${carried}, p)`;
  const points = `arrayMap((p, state, decay) -> CAST(${effective}, 'Nullable(Float64)'), ${freshSql(seen)}, states, ${arraySql(decays, 'Float64')})`;
  return {
    name: 'pointed',
    title: 'points of the indicators as they count (along their lines; faded, stale, never)',
    notes: indicators.map(({ id, at }, index) => origin(`points[${index + 1}]`, `indicators.${id}`, at)),
    body: `SELECT\n  *,\n  ${points} AS points\nFROM valued`,
  };
}

/** Points as if everything were fresh. */
function freshSql(seen: Seen): string {
  const { indicators } = seen.compiled.model;
  const lines = (segment: string): readonly Line[] =>
    indicators.map((indicator) => lineOf(indicator, seen.vantage.cohorts, segment));
  const column = (all: readonly Line[], axis: 0 | 1): string =>
    arraySql(
      all.map((line) => `[${line.map((point) => numberLiteral(point[axis])).join(', ')}]`),
      'Array(Float64)',
    );
  const segments = [...new Set([...seen.compiled.model.segments.map(({ id }) => id), ''])];
  const xs = indicators.some(({ points }) => points.kind === 'percentile')
    ? `[${segments.map((segment) => column(lines(segment), 0)).join(', ')}][indexOf(${seen.parameters.texts(segments)}, segment)]`
    : column(lines(''), 0);
  const along = 'y[i] + (y[i + 1] - y[i]) * (ifNull(v, 0e0) - x[i]) / (x[i + 1] - x[i])';
  // `k` points lie before the value; outside of the line its ends count.
  const clamped = `multiIf(k = 0, y[1], k = length(x), y[-1], arrayMap(i -> ${along}, [toInt64(least(greatest(k, 1), length(x) - 1))])[1])`;
  const points = `arrayMap((v, x, y) -> arrayMap(k -> ${clamped}, [arrayCount(edge -> edge < ifNull(v, 0e0), x)])[1], values, ${xs}, ${column(lines(''), 1)})`;
  return fadedSql(points, seen);
}

function fadedSql(points: string, seen: Seen): string {
  const { indicators, measures } = seen.compiled.model;
  if (indicators.every(({ halfLife }) => halfLife === null)) return points;
  const factors = indicators.map((indicator) => {
    const measure = measures.find(({ id }) => id === indicator.fadesWith);
    if (indicator.halfLife === null || measure === undefined) return '1e0';
    const at = seen.vantage.stale.get(indicator.id) ?? seen.vantage.asOf;
    const newest = quoteIdentifier(`${measureColumn(measure, at, seen.vantage.asOf).filled}_at`);
    return halvedSql(`ifNull(${numberLiteral(at)} - ${newest}, 0e0) / ${numberLiteral(indicator.halfLife)}`);
  });
  return `arrayMap((p, factor) -> if(factor = 1, p, 50e0 + (p - 50e0) * factor), ${points}, ${arraySql(factors, 'Float64')})`;
}

/** The line from value to points: the model's own, or through the quantiles of the segment. */
export function lineOf({ id, points }: Indicator, cohorts: readonly Cohort[], segment: string): Line {
  switch (points.kind) {
    case 'direct':
      return [
        [0, 0],
        [100, 100],
      ];
    case 'polyline':
      return points.points;
    case 'percentile': {
      const cohort = cohorts.find((one) => one.indicator === id && one.segment === segment);
      const rising = points.quantiles[0] <= points.quantiles[2];
      const middle = cohort?.middle ?? 0;
      const [low, high] = rising ? [cohort?.low, cohort?.high] : [cohort?.high, cohort?.low];
      // Where quantiles coincide the middle keeps its 50 points and the next number already has the end's.
      return [
        [Math.min(low ?? middle, neighbour(middle, -1)), rising ? 0 : 100],
        [middle, 50],
        [Math.max(high ?? middle, neighbour(middle, 1)), rising ? 100 : 0],
      ];
    }
  }
}

/** The next double below or above. */
function neighbour(value: number, direction: -1 | 1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(value > 0 ? direction : -direction));
  return bits.getFloat64(0);
}

/** 2^(−age / half-life) for what a stale source said last; 1 for a fresh one. */
export function staleDecay(indicator: Indicator, vantage: Vantage): number {
  const heartbeat = vantage.stale.get(indicator.id);
  return heartbeat === undefined ? 1 : halved((vantage.asOf - heartbeat) / (indicator.halfLife ?? staleHalfLife));
}
