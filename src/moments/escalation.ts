import type { Escalation } from '../model/resolved-moments.ts';
import type { Journey, OccurrenceChange } from './journey.ts';
import { change, type Look, type Verdict, verdict } from './look.ts';

/**
 * Takes the steps of what is overdue, in order, each once. The role of a step gets the occurrence, unless a person handed
 * it to somebody: then that member keeps it and the role is told.
 */
export function escalateOccurrences(look: Look, journey: Journey): Verdict {
  const changes: OccurrenceChange[] = [];
  let next = Infinity;
  for (const one of journey.occurrences) {
    const steps: readonly Escalation[] = look.moments.get(one.moment)?.escalate ?? [];
    if (one.state !== 'open' || one.dueAt === null) continue;
    let before = one;
    for (let taken = one.escalation; taken < steps.length; taken++) {
      const step = steps[taken];
      if (step === undefined || one.dueAt + step.after > look.at) break;
      const handed = step.to === null || one.assignedTo !== null;
      const doneBy = handed ? before.doneBy : { kind: 'person' as const, roles: [step.to] };
      const taking = change(before, { escalation: taken + 1, doneBy }, { kind: 'escalation', step: taken });
      changes.push(taking);
      before = taking.after;
    }
    const waiting = steps[before.escalation];
    if (waiting !== undefined) next = Math.min(next, one.dueAt + waiting.after);
  }
  return verdict(journey, changes, next);
}
