import type { Indicator } from '../../model/resolved.ts';
import { accountScope, indicatorColumns, noNumber, type Seen } from '../account-scope.ts';
import { expressionSql } from '../expression.ts';
import { quoteIdentifier } from '../identifier.ts';
import { numberLiteral, type Parameters } from '../parameters.ts';
import { type Cohort, measureColumn, measuresOf } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { leastCohort } from '../cohort-size.ts';

/** States of an indicator, as numbers in SQL. Order is the order of `indicatorStates`. */
export const stateCodes = { ok: 0, zero: 1, stale: 2, never: 3, na: 4 } as const;

/** The value of each indicator and its state. */
export function valuedStep(seen: Seen): Step {
  const { indicators } = seen.compiled.model;
  const columns = indicators.flatMap((indicator) => {
    const names = indicatorColumns(indicator.id);
    return [
      `${valueSql(indicator, seen)} AS ${quoteIdentifier(names.value)}`,
      `${stateSql(indicator, seen)} AS ${quoteIdentifier(names.state)}`,
    ];
  });
  return {
    name: 'valued',
    title: 'indicators: value and state (0 ok, 1 zero, 2 stale, 3 never, 4 na)',
    notes: indicators.map(({ id, at }) => origin(indicatorColumns(id).value, `indicators.${id}`, at)),
    body: `SELECT\n  ${['*', ...columns].join(',\n  ')}\nFROM segmented`,
  };
}

/** The value of an indicator as Nullable(Float64); as of its heartbeat when its source is stale. */
export function valueSql(indicator: Indicator, seen: Seen): string {
  const at = seen.vantage.stale.get(indicator.id) ?? seen.vantage.asOf;
  const scope = accountScope(seen, {
    at,
    ratePrior: indicator.cohort === 'rate' ? ratePriorSql(indicator, seen) : noNumber,
    trendMedian: indicator.cohort === 'trend' ? trendMedianSql(indicator, seen.vantage.cohorts) : noNumber,
  });
  const value = expressionSql(indicator.value, scope);
  return `CAST(${value}, 'Nullable(Float64)')`;
}

/** Median rate of the segment, else the value worth 50 points. */
function ratePriorSql(indicator: Indicator, { vantage, parameters }: Seen): string {
  const fallback = worthFifty(indicator);
  const otherwise = fallback === null ? noNumber : numberLiteral(fallback);
  return perSegment(indicator, vantage.cohorts, ({ middle }) => middle, otherwise, parameters);
}

function trendMedianSql(indicator: Indicator, cohorts: readonly Cohort[]): string {
  const all = cohorts.find((cohort) => cohort.indicator === indicator.id && cohort.segment === '*');
  return all === undefined || all.accounts < leastCohort || all.middle === null ? noNumber : numberLiteral(all.middle);
}

/** Where the points of an indicator pass 50, if they do. */
export function worthFifty({ points }: Indicator): number | null {
  if (points.kind !== 'polyline') return null;
  for (const [index, [x, y]] of points.points.entries()) {
    if (y === 50) return x;
    const next = points.points[index + 1];
    if (next !== undefined && (y - 50) * (next[1] - 50) < 0) return x + ((50 - y) * (next[0] - x)) / (next[1] - y);
  }
  return null;
}

/** A number of the account's segment, else the fallback. */
export function perSegment(
  indicator: Indicator,
  cohorts: readonly Cohort[],
  pick: (cohort: Cohort) => number | null,
  otherwise: string,
  parameters: Parameters,
): string {
  const branches = cohorts.flatMap((cohort) => {
    const value = cohort.indicator === indicator.id && cohort.segment !== '*' ? pick(cohort) : null;
    return value === null ? [] : [`segment = ${parameters.text(cohort.segment)}`, numberLiteral(value)];
  });
  return branches.length === 0 ? otherwise : `multiIf(${[...branches, otherwise].join(', ')})`;
}

function stateSql(indicator: Indicator, seen: Seen): string {
  const value = quoteIdentifier(indicatorColumns(indicator.id).value);
  const branches: string[] = [];
  if (indicator.segments !== null)
    branches.push(`segment NOT IN ${seen.parameters.texts(indicator.segments)}`, `${stateCodes.na}`);
  const start = dueStart(indicator, seen);
  if (start !== null) branches.push(`isNull(${value}) AND isNotNull(${start})`, `${stateCodes.na}`);
  if (seen.vantage.unseen.has(indicator.id)) branches.push('1', `${stateCodes.never}`);
  branches.push(`isNull(${value})`, `${stateCodes.never}`);
  return `toUInt8(multiIf(${[...branches, knownState(indicator, seen)].join(', ')}))`;
}

/** For a value that is `onTime(done, start, days)`: a known start and no value means that it is not due yet. */
function dueStart(indicator: Indicator, seen: Seen): string | null {
  const { value } = indicator;
  const start = value.kind === 'call' && value.operator === 'onTime' ? value.args[1] : undefined;
  return start === undefined ? null : expressionSql(start, accountScope(seen));
}

/** State of an indicator with a value: percentile needs company, stale is known beforehand, else are there events? */
function knownState(indicator: Indicator, seen: Seen): string {
  const { compiled, vantage, parameters } = seen;
  const at = vantage.stale.get(indicator.id);
  const filled = measuresOf(indicator, compiled.model.measures).map((measure) =>
    quoteIdentifier(measureColumn(measure, vantage.asOf, vantage.asOf).filled),
  );
  const fresh = filled.length === 0 ? `${stateCodes.ok}` : `if(${filled.join(' OR ')}, ${stateCodes.ok}, ${stateCodes.zero})`;
  const state = at === undefined ? fresh : `${stateCodes.stale}`;
  if (indicator.points.kind !== 'percentile') return state;
  const enough = perSegment(indicator, vantage.cohorts, ({ accounts }) => (accounts < leastCohort ? null : 1), '0', parameters);
  return `if(${enough} = 1, ${state}, ${stateCodes.never})`;
}
