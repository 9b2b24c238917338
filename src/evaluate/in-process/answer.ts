import { audienceTests, measuresByShape } from '../../compile/queries/evaluation.ts';
import { evaluateExpression, type EvaluationScope } from '../../model/expression/evaluate.ts';
import type { Measure } from '../../model/resolved.ts';
import type { Answer } from '../answer.ts';
import { type Facts, factsOf, type View } from './facts.ts';
import { judgeIndicator } from './indicators.ts';
import type { Ingredients } from './ingredients.ts';
import { scoreOf } from './score.ts';

/** Evaluates one account from its ingredients, to the last bit as the evaluation query does. Pure. */
export function answerFor(view: View, ingredients: Ingredients): Answer {
  const { compiled, vantage } = view;
  const { model } = compiled;
  const facts = factsOf(view, ingredients);
  const scope = facts.scope(vantage.asOf);
  const first = model.segments.find(({ when }) => when === null || evaluateExpression(when, scope) === true);
  const segment = first?.id ?? '';
  const judged = model.indicators.map((indicator) => judgeIndicator(indicator, segment, facts, view));
  const pointed: EvaluationScope = {
    ...scope,
    indicators: Object.fromEntries(model.indicators.map(({ id }, index) => [id, judged[index]?.points ?? null])),
    evaluation: { segment },
  };
  const scored = scoreOf(model, judged, pointed);
  const { score, coverage } = scored;
  const audiences = audienceTests(compiled).map(({ audience, band }) => {
    const when = model.audiences[audience]?.when;
    const seen = { ...pointed, evaluation: { segment, score, coverage, band } };
    return when !== undefined && evaluateExpression(when, seen) === true ? 1 : 0;
  });
  return {
    account: ingredients.account,
    segment,
    ...measuresAnswer(facts, view),
    values: judged.map(({ value }) => value),
    points: judged.map(({ points }) => points),
    states: judged.map(({ state }) => state),
    ...scored,
    audiences,
  };
}

function measuresAnswer(facts: Facts, { compiled, vantage }: View): Pick<Answer, 'numbers' | 'texts' | 'series'> {
  const shapes = measuresByShape(compiled);
  const read = (measure: Measure) => facts.reading(measure, vantage.asOf);
  return {
    numbers: shapes.numbers.map((measure) => {
      const { value } = read(measure);
      return value === null ? null : Number(value);
    }),
    texts: shapes.texts.map((measure) => {
      const { json, value } = read(measure);
      return json ?? (typeof value === 'string' ? value : null);
    }),
    series: shapes.series.map((measure) => {
      const { value } = read(measure);
      return Array.isArray(value) ? value.map(Number) : [];
    }),
  };
}
