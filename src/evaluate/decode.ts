import { audienceTests, type Band, bands, measuresByShape } from '../compile/queries/evaluation.ts';
import type { CompiledModel } from '../compile/compile.ts';
import type { Answer } from './answer.ts';
import { askedBand } from './band.ts';
import { type Evaluation, type IndicatorEvaluation, indicatorStates } from './evaluation.ts';
import { listOf } from './in-process/merge.ts';
import type { Measure } from '../model/resolved.ts';
import type { Value } from '../model/expression/expression.ts';

/**
 * How answers, rows of the evaluation query or computed in process, become evaluations. Prepared once, and plain loops:
 * hundreds of thousands of rows pass here.
 */
export function decoder(compiled: CompiledModel, asOf: number): (row: Answer) => Evaluation {
  const { model } = compiled;
  const time = new Date(asOf).toISOString();
  const decodeIndicators = indicatorsDecoder(compiled);
  const decodeMeasures = measuresDecoder(compiled);
  const audiencesOf = audiencesDecoder(compiled);
  const perBand = audienceTests(compiled).some((test) => test.band !== null);
  return (row) => {
    const band = askedBand({ score: row.score, coverage: row.coverage }, model.score);
    const domains: Record<string, number> = {};
    for (const [index, { id }] of model.score.domains.entries()) {
      const points = row.domains[index] ?? null;
      if (points !== null) domains[id] = points;
    }
    const evaluation: Evaluation = {
      account: row.account,
      asOf: time,
      modelHash: compiled.hash,
      segment: row.segment,
      audiences: audiencesOf(row, band),
      score: row.score,
      band,
      coverage: row.coverage,
      domains,
      indicators: decodeIndicators(row),
      measures: decodeMeasures(row),
      limits: row.limits,
      hardTriggers: row.triggered,
    };
    if (!perBand) return evaluation;
    const byBand = Object.fromEntries(bands.map((one) => [one, audiencesOf(row, one)])) as Record<Band, string[]>;
    return { ...evaluation, audiencesByBand: byBand };
  };
}

/** The audiences of an account in a band. */
function audiencesDecoder(compiled: CompiledModel): (row: Answer, band: Band) => string[] {
  const tests = audienceTests(compiled).map(({ audience, band }) => ({
    id: compiled.model.audiences[audience]?.id ?? '',
    band,
  }));
  return (row, asked) => {
    const found: string[] = [];
    for (const [index, { id, band }] of tests.entries())
      if (row.audiences[index] === 1 && (band === null || band === asked)) found.push(id);
    return found;
  };
}

function measuresDecoder(compiled: CompiledModel): (row: Answer) => Record<string, Value> {
  const { numbers, texts, series } = measuresByShape(compiled);
  return (row) => {
    const decoded: Record<string, Value> = {};
    for (let index = 0; index < numbers.length; index += 1) {
      const measure = numbers[index];
      if (measure !== undefined) decoded[measure.id] = numberOf(measure, row.numbers[index] ?? null);
    }
    for (const [index, measure] of texts.entries()) decoded[measure.id] = textOf(measure, row.texts[index] ?? null);
    for (const [index, measure] of series.entries()) decoded[measure.id] = row.series[index] ?? [];
    return decoded;
  };
}

function indicatorsDecoder({ model }: CompiledModel): (row: Answer) => Record<string, IndicatorEvaluation> {
  const { domains } = model.score;
  const places = model.indicators.map((indicator) => domains.findIndex(({ id }) => id === indicator.domain));
  return (row) => {
    let total = 0;
    for (let place = 0; place < domains.length; place += 1)
      if ((row.domains[place] ?? null) !== null) total += domains[place]?.weight ?? 0;
    const sums = domains.map(() => 0);
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? -1;
      if (row.states[index] !== naCode) sums[place] = (sums[place] ?? 0) + (model.indicators[index]?.weight ?? 0);
    }
    const decoded: Record<string, IndicatorEvaluation> = {};
    for (let index = 0; index < places.length; index += 1) {
      const indicator = model.indicators[index];
      if (indicator === undefined) continue;
      const state = indicatorStates[row.states[index] ?? naCode] ?? 'na';
      const points = row.points[index] ?? null;
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

const naCode = indicatorStates.indexOf('na');

function numberOf(measure: Measure, value: number | null): Value {
  if (value === null) return null;
  if (measure.type === 'bool') return value !== 0;
  return measure.type === 'time' ? new Date(value).toISOString() : value;
}

function textOf(measure: Measure, value: string | null): Value {
  return value === null || measure.type !== 'list' ? value : listOf(value);
}
