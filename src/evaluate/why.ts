import { measuresOf } from '../compile/plan.ts';
import type { CompiledModel } from '../compile/compile.ts';
import type { Value } from '../model/expression/expression.ts';
import type { Place } from '../model/resolved.ts';
import type { EventStore } from '../store/events/store.ts';
import { type EvaluateRequest, evaluate } from './evaluate.ts';
import type { Evaluation, IndicatorEvaluation } from './evaluation.ts';

/** A score taken apart: domain → indicator → contribution, with the model line of each. */
export interface Why {
  readonly evaluation: Evaluation;
  /** Σ contributions: the score before limits and hard triggers. */
  readonly rawScore: number;
  /** What limits and hard triggers take away: `score` − `rawScore`; exactly 0 where they take nothing. */
  readonly caps: number;
  readonly limits: readonly { readonly domain: string; readonly cap: number; readonly at: Place | null }[];
  readonly hardTriggers: readonly { readonly id: string; readonly cap: number; readonly at: Place | null }[];
  readonly domains: readonly WhyDomain[];
  readonly change: Change | null;
}

export interface WhyDomain {
  readonly id: string;
  readonly at: Place;
  readonly points: number | null;
  /** Share of the score. */
  readonly weight: number;
  readonly contribution: number;
  readonly indicators: readonly WhyIndicator[];
}

export interface WhyIndicator extends IndicatorEvaluation {
  readonly id: string;
  readonly label: string;
  readonly at: Place;
  readonly measures: readonly { readonly id: string; readonly at: Place; readonly value: Value }[];
}

/**
 * What made the score move: Σ `delta` of the indicators + `caps` = `score`, the difference of the scores. `caps` is exactly
 * 0 where neither score was capped.
 */
export interface Change {
  readonly since: string;
  readonly score: number;
  readonly caps: number;
  /** Biggest first. */
  readonly indicators: readonly IndicatorChange[];
}

export interface IndicatorChange {
  readonly id: string;
  readonly domain: string;
  readonly at: Place;
  readonly delta: number;
  readonly before: IndicatorEvaluation;
  readonly after: IndicatorEvaluation;
  readonly measures: readonly {
    readonly id: string;
    readonly at: Place;
    readonly before: Value;
    readonly after: Value;
  }[];
}

/** Why an account has its score as of an instant and, with `since`, why it is not what it was. Null when it is not known. */
export async function why(
  events: EventStore,
  request: Omit<EvaluateRequest, 'accounts'> & { readonly account: string; readonly since?: number },
): Promise<Why | null> {
  const accounts = [request.account];
  const [now] = await evaluate(events, { ...request, accounts });
  if (now === undefined) return null;
  if (request.since === undefined) return explainScore(request.compiled, now, null);
  const { cohorts: _, ...earlier } = request; // cohorts are those of their own midnight
  const [then] = await evaluate(events, { ...earlier, accounts, asOf: request.since });
  return explainScore(request.compiled, now, then ?? null);
}

/** Takes a score apart, and its difference to an earlier one. Pure. */
export function explainScore(compiled: CompiledModel, now: Evaluation, then: Evaluation | null): Why {
  const { score, indicators } = compiled.model;
  const rawScore = contributions(now);
  return {
    evaluation: now,
    rawScore,
    caps: capsOf(now),
    limits: now.limits.map((domain) => ({
      domain,
      cap: score.limit.cap,
      at: score.domains.find(({ id }) => id === domain)?.at ?? null,
    })),
    hardTriggers: now.hardTriggers.map((id) => {
      const trigger = score.hardTriggers.find((one) => one.id === id);
      return { id, cap: trigger?.cap ?? 100, at: trigger?.at ?? null };
    }),
    domains: score.domains.map((domain) => {
      const mine = indicators
        .filter((indicator) => indicator.domain === domain.id)
        .map((indicator) => ({
          id: indicator.id,
          label: indicator.label,
          at: indicator.at,
          ...indicatorOf(now, indicator.id),
          measures: measuresOf(indicator, compiled.model.measures).map(({ id, at }) => ({
            id,
            at,
            value: now.measures[id] ?? null,
          })),
        }));
      return {
        id: domain.id,
        at: domain.at,
        points: now.domains[domain.id] ?? null,
        weight: mine.reduce((sum, { weight }) => sum + weight, 0),
        contribution: mine.reduce((sum, { contribution }) => sum + contribution, 0),
        indicators: mine,
      };
    }),
    change: then === null ? null : changeOf(compiled, now, then),
  };
}

function changeOf(compiled: CompiledModel, now: Evaluation, then: Evaluation): Change {
  const { indicators, measures } = compiled.model;
  const changes = indicators.map((indicator) => {
    const [before, after] = [indicatorOf(then, indicator.id), indicatorOf(now, indicator.id)];
    return {
      id: indicator.id,
      domain: indicator.domain,
      at: indicator.at,
      delta: after.contribution - before.contribution,
      before,
      after,
      measures: measuresOf(indicator, measures).map(({ id, at }) => ({
        id,
        at,
        before: then.measures[id] ?? null,
        after: now.measures[id] ?? null,
      })),
    };
  });
  return {
    since: then.asOf,
    score: now.score - then.score,
    caps: capsOf(now) - capsOf(then),
    indicators: changes.toSorted((a, b) => Math.abs(b.delta) - Math.abs(a.delta)),
  };
}

/** Points that are closer than this differ by rounding alone: sums of doubles in another order. */
const rounding = 1e-9;

function capsOf(evaluation: Evaluation): number {
  const taken = evaluation.score - contributions(evaluation);
  return Math.abs(taken) < rounding ? 0 : taken;
}

function contributions(evaluation: Evaluation): number {
  return Object.values(evaluation.indicators).reduce((sum, { contribution }) => sum + contribution, 0);
}

function indicatorOf(evaluation: Evaluation, id: string): IndicatorEvaluation {
  return evaluation.indicators[id] ?? { value: null, points: null, state: 'na', weight: 0, contribution: 0 };
}
