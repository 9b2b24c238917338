import type { IndicatorBody } from '../api/indicators/shapes.ts';
import { leastCohort } from '../compile/cohort-size.ts';
import { lineOf } from '../compile/ctes/pointed.ts';
import { measuresOf } from '../compile/plan.ts';
import { vantageOf } from '../evaluate/evaluate.ts';
import { quote } from '../model/quote.ts';
import type { Core } from './core.ts';
import { dayMs } from './days.ts';

/** An indicator of the published model as the accounts of a segment meet it. */
export async function indicatorOf(
  core: Core,
  workspace: string,
  { indicator: id, segment, asOf }: { indicator: string; segment: string; asOf: number },
): Promise<IndicatorBody | 'no-model' | null> {
  const live = await core.models.live(workspace);
  if (!live) return 'no-model';
  const { compiled, accountKind } = live;
  const { model } = compiled;
  const indicator = model.indicators.find((one) => one.id === id);
  if (indicator === undefined) return null;
  const { yaml } = await core.state.within(workspace, (db) =>
    db.selectFrom('model_version').select('yaml').where('version', '=', live.version).executeTakeFirstOrThrow(),
  );
  const { cohorts } =
    indicator.points.kind === 'percentile'
      ? await vantageOf(core.events, {
          compiled,
          workspace,
          asOf,
          accounts: [],
          accountKind,
          source: 'rollup',
          memory: core.memory,
        })
      : { cohorts: [] };
  const cohort = cohorts.find((one) => one.indicator === id && one.segment === segment);
  const isKnown = indicator.points.kind !== 'percentile' || (cohort?.accounts ?? 0) >= leastCohort;
  return {
    id,
    label: indicator.label,
    domain: indicator.domain,
    at: indicator.at,
    text: quote(indicator.at, id, yaml),
    evidence: indicator.evidence,
    scale: {
      kind: indicator.points.kind,
      line: isKnown ? lineOf(indicator, cohorts, segment).map(([x, y]) => [x, y]) : null,
    },
    halfLifeDays: indicator.halfLife === null ? null : indicator.halfLife / dayMs,
    measures: measuresOf(indicator, model.measures).map((measure) => ({
      id: measure.id,
      at: measure.at,
      events: measure.events === null ? null : [...measure.events],
      windowDays: measure.window === null ? null : measure.window / dayMs,
    })),
  };
}
