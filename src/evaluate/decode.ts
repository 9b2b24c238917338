import { audienceTests, type Band, bands, measuresByShape } from '../compile/queries/evaluation.ts';
import type { CompiledModel } from '../compile/compile.ts';
import type { Answer } from './answer.ts';
import { askedBand } from './band.ts';
import { type Evaluation, type IndicatorEvaluation, indicatorStates } from './evaluation.ts';
import { listOf } from './in-process/merge.ts';
import type { Measure } from '../model/resolved.ts';
import type { Value } from '../model/expression/expression.ts';

/** How answers, rows of the evaluation query or computed in process, become evaluations. */
export function decoder(compiled: CompiledModel, asOf: number): (row: Answer) => Evaluation {
  const { model } = compiled;
  const shapes = measuresByShape(compiled);
  const time = new Date(asOf).toISOString();
  const tests = audienceTests(compiled);
  const decodeIndicators = indicatorsDecoder(compiled);
  const perBand = tests.some((test) => test.band !== null);
  return (row) => {
    const audiencesOf = (asked: Band): string[] =>
      tests.flatMap(({ audience, band }, index) =>
        row.audiences[index] === 1 && (band === null || band === asked) ? [model.audiences[audience]?.id ?? ''] : [],
      );
    const band = askedBand({ score: row.score, coverage: row.coverage }, model.score);
    const domains = model.score.domains.flatMap(({ id }, index) => {
      const points = row.domains[index] ?? null;
      return points === null ? [] : [[id, points] as const];
    });
    return {
      account: row.account,
      asOf: time,
      modelHash: compiled.hash,
      segment: row.segment,
      audiences: audiencesOf(band),
      score: row.score,
      band,
      coverage: row.coverage,
      domains: Object.fromEntries(domains),
      indicators: decodeIndicators(row),
      measures: Object.fromEntries([
        ...shapes.numbers.map((measure, index) => [measure.id, numberOf(measure, row.numbers[index] ?? null)] as const),
        ...shapes.texts.map((measure, index) => [measure.id, textOf(measure, row.texts[index] ?? null)] as const),
        ...shapes.series.map((measure, index) => [measure.id, row.series[index] ?? []] as const),
      ]),
      limits: row.limits,
      hardTriggers: row.triggered,
      ...(perBand
        ? {
            audiencesByBand: Object.fromEntries(bands.map((one) => [one, audiencesOf(one)])) as Record<Band, string[]>,
          }
        : {}),
    };
  };
}

/** Prepared once per model: hundreds of thousands of rows pass here. */
function indicatorsDecoder({ model }: CompiledModel): (row: Answer) => Record<string, IndicatorEvaluation> {
  const { domains } = model.score;
  const places = model.indicators.map((indicator) => domains.findIndex(({ id }) => id === indicator.domain));
  return (row) => {
    let total = 0;
    for (const [index, { weight }] of domains.entries()) if ((row.domains[index] ?? null) !== null) total += weight;
    const states = row.states.map((code) => indicatorStates[code] ?? 'na');
    const sums = domains.map(() => 0);
    for (const [index, place] of places.entries())
      if (states[index] !== 'na') sums[place] = (sums[place] ?? 0) + (model.indicators[index]?.weight ?? 0);
    const decoded: Record<string, IndicatorEvaluation> = {};
    for (const [index, indicator] of model.indicators.entries()) {
      const [state, points] = [states[index] ?? 'na', row.points[index] ?? null];
      const [domain, sum] = [domains[places[index] ?? -1], sums[places[index] ?? -1] ?? 0];
      const applies = state !== 'na' && domain !== undefined && sum > 0 && total > 0;
      const weight = applies ? (domain.weight / total) * (indicator.weight / sum) : 0;
      const contribution = weight * (points ?? 0);
      const found = row.values[index] ?? null;
      const value = found === null ? null : found + 0; // the engine has a −0, the language has one zero
      decoded[indicator.id] = { value, points, state, weight, contribution };
    }
    return decoded;
  };
}

function numberOf(measure: Measure, value: number | null): Value {
  if (value === null) return null;
  if (measure.type === 'bool') return value !== 0;
  return measure.type === 'time' ? new Date(value).toISOString() : value;
}

function textOf(measure: Measure, value: string | null): Value {
  return value === null || measure.type !== 'list' ? value : listOf(value);
}
