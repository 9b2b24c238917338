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

/** Midnights of all workspaces that are remembered: those of today, and those that people look back to. */
const mostCohorts = 200;

/** Keeps what indicators compare with; the oldest is forgotten, so that looking back does not fill the memory. */
export function rememberCohorts(memory: EvaluationMemory, key: string, cohorts: readonly Cohort[]): void {
  memory.cohorts.delete(key);
  memory.cohorts.set(key, cohorts);
  for (const oldest of memory.cohorts.keys()) {
    if (memory.cohorts.size <= mostCohorts) return;
    memory.cohorts.delete(oldest);
  }
}

/** A source found stale, or an event not yet seen, is asked for again after this long. */
export const heartbeatPatience = 10_000;
