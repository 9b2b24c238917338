import type { Cohort } from '../compile/plan.ts';
import type { Heartbeats } from './heartbeat.ts';

/**
 * What a long-running process may remember between evaluations, so that a batch of a few accounts costs one query.
 * Owned by whoever runs the loop and passed along; without it everything is read each time.
 */
export interface EvaluationMemory {
  readonly heartbeats: Map<string, { readonly asOf: number; readonly heartbeats: Heartbeats }>;
  readonly cohorts: Map<string, readonly Cohort[]>;
}

/** An empty memory. */
export function createMemory(): EvaluationMemory {
  return { heartbeats: new Map(), cohorts: new Map() };
}

/** A source found stale, or an event not yet seen, is asked for again after this long. */
export const heartbeatPatience = 10_000;
