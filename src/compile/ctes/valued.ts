import { notYetOf } from '../../model/expression/not-yet.ts';
import type { Indicator } from '../../model/resolved.ts';
import { accountScope, noNumber, type Seen } from '../account-scope.ts';
import { conditionSql, expressionSql } from '../expression.ts';
import { quoteIdentifier } from '../identifier.ts';
import { numberLiteral } from '../parameters.ts';
import { type Cohort, measureColumn, measuresOf, type Vantage } from '../plan.ts';
import { origin, type Step } from '../step.ts';
import { leastCohort } from '../cohort-size.ts';

/** States of an indicator, as numbers in SQL. Order is the order of `indicatorStates`. */
export const stateCodes = { ok: 0, zero: 1, stale: 2, never: 3, na: 4 } as const;

/** The value of each indicator and its state, as arrays: what follows is the same text for any number of indicators. */
export function valuedStep(seen: Seen): Step {
  const { indicators } = seen.compiled.model;
  const columns = [
    `${arraySql(
      indicators.map((indicator) => valueSql(indicator, seen)),
      'Nullable(Float64)',
    )} AS values`,
    `${statesSql(seen)} AS states`,
  ];
  return {
    name: 'valued',
    title: 'indicators: values and states (0 ok, 1 zero, 2 stale, 3 never, 4 na)',
    notes: indicators.map(({ id, at }, index) => origin(`values[${index + 1}]`, `indicators.${id}`, at)),
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
  const literal = (value: number | null): string => (value === null ? noNumber : numberLiteral(value));
  const branches = vantage.cohorts.flatMap((cohort) =>
    cohort.indicator !== indicator.id || cohort.segment === '*' || cohort.middle === null
      ? []
      : [
          `segment = ${parameters.text(cohort.segment)}`,
          literal(ratePrior(indicator, vantage.cohorts, cohort.segment)),
        ],
  );
  const otherwise = literal(worthFifty(indicator));
  return branches.length === 0 ? otherwise : `multiIf(${[...branches, otherwise].join(', ')})`;
}

/** Towards what a rate shrinks: the median of the segment, else the value worth 50 points. */
export function ratePrior(indicator: Indicator, cohorts: readonly Cohort[], segment: string): number | null {
  const cohort = cohorts.find((one) => one.indicator === indicator.id && one.segment === segment);
  return cohort?.middle ?? worthFifty(indicator);
}

/** By what a trend is divided: the median of all accounts, when there are enough. */
export function trendMedian(indicator: Indicator, cohorts: readonly Cohort[]): number | null {
  const all = cohorts.find((cohort) => cohort.indicator === indicator.id && cohort.segment === '*');
  return all === undefined || all.accounts < leastCohort ? null : all.middle;
}

function trendMedianSql(indicator: Indicator, cohorts: readonly Cohort[]): string {
  const median = trendMedian(indicator, cohorts);
  return median === null ? noNumber : numberLiteral(median);
}

/** Where the points of an indicator pass 50, if they do. */
function worthFifty({ points }: Indicator): number | null {
  if (points.kind !== 'polyline') return null;
  for (const [index, [x, y]] of points.points.entries()) {
    if (y === 50) return x;
    const next = points.points[index + 1];
    if (next !== undefined && (y - 50) * (next[1] - 50) < 0) return x + ((50 - y) * (next[0] - x)) / (next[1] - y);
  }
  return null;
}

function statesSql(seen: Seen): string {
  const { compiled, vantage, parameters } = seen;
  const { indicators } = compiled.model;
  const segments = [...new Set([...compiled.model.segments.map(({ id }) => id), ''])];
  const fixed = segments.map((segment) => indicators.map((indicator) => fixedState(indicator, segment, vantage)));
  const same = new Set(fixed.map((row) => row.join())).size === 1;
  const fixedHere = same
    ? arraySql((fixed[0] ?? []).map(String), 'Int16')
    : `[${fixed.map((row) => arraySql(row.map(String), 'Int16')).join(', ')}][indexOf(${parameters.texts(segments)}, segment)]`;
  const filled = indicators.map((indicator) => filledSql(indicator, seen));
  const notYet = indicators.map((indicator) => notYetSql(indicator, seen));
  const state = [
    `fixed = ${stateCodes.na} OR (isNull(v) AND notYet)`,
    `${stateCodes.na}`,
    `fixed = ${stateCodes.never} OR isNull(v)`,
    `${stateCodes.never}`,
    `fixed = ${stateCodes.stale}`,
    `${stateCodes.stale}`,
    'filled',
    `${stateCodes.ok}`,
    `${stateCodes.zero}`,
  ];
  const lists = ['values', fixedHere, arraySql(filled, 'UInt8'), arraySql(notYet, 'UInt8')];
  return `arrayMap((v, fixed, filled, notYet) -> toUInt8(multiIf(${state.join(', ')})), ${lists.join(', ')})`;
}

/** What is known of a state before looking at the account: na by segment, never seen, too few to compare with, stale. */
export function fixedState(indicator: Indicator, segment: string, { stale, unseen, cohorts }: Vantage): number {
  if (indicator.segments !== null && !indicator.segments.includes(segment)) return stateCodes.na;
  if (unseen.has(indicator.id)) return stateCodes.never;
  if (indicator.points.kind === 'percentile') {
    const cohort = cohorts.find((one) => one.indicator === indicator.id && one.segment === segment);
    if (cohort === undefined || cohort.accounts < leastCohort) return stateCodes.never;
  }
  return stale.has(indicator.id) ? stateCodes.stale : -1;
}

/** Whether any measure of an indicator holds an event; an indicator of traits alone is never empty. */
function filledSql(indicator: Indicator, { compiled, vantage }: Seen): string {
  const columns = measuresOf(indicator, compiled.model.measures).map((measure) =>
    quoteIdentifier(measureColumn(measure, vantage.asOf, vantage.asOf).filled),
  );
  return columns.length === 0 ? '1' : columns.length === 1 ? `${columns[0]}` : `(${columns.join(' OR ')})`;
}

/** Whether no value means that the model says nothing yet, as of T. */
function notYetSql({ value }: Indicator, seen: Seen): string {
  const notYet = notYetOf(value);
  return notYet === null ? '0' : conditionSql(notYet, accountScope(seen));
}

/** An array of expressions; an empty one needs its type. */
export function arraySql(items: readonly string[], type: string): string {
  return items.length === 0 ? `CAST([], 'Array(${type})')` : `[${items.join(', ')}]`;
}
