import { stateCodes } from '../../compile/ctes/valued.ts';
import { evaluateExpression, type EvaluationScope } from '../../model/expression/evaluate.ts';
import type { ResolvedModel } from '../../model/resolved.ts';
import type { Judged } from './indicators.ts';

/** What the indicators of an account add up to. */
export interface Scored {
  readonly domains: readonly (number | null)[];
  readonly score: number;
  readonly coverage: number;
  readonly limits: readonly string[];
  readonly triggered: readonly string[];
}

/** Domains, coverage, limits, hard triggers and the score under its caps; sums run in the order of the model, as in SQL. */
export function scoreOf(
  { score, indicators }: ResolvedModel,
  judged: readonly Judged[],
  scope: EvaluationScope,
): Scored {
  const sums = score.domains.map(({ id }) => {
    const sum = { weight: 0, covered: 0, points: 0 };
    for (const [index, { domain, weight }] of indicators.entries()) {
      const one = judged[index];
      if (domain !== id || one === undefined || one.state === stateCodes.na) continue;
      sum.weight += weight;
      if (one.state <= stateCodes.zero) sum.covered += weight;
      sum.points += one.points === null ? 0 : weight * one.points;
    }
    return sum;
  });
  const domains = sums.map(({ points, weight }) => (weight > 0 ? points / weight : null));
  let [total, raw, covered] = [0, 0, 0];
  for (const [index, { weight }] of score.domains.entries()) {
    const [points, sum] = [domains[index] ?? null, sums[index]];
    if (points === null || sum === undefined) continue;
    total += weight;
    raw += weight * points;
    covered += weight * (sum.covered / sum.weight);
  }
  const coverage = total > 0 ? covered / total : 0;
  const limits = score.domains.filter(({ weight }, index) => {
    const points = domains[index] ?? null;
    return weight >= score.limit.weight && points !== null && points < score.limit.below;
  });
  const seen = { ...scope, evaluation: { ...scope.evaluation, coverage } };
  const triggers = score.hardTriggers.filter(({ when }) => evaluateExpression(when, seen) === true);
  const caps = [...limits.map(() => score.limit.cap), ...triggers.map(({ cap }) => cap)];
  return {
    domains,
    score: Math.min(total > 0 ? raw / total : 50, ...caps),
    coverage,
    limits: limits.map(({ id }) => id),
    triggered: triggers.map(({ id }) => id),
  };
}
