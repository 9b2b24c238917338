import type { Value } from '../model/expression/expression.ts';
import type { Band } from '../compile/queries/evaluation.ts';

/** States of an indicator, in the order of their codes in SQL. */
export const indicatorStates = ['ok', 'zero', 'stale', 'never', 'na'] as const;
export type IndicatorState = (typeof indicatorStates)[number];

/** One account as of an instant: the JSON line of `rapport evaluate`. */
export interface Evaluation {
  readonly account: string;
  /** ISO 8601, UTC. */
  readonly asOf: string;
  readonly modelHash: string;
  readonly segment: string;
  readonly audiences: readonly string[];
  /** 0 to 100, under limits and hard triggers. */
  readonly score: number;
  /** The band the score asks for when nothing is known of the past; the live loop puts its dwell on top (`decideBand`). */
  readonly band: Band;
  readonly coverage: number;
  /** Points of each domain with an indicator that applies. */
  readonly domains: Readonly<Record<string, number>>;
  readonly indicators: Readonly<Record<string, IndicatorEvaluation>>;
  /** Times as ISO 8601, lists as lists, series oldest block first. */
  readonly measures: Readonly<Record<string, Value>>;
  /** Domains so weak that they cap the score. */
  readonly limits: readonly string[];
  /** Hard triggers that hold. */
  readonly hardTriggers: readonly string[];
  /** Audiences per band, when any audience depends on the band. */
  readonly audiencesByBand?: Readonly<Record<Band, readonly string[]>>;
}

/** `contribution` = `weight` × `points`; the weights of an account sum to 1, the contributions to its score before caps. */
export interface IndicatorEvaluation {
  readonly value: number | null;
  /** As they count: faded, carried on while stale, 50 when never known; null when not applicable. */
  readonly points: number | null;
  readonly state: IndicatorState;
  /** Effective share of the score: share of the domain × share in the domain. */
  readonly weight: number;
  readonly contribution: number;
}
