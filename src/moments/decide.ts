import { escalateOccurrences } from './escalation.ts';
import { completeOccurrences } from './completion.ts';
import { missOccurrences } from './deadline.ts';
import { eventLog } from './event-log.ts';
import type { Decision, Journey, MomentModel, Observed, OccurrenceChange } from './journey.ts';
import type { Look, Step, Verdict } from './look.ts';
import { openOccurrences } from './opening.ts';
import { movePhases } from './phases.ts';
import { retained, unseen, withoutBygones } from './retain.ts';
import { retireOccurrences } from './retire.ts';
import { wakeOccurrences } from './snooze.ts';
import { watchedFrom, watchMoments } from './watch.ts';
import { isZone } from './zone.ts';

const yearMs = 366 * 86_400_000;

/** What is decided at one instant, in this order, until nothing changes any more. */
const steps: readonly Step[] = [
  watchMoments,
  movePhases,
  retireOccurrences,
  openOccurrences,
  completeOccurrences,
  missOccurrences,
  escalateOccurrences,
  wakeOccurrences,
];

/**
 * Decides what should happen with an account, given what was decided before and what is observed now.
 *
 * It goes through the instants since the last decision at which something happens (an event, a date, a deadline), in
 * order, and decides at each one with what had happened by then. So a look that comes late says the same as looks at
 * every instant; only what is known of the present alone (conditions, segment, model) is as of now.
 */
export function decide(
  model: MomentModel,
  modelVersion: number,
  previous: Journey | null,
  observed: Observed,
): Decision {
  const now = Math.max(observed.now, previous?.decidedAt ?? -Infinity);
  const log = eventLog(observed.events);
  const moments = new Map(model.moments.map((moment) => [moment.id, moment]));
  const zone = isZone(observed.timezone) ? observed.timezone : model.timezone;
  const changes: OccurrenceChange[] = [];
  let journey = previous ?? newJourney(model, observed);
  let eventsFrom = previous === null ? -Infinity : previous.decidedAt - unseen;
  let datesAfter = Math.max(previous?.decidedAt ?? -Infinity, now - yearMs);
  let at = previous?.decidedAt ?? beginning(observed);
  for (;;) {
    at = Math.min(at, now);
    const look = { model, moments, modelVersion, observed, log, zone, at, present: at === now, datesAfter, eventsFrom };
    const settled = settle(look, journey);
    changes.push(...settled.changes);
    journey = settled.journey;
    if (look.present) return decision(model, previous, { ...settled, changes }, now);
    eventsFrom = at;
    datesAfter = Math.max(datesAfter, at);
    at = settled.next;
  }
}

/** Runs the steps until a round changes nothing: what one decides can be the ground of another. */
function settle(look: Look, journey: Journey): Verdict {
  const changes: OccurrenceChange[] = [];
  let settled = journey;
  // Each phase and moment can be the ground of one more round; more would be steps that contradict each other.
  const rounds = 8 + 4 * (look.model.phases.length + look.model.moments.length);
  for (let round = 0; ; round++) {
    const before = settled;
    let next = Infinity;
    for (const step of steps) {
      const verdict = step(look, settled);
      settled = verdict.journey;
      changes.push(...verdict.changes);
      next = Math.min(next, verdict.next);
    }
    if (settled === before) return { journey: settled, changes, next };
    if (round > rounds) throw new Error(`deciding does not settle for ${look.observed.account} at ${look.at}`);
  }
}

function decision(model: MomentModel, previous: Journey | null, settled: Verdict, now: number): Decision {
  const { journey, changes } = withoutBygones(previous?.occurrences ?? [], settled.journey, settled.changes);
  const decided = { ...journey, decidedAt: now };
  const from = previous?.phase ?? null;
  const to = decided.phase;
  const last = decided.entered.at(-1);
  const at = last === undefined ? now : (last.endedAt ?? last.at);
  return {
    journey: { ...decided, occurrences: retained(model, decided) },
    changes,
    phaseChange: from === to ? null : { from, to, at },
    nextAt: settled.next === Infinity ? null : settled.next,
  };
}

function newJourney(model: MomentModel, observed: Observed): Journey {
  const { watchedSince, now } = observed;
  return {
    decidedAt: now,
    phase: null,
    phaseSince: null,
    entered: [],
    watchedSince,
    watched: watchedFrom(model, observed, watchedSince),
    conditions: {},
    occurrences: [],
  };
}

/** The first look at an account begins before anything happened. */
function beginning({ knownSince, events }: Observed): number {
  return events.reduce((first, { time }) => Math.min(first, time), knownSince);
}
