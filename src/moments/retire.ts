import type { Moment } from '../model/resolved-moments.ts';
import { hasEnded, type Journey, type Occurrence, type OccurrenceChange } from './journey.ts';
import { applies, ended, inPhase, type Look, revived, type Verdict, verdict } from './look.ts';

/**
 * Cancels what is expected no longer: its phase is over, accounts of this segment do not get it, the model does not have
 * it. What a person touched stays, unless the model does not have it. A segment or moment that comes back, brings back
 * what it took.
 */
export function retireOccurrences(look: Look, journey: Journey): Verdict {
  const changes = journey.occurrences.flatMap((one): readonly OccurrenceChange[] => {
    const moment = look.moments.get(one.moment);
    const found = hasEnded(one)
      ? regained(one, moment, look, journey)
      : (lost(one, moment, look) ?? left(one, moment, journey, look));
    return found === null ? [] : [found];
  });
  return verdict(journey, changes, Infinity);
}

/** Segment and model are known of the present only. */
function lost(one: Occurrence, moment: Moment | undefined, look: Look): OccurrenceChange | null {
  const { at, present, modelVersion } = look;
  if (!present) return null;
  if (moment === undefined) return ended(one, 'cancelled', at, { kind: 'model', version: modelVersion });
  return !applies(moment, look.observed) && !one.touched ? ended(one, 'cancelled', at, { kind: 'segment' }) : null;
}

/** The phase of its moment is over. What was due by then is overdue work, and an event still wants its answer. */
function left(one: Occurrence, moment: Moment | undefined, journey: Journey, look: Look): OccurrenceChange | null {
  if (moment === undefined || inPhase(moment, journey) || one.touched) return null;
  if (one.cause.kind === 'event' || one.cause.kind === 'hand') return null;
  const leftAt = journey.entered.findLast(({ phase }) => phase === moment.phase)?.endedAt ?? look.at;
  if (one.state === 'open' && one.dueAt !== null && one.dueAt <= leftAt) return null;
  const endedAt = one.state === 'open' ? Math.max(leftAt, one.opensAt) : leftAt;
  return ended(one, 'cancelled', endedAt, { kind: 'phase', phase: journey.phase });
}

/** A condition fires again by itself, and a date that is over is not brought back. */
function regained(one: Occurrence, moment: Moment | undefined, look: Look, journey: Journey): OccurrenceChange | null {
  const { endedBy, cause, dueAt } = one;
  if (!look.present || moment === undefined || one.state !== 'cancelled' || cause.kind === 'condition') return null;
  if (endedBy?.kind !== 'segment' && endedBy?.kind !== 'model') return null;
  if (!applies(moment, look.observed) || !inPhase(moment, journey)) return null;
  if (cause.kind === 'date' && (dueAt ?? 0) <= look.at) return null;
  const reason = endedBy.kind === 'model' ? { ...endedBy, version: look.modelVersion } : endedBy;
  return revived(one, reason);
}
