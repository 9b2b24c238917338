import { lineOf, type Line, staleDecay } from '../../compile/ctes/pointed.ts';
import { fixedState, ratePrior, stateCodes, trendMedian } from '../../compile/ctes/valued.ts';
import { halved } from '../../compile/expression/halving.ts';
import { measuresOf } from '../../compile/plan.ts';
import { evaluateExpression } from '../../model/expression/evaluate.ts';
import type { Value } from '../../model/expression/expression.ts';
import type { Indicator } from '../../model/resolved.ts';
import type { Facts, View } from './facts.ts';

/** An indicator of one account. */
export interface Judged {
  readonly value: number | null;
  /** A code of `stateCodes`. */
  readonly state: number;
  readonly points: number | null;
}

/** Value, state and points of an indicator: the steps `valued` and `pointed`. */
export function judgeIndicator(indicator: Indicator, segment: string, facts: Facts, view: View): Judged {
  const value = valueOf(indicator, segment, facts, view);
  const state = stateOf(indicator, value, segment, facts, view);
  if (state === stateCodes.na) return { value, state, points: null };
  if (state === stateCodes.never) return { value, state, points: 50 };
  const fresh = faded(along(lineOf(indicator, view.vantage.cohorts, segment), value ?? 0), indicator, facts, view);
  if (state !== stateCodes.stale) return { value, state, points: fresh };
  return { value, state, points: Math.min(fresh, 50 + (fresh - 50) * staleDecay(indicator, view.vantage)) };
}

function valueOf(indicator: Indicator, segment: string, facts: Facts, { vantage }: View): number | null {
  const value = evaluateExpression(indicator.value, {
    ...facts.scope(vantage.stale.get(indicator.id) ?? vantage.asOf),
    evaluation: { segment },
    ratePrior: indicator.cohort === 'rate' ? ratePrior(indicator, vantage.cohorts, segment) : null,
    trendMedian: indicator.cohort === 'trend' ? trendMedian(indicator, vantage.cohorts) : null,
  });
  return asNumber(value);
}

function asNumber(value: Value): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}

function stateOf(indicator: Indicator, value: number | null, segment: string, facts: Facts, view: View): number {
  const { compiled, vantage } = view;
  const fixed = fixedState(indicator, segment, vantage);
  if (fixed === stateCodes.na || (value === null && isNotDue(indicator, segment, facts, view))) return stateCodes.na;
  if (fixed === stateCodes.never || value === null) return stateCodes.never;
  if (fixed === stateCodes.stale) return stateCodes.stale;
  const measures = measuresOf(indicator, compiled.model.measures);
  const filled = measures.length === 0 || measures.some((measure) => facts.reading(measure, vantage.asOf).filled);
  return filled ? stateCodes.ok : stateCodes.zero;
}

/** For a value that is `onTime(done, start, days)`: with a known start, no value means that it is not due yet. */
function isNotDue({ value }: Indicator, segment: string, facts: Facts, { vantage }: View): boolean {
  const start = value.kind === 'call' && value.operator === 'onTime' ? value.args[1] : undefined;
  if (start === undefined) return false;
  return evaluateExpression(start, { ...facts.scope(vantage.asOf), evaluation: { segment } }) !== null;
}

/** Points along a line; outside of it its ends count. */
function along(line: Line, value: number): number {
  const before = line.filter(([x]) => x < value).length;
  const [x0, y0] = line[before - 1] ?? line[0] ?? [0, 0];
  const [x1, y1] = line[before] ?? line.at(-1) ?? [0, 0];
  if (before === 0) return y0;
  if (before === line.length) return y1;
  return y0 + ((y1 - y0) * (value - x0)) / (x1 - x0);
}

/** Points that fade towards 50 with the age of the newest event. */
function faded(points: number, indicator: Indicator, facts: Facts, { compiled, vantage }: View): number {
  const measure = compiled.model.measures.find(({ id }) => id === indicator.fadesWith);
  if (indicator.halfLife === null || measure === undefined) return points;
  const at = vantage.stale.get(indicator.id) ?? vantage.asOf;
  const { newest } = facts.reading(measure, at);
  const factor = halved((newest === null ? 0 : at - newest) / indicator.halfLife);
  return factor === 1 ? points : 50 + (points - 50) * factor;
}
