import { lineOf, type Line, staleDecay } from '../../compile/ctes/pointed.ts';
import { fixedState, ratePrior, stateCodes, trendMedian } from '../../compile/ctes/valued.ts';
import { halved } from '../../compile/expression/halving.ts';
import { measuresOf } from '../../compile/plan.ts';
import { evaluateExpression } from '../../model/expression/evaluate.ts';
import type { Expression, Value } from '../../model/expression/expression.ts';
import { notYetOf } from '../../model/expression/not-yet.ts';
import type { Indicator } from '../../model/resolved.ts';
import { type Facts, placeOf, type View } from './facts.ts';

/** An indicator of one account. */
export interface Judged {
  readonly value: number | null;
  /** A code of `stateCodes`. */
  readonly state: number;
  readonly points: number | null;
}

/**
 * Values, states and points of the indicators for the accounts of a segment: the steps `valued` and `pointed`. Each segment
 * is prepared once.
 */
export function judgesOf(view: View): (segment: string) => (facts: Facts) => Judged[] {
  const judges = new Map<string, (facts: Facts) => Judged[]>();
  return (segment) => {
    const known = judges.get(segment);
    if (known !== undefined) return known;
    const prepared = view.compiled.model.indicators.map((indicator) => prepare(indicator, segment, view));
    const made = (facts: Facts): Judged[] => prepared.map((one) => judge(one, facts));
    judges.set(segment, made);
    return made;
  };
}

/** All that is known of an indicator before looking at an account. */
interface Prepared {
  readonly value: Expression;
  /** T, or the heartbeat of its stale source. */
  readonly at: number;
  readonly asOf: number;
  /** A code of `stateCodes`, or -1 where the account decides. */
  readonly fixed: number;
  /** When it holds, no value means that the model says nothing yet. */
  readonly notYet: Expression | null;
  /** Places of its measures; empty when it has traits alone. */
  readonly measures: readonly number[];
  readonly line: Line;
  /** Place of the measure with whose age the points fade, and how fast. */
  readonly fading: { readonly place: number; readonly halfLife: number } | null;
  readonly decay: number;
  /** What the scope of its expressions has besides measures and traits. */
  readonly about: {
    readonly evaluation: { readonly segment: string };
    readonly ratePrior: number | null;
    readonly trendMedian: number | null;
  };
}

function prepare(indicator: Indicator, segment: string, view: View): Prepared {
  const { compiled, vantage } = view;
  const { value, halfLife, fadesWith } = indicator;
  const at = vantage.stale.get(indicator.id) ?? vantage.asOf;
  return {
    value,
    at,
    asOf: vantage.asOf,
    fixed: fixedState(indicator, segment, vantage),
    notYet: notYetOf(value),
    measures: measuresOf(indicator, compiled.model.measures).map(({ id }) => placeOf(view, id, vantage.asOf)),
    line: lineOf(indicator, vantage.cohorts, segment),
    fading: halfLife === null || fadesWith === null ? null : { place: placeOf(view, fadesWith, at), halfLife },
    decay: staleDecay(indicator, vantage),
    about: {
      evaluation: { segment },
      ratePrior: indicator.cohort === 'rate' ? ratePrior(indicator, vantage.cohorts, segment) : null,
      trendMedian: indicator.cohort === 'trend' ? trendMedian(indicator, vantage.cohorts) : null,
    },
  };
}

function judge(one: Prepared, facts: Facts): Judged {
  const value = asNumber(evaluateExpression(one.value, { ...facts.scope(one.at), ...one.about }));
  const state = stateOf(one, value, facts);
  if (state === stateCodes.na) return { value, state, points: null };
  if (state === stateCodes.never) return { value, state, points: 50 };
  const fresh = faded(one, along(one.line, value ?? 0), facts);
  if (state !== stateCodes.stale) return { value, state, points: fresh };
  return { value, state, points: Math.min(fresh, 50 + (fresh - 50) * one.decay) };
}

function asNumber(value: Value): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}

function stateOf({ fixed, notYet, measures, asOf, about }: Prepared, value: number | null, facts: Facts): number {
  if (fixed === stateCodes.na) return stateCodes.na;
  if (value === null && notYet !== null) {
    const holds = evaluateExpression(notYet, { ...facts.scope(asOf), evaluation: about.evaluation });
    if (holds === true) return stateCodes.na;
  }
  if (fixed === stateCodes.never || value === null) return stateCodes.never;
  if (fixed === stateCodes.stale) return stateCodes.stale;
  const filled = measures.length === 0 || measures.some((place) => facts.readings[place]?.filled === true);
  return filled ? stateCodes.ok : stateCodes.zero;
}

/** Points along a line; outside of it its ends count. */
function along(line: Line, value: number): number {
  let before = 0;
  for (const [x] of line) if (x < value) before += 1;
  const [x0, y0] = line[before - 1] ?? line[0] ?? [0, 0];
  const [x1, y1] = line[before] ?? line.at(-1) ?? [0, 0];
  if (before === 0) return y0;
  if (before === line.length) return y1;
  return y0 + ((y1 - y0) * (value - x0)) / (x1 - x0);
}

/** Points that fade towards 50 with the age of the newest event. */
function faded({ fading, at }: Prepared, points: number, facts: Facts): number {
  if (fading === null) return points;
  const newest = facts.readings[fading.place]?.newest ?? null;
  const factor = halved((newest === null ? 0 : at - newest) / fading.halfLife);
  return factor === 1 ? points : 50 + (points - 50) * factor;
}
