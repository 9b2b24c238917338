import type { Cohort } from '../../compile/plan.ts';
import { cohortIndicators } from '../../compile/queries/cohort.ts';
import { stateCodes } from '../../compile/ctes/valued.ts';
import { evaluateExpression } from '../../model/expression/evaluate.ts';
import type { Expression } from '../../model/expression/expression.ts';
import { ownRatio } from '../../model/expression/trend.ts';
import type { Indicator } from '../../model/resolved.ts';
import { type Facts, factsReader, type View } from './facts.ts';
import { type Judged, judgesOf } from './indicators.ts';
import type { Ingredients } from './ingredients.ts';
import { segmentOf } from './segment.ts';

/**
 * What indicators compare with, from the ingredients of everybody as of a midnight, to the last bit as the cohort query
 * says: one row per indicator and segment; of a trend one for all, '*'. How many accounts are enough is for the reader.
 */
export function cohortsOf(view: View, everybody: readonly Ingredients[]): readonly Cohort[] {
  const cohort = gatherCohorts(view);
  for (const ingredients of everybody) cohort.add(ingredients);
  return cohort.cohorts();
}

/** The same, one account after the other: a number is kept of each. */
export function gatherCohorts(view: View): {
  readonly add: (ingredients: Ingredients) => void;
  readonly cohorts: () => readonly Cohort[];
} {
  const { model } = view.compiled;
  const read = factsReader(view);
  const judges = judgesOf(view);
  const samplers = cohortIndicators(view.compiled).map((indicator) => ({
    indicator,
    place: model.indicators.indexOf(indicator),
    sampleOf: sampler(indicator, view),
  }));
  const samples = new Map<string, number[]>();
  const of = (segment: string, indicator: Indicator): number[] => {
    const key = `${segment}\0${indicator.id}`;
    const known = samples.get(key) ?? [];
    samples.set(key, known);
    return known;
  };
  const segments = new Set<string>();
  return {
    add: (ingredients) => {
      const facts = read(ingredients);
      const segment = segmentOf(model, facts.scope(view.vantage.asOf));
      segments.add(segment);
      const judged = judges(segment)(facts);
      for (const { indicator, place, sampleOf } of samplers) {
        const [one, all] = [judged[place], indicator.cohort === 'trend' ? '*' : segment];
        const sample = one === undefined || one.state === stateCodes.na ? null : sampleOf(one, facts, segment);
        if (sample !== null) of(all, indicator).push(sample);
      }
    },
    cohorts: () =>
      samplers.flatMap(({ indicator }) =>
        (indicator.cohort === 'trend' ? ['*'] : [...segments]).map((segment) =>
          cohortOf(indicator, segment, of(segment, indicator)),
        ),
      ),
  };
}

function cohortOf({ id, points }: Indicator, segment: string, samples: readonly number[]): Cohort {
  const sorted = samples.toSorted((a, b) => a - b);
  const quantiles = points.kind === 'percentile' ? points.quantiles : ([0.5, 0.5, 0.5] as const);
  const [low, middle, high] = quantiles.map((level) => quantile(sorted, level));
  return {
    segment,
    indicator: id,
    accounts: sorted.length,
    low: low ?? null,
    middle: middle ?? null,
    high: high ?? null,
  };
}

/** `quantileExactInclusive` of the engine, in its order of arithmetic. */
function quantile(sorted: readonly number[], level: number): number | null {
  const place = level * (sorted.length - 1) + 1;
  const below = Math.floor(place);
  const [low, high] = [sorted[below - 1], sorted[below]];
  if (low === undefined) return null;
  return high === undefined ? low : low + (place - below) * (high - low);
}

type Sampler = (judged: Judged, facts: Facts, segment: string) => number | null;

/** What an account adds to the cohort of an indicator: its value, x ÷ n of a `rate`, the own ratio of a `trend`. */
function sampler({ id, cohort, value }: Indicator, { vantage }: View): Sampler {
  if (cohort === 'percentile' || cohort === null) return (judged) => judged.value;
  const [first, second] = argumentsOf(value, cohort) ?? [];
  if (first === undefined) return () => null;
  const at = vantage.stale.get(id) ?? vantage.asOf;
  return (_, facts, segment) => {
    const scope = { ...facts.scope(at), evaluation: { segment } };
    const x = evaluateExpression(first, scope);
    if (cohort === 'trend') return Array.isArray(x) ? ownRatio(x.map(Number)) : null;
    const n = second === undefined ? null : evaluateExpression(second, scope);
    if (typeof x !== 'number' || typeof n !== 'number' || n <= 0) return null;
    return Number.isFinite(x / n) ? x / n : null;
  };
}

function argumentsOf(expression: Expression, operator: 'rate' | 'trend'): readonly Expression[] | null {
  if (expression.kind !== 'call') return null;
  if (expression.operator === operator) return expression.args;
  for (const arg of expression.args) {
    const found = argumentsOf(arg, operator);
    if (found !== null) return found;
  }
  return null;
}
