import type { EvaluationMemory } from '../evaluate/memory.ts';
import type { LoadBatch } from '../ingest/loader/batch.ts';

/**
 * Moves the remembered heartbeats forward with what was just loaded, so that the first event of a name, or the first
 * after a silence, counts at once in the next live evaluation.
 */
export function noteHeartbeats(memory: EvaluationMemory, batch: Pick<LoadBatch, 'workspace' | 'messages'>): void {
  const remembered = memory.heartbeats.get(batch.workspace);
  if (!remembered) return;
  const heartbeats = new Map(remembered.heartbeats);
  for (const { kind, name, time } of batch.messages) {
    if (kind !== 'track' && kind !== 'page' && kind !== 'screen') continue;
    const known = heartbeats.get(name);
    heartbeats.set(name, { first: Math.min(known?.first ?? time, time), last: Math.max(known?.last ?? time, time) });
  }
  memory.heartbeats.set(batch.workspace, { asOf: remembered.asOf, heartbeats });
}
