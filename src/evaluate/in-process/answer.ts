import { audienceTests, measuresByShape } from '../../compile/queries/evaluation.ts';
import { evaluateExpression, type EvaluationScope } from '../../model/expression/evaluate.ts';
import type { Value } from '../../model/expression/expression.ts';
import type { Measure } from '../../model/resolved.ts';
import type { Answer } from '../answer.ts';
import { type Facts, factsReader, placeOf, type View } from './facts.ts';
import { judgesOf } from './indicators.ts';
import type { Ingredients } from './ingredients.ts';
import { scoreOf } from './score.ts';
import { segmentOf } from './segment.ts';

/** An answer, and what conditions on the account see: measures, traits, points, segment, score and coverage. */
export interface Answered {
  readonly answer: Answer;
  readonly scope: EvaluationScope;
}

/**
 * Evaluates accounts from their ingredients, to the last bit as the evaluation query does. Pure. Prepared once per view:
 * what does not depend on the account is worked out once, since thousands follow each other.
 */
export function answerer(view: View): (ingredients: Ingredients) => Answered {
  const { compiled, vantage } = view;
  const { model } = compiled;
  const read = factsReader(view);
  const measures = measuresReader(view);
  const tests = audienceTests(compiled).map(({ audience, band }) => ({ when: model.audiences[audience]?.when, band }));
  const judges = judgesOf(view);
  return (ingredients) => {
    const facts = read(ingredients);
    const scope = facts.scope(vantage.asOf);
    const segment = segmentOf(model, scope);
    const judged = judges(segment)(facts);
    const indicators: Record<string, Value> = {};
    for (const [index, { id }] of model.indicators.entries()) indicators[id] = judged[index]?.points ?? null;
    const pointed: EvaluationScope = { ...scope, indicators, evaluation: { segment } };
    const scored = scoreOf(model, judged, pointed);
    const { score, coverage } = scored;
    const audiences = tests.map(({ when, band }) => {
      const seen = { ...pointed, evaluation: { segment, score, coverage, band } };
      return when !== undefined && evaluateExpression(when, seen) === true ? 1 : 0;
    });
    const answer: Answer = {
      account: ingredients.account,
      segment,
      ...measures(facts),
      values: judged.map(({ value }) => value),
      points: judged.map(({ points }) => points),
      states: judged.map(({ state }) => state),
      ...scored,
      audiences,
    };
    return { answer, scope: { ...pointed, evaluation: { segment, score, coverage } } };
  };
}

function measuresReader(view: View): (facts: Facts) => Pick<Answer, 'numbers' | 'texts' | 'series'> {
  const shapes = measuresByShape(view.compiled);
  const places = (measures: readonly Measure[]) => measures.map(({ id }) => placeOf(view, id, view.vantage.asOf));
  const [numbers, texts, series] = [places(shapes.numbers), places(shapes.texts), places(shapes.series)];
  return ({ readings }) => ({
    numbers: numbers.map((place) => {
      const value = readings[place]?.value ?? null;
      return value === null ? null : Number(value);
    }),
    texts: texts.map((place) => {
      const { json = null, value = null } = readings[place] ?? {};
      return json ?? (typeof value === 'string' ? value : null);
    }),
    series: series.map((place) => {
      const value = readings[place]?.value ?? null;
      return Array.isArray(value) ? value.map(Number) : [];
    }),
  });
}
