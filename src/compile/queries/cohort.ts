import type { Indicator } from '../../model/resolved.ts';
import { accountScope, positionOf, type Seen } from '../account-scope.ts';
import type { CompiledModel } from '../compile.ts';
import { stateCodes } from '../ctes/valued.ts';
import { cohortSampleSql } from '../expression.ts';
import { numberLiteral, Parameters, type Sql } from '../parameters.ts';
import type { Vantage } from '../plan.ts';
import { origin, renderSteps, type Step } from '../step.ts';
import { factSteps } from './evaluation.ts';

/** The indicators that compare an account with others. */
export function cohortIndicators({ model }: CompiledModel): readonly Indicator[] {
  return model.indicators.filter(({ cohort }) => cohort !== null);
}

/**
 * The query for what indicators compare with, over everybody: one row per segment and one for all ('*'), with
 * `statistics`, per cohort indicator (accounts, low, middle, high). Null when the model has no such indicator.
 */
export function cohortQuery(compiled: CompiledModel, vantage: Vantage): Sql | null {
  const indicators = cohortIndicators(compiled);
  if (indicators.length === 0) return null;
  const parameters = new Parameters();
  const seen: Seen = { compiled, vantage, parameters };
  const steps = [...factSteps(seen), sampledStep(indicators, seen), statisticsStep(indicators)];
  return { name: 'evaluate-cohorts', sql: renderSteps(steps), params: parameters.values };
}

function sampledStep(indicators: readonly Indicator[], seen: Seen): Step {
  const samples = indicators.map((indicator, index) => {
    const position = positionOf(seen.compiled, indicator.id);
    const at = seen.vantage.stale.get(indicator.id) ?? seen.vantage.asOf;
    const sample =
      indicator.cohort === 'percentile' || indicator.cohort === null
        ? `values[${position}]`
        : cohortSampleSql(indicator.value, indicator.cohort, accountScope(seen, { at }));
    return `CAST(if(states[${position}] = ${stateCodes.na}, NULL, ${sample ?? 'NULL'}), 'Nullable(Float64)') AS sample_${index + 1}`;
  });
  return {
    name: 'sampled',
    title: 'what each account adds to its cohort',
    notes: indicators.map(({ id, at }, index) => origin(`sample_${index + 1}`, `indicators.${id}`, at)),
    body: `SELECT\n  ${['segment', ...samples].join(',\n  ')}\nFROM valued`,
  };
}

function statisticsStep(indicators: readonly Indicator[]): Step {
  const statistics = indicators.map((indicator, index) => {
    const sample = `sample_${index + 1}`;
    const quantiles = indicator.points.kind === 'percentile' ? indicator.points.quantiles : [0.5, 0.5, 0.5];
    const at = quantiles.map((quantile) => `quantileExactInclusiveOrNull(${numberLiteral(quantile)})(${sample})`);
    return `(count(${sample}), ${at.join(', ')})`;
  });
  return {
    name: 'statistics',
    title: 'per segment, and for all: (accounts, low, middle, high) per indicator',
    notes: [],
    body: `SELECT\n  if(grouping(segment) = 1, '*', segment) AS segment_or_all,\n  [${statistics.join(',\n   ')}] AS statistics\nFROM sampled\nGROUP BY GROUPING SETS ((segment), ())`,
  };
}
