import type { Expression } from '../../model/expression/expression.ts';
import { accountScope, type Seen } from '../account-scope.ts';
import type { CompiledModel } from '../compile.ts';
import { factsStep, segmentedStep } from '../ctes/facts.ts';
import { measuredStep } from '../ctes/measured.ts';
import { pointedStep } from '../ctes/pointed.ts';
import { domainsStep, scoredStep, weighedStep } from '../ctes/scored.ts';
import { slicesSteps } from '../ctes/slices.ts';
import { traitsStep } from '../ctes/traits.ts';
import { arraySql, valuedStep } from '../ctes/valued.ts';
import { conditionSql } from '../expression.ts';
import { quoteIdentifier } from '../identifier.ts';
import { Parameters, type Sql } from '../parameters.ts';
import { measureColumn, plan, type Vantage, visit } from '../plan.ts';
import { origin, renderSteps, type Step } from '../step.ts';

/** Bands, in the order in which a row answers for each of them. */
export const bands = ['engaged', 'neutral', 'disengaged', 'unknown'] as const;
export type Band = (typeof bands)[number];

/** The steps from account-days to the facts of every account; shared by evaluation and cohorts. */
export function factSteps(seen: Seen): Step[] {
  const { compiled, vantage, parameters } = seen;
  const planned = plan(compiled, vantage);
  return [
    ...slicesSteps(compiled, vantage, planned, parameters),
    measuredStep(planned, parameters),
    traitsStep(compiled, vantage, planned, parameters),
    factsStep(planned, parameters),
    segmentedStep(compiled, seen),
    valuedStep(seen),
  ];
}

/**
 * The query that evaluates accounts as of T: one row per account with
 * account, segment, numbers[], texts[], series[], values[], points[], states[], domains[], score, coverage, limits[],
 * triggers[], audiences[] (1 where its test holds, see `audienceTests`). The order inside the arrays is that of the model.
 */
export function evaluationQuery(compiled: CompiledModel, vantage: Vantage): Sql {
  const parameters = new Parameters();
  const seen: Seen = { compiled, vantage, parameters };
  const steps = [
    ...factSteps(seen),
    pointedStep(seen),
    domainsStep(seen),
    weighedStep(seen),
    scoredStep(seen),
    answerStep(seen),
  ];
  return { name: 'evaluate-accounts', sql: renderSteps(steps), params: parameters.values };
}

/** The measures of a model by the kind of value they have, in the order of the answer's arrays. */
export function measuresByShape(
  compiled: CompiledModel,
): Record<'numbers' | 'texts' | 'series', CompiledModel['model']['measures']> {
  const { measures } = compiled.model;
  return {
    numbers: measures.filter(({ type }) => type === 'number' || type === 'time' || type === 'bool'),
    texts: measures.filter(({ type }) => type === 'string' || type === 'version' || type === 'list'),
    series: measures.filter(({ type }) => type === 'series'),
  };
}

function answerStep(seen: Seen): Step {
  const { compiled, vantage } = seen;
  const { model } = compiled;
  const shapes = measuresByShape(compiled);
  const column = (measure: (typeof model.measures)[number]): string =>
    quoteIdentifier(measureColumn(measure, vantage.asOf, vantage.asOf).value);
  const columns = [
    'account',
    'segment',
    `${arraySql(
      shapes.numbers.map((measure) => `CAST(${column(measure)}, 'Nullable(Float64)')`),
      'Nullable(Float64)',
    )} AS numbers`,
    `${arraySql(shapes.texts.map(column), 'Nullable(String)')} AS texts`,
    `${arraySql(shapes.series.map(column), 'Array(Float64)')} AS series`,
    'values',
    'points',
    'states',
    'domains',
    'score',
    'coverage',
    'limits',
    'arrayMap(trigger -> trigger.1, triggers) AS triggered',
    `${audiencesSql(seen)} AS audiences`,
  ];
  return {
    name: 'answer',
    title: 'one row per account; arrays in the order of the model; 1 for each audience that holds',
    notes: model.audiences.map(({ id, at }) => origin('audiences', `audiences.${id}`, at)),
    body: `SELECT\n  ${columns.join(',\n  ')}\nFROM scored\nORDER BY account`,
  };
}

/** A condition to answer: of an audience (by position) and, when it depends on the band, for which band. */
export interface AudienceTest {
  readonly audience: number;
  readonly band: Band | null;
}

/** The band needs its history, so conditions on it are answered for every band; all others once. */
export function audienceTests({ model }: CompiledModel): readonly AudienceTest[] {
  return model.audiences.flatMap(({ when }, audience): AudienceTest[] =>
    mentionsBand(when) ? bands.map((band) => ({ audience, band })) : [{ audience, band: null }],
  );
}

function audiencesSql(seen: Seen): string {
  const { audiences } = seen.compiled.model;
  const tests = audienceTests(seen.compiled).flatMap(({ audience, band }) => {
    const when = audiences[audience]?.when;
    return when === undefined ? [] : [conditionSql(when, accountScope(seen, band === null ? {} : { band }))];
  });
  return arraySql(tests, 'UInt8');
}

function mentionsBand(when: Expression): boolean {
  let found = false;
  visit(when, (node) => {
    if (node.kind === 'reference' && node.scope === 'evaluation' && node.name === 'band') found = true;
  });
  return found;
}
