import type { Evaluation, IndicatorEvaluation } from '../evaluate/evaluation.ts';
import type { ResolvedModel } from '../model/resolved.ts';

/** Indicators that are shown: those that pull the score furthest from the middle. */
const mostIndicators = 6;

/** How a score, a coverage or a band came so. */
export function scoreLines(
  about: 'score' | 'coverage' | 'band',
  { score: rules }: ResolvedModel,
  evaluation: Evaluation,
): readonly string[] {
  const { score, coverage, band, limits, hardTriggers, domains, indicators } = evaluation;
  const { engaged, disengaged, dwell } = rules.bands;
  const shown = Object.entries(indicators)
    .filter(([, { state }]) => state !== 'na')
    .toSorted(([, a], [, b]) => pull(b, about) - pull(a, about))
    .slice(0, mostIndicators);
  return [
    `score ${score.toFixed(1)}, coverage ${coverage.toFixed(2)}, band ${band}`,
    ...(about === 'band'
      ? [
          `engaged from ${engaged.enter}, disengaged below ${disengaged.enter}, asked for during ${dwell / 86_400_000} days; unknown below coverage ${rules.coverage.unknown}`,
        ]
      : []),
    ...(limits.length > 0 ? [`capped by weak domains: ${limits.join(', ')}`] : []),
    ...(hardTriggers.length > 0 ? [`capped by ${hardTriggers.join(', ')}`] : []),
    `domains: ${Object.entries(domains)
      .map(([id, points]) => `${id} ${points.toFixed(1)}`)
      .join(', ')}`,
    ...shown.map(
      ([id, { value, points, state, weight }]) =>
        `${id}: value ${value === null ? 'not known' : Number(value.toPrecision(4))}, ${(points ?? 0).toFixed(1)} points, ${(100 * weight).toFixed(1)} % of the score, ${state}`,
    ),
  ];
}

/** How much an indicator has to do with it: what is not known lowers the coverage, points move the score. */
function pull({ weight, points, state }: IndicatorEvaluation, about: string): number {
  if (about === 'coverage') return state === 'ok' || state === 'zero' ? 0 : weight;
  return weight * Math.abs((points ?? 50) - 50);
}
