import { lateness } from './event.ts';
import { hasEnded, type Journey, type MomentModel, type Occurrence, type OccurrenceChange } from './journey.ts';

/** How long an event can be on its way to a look: what is younger may not have been seen by the last one. */
export const unseen = 2 * lateness;

/**
 * The occurrences that later decisions depend on: those that have not ended, the newest of each moment, dates ahead, and
 * what ended so lately that a late event or a limit of the model can look back to it.
 */
export function retained(model: MomentModel, journey: Journey): readonly Occurrence[] {
  const since = journey.decidedAt - unseen - longestSpan(model);
  const newest = new Map<string, Occurrence>();
  for (const one of journey.occurrences) {
    const other = newest.get(one.moment);
    if (other === undefined || ageOf(one) >= ageOf(other)) newest.set(one.moment, one);
  }
  const kept = journey.occurrences.filter(
    (one) =>
      !hasEnded(one) || newest.get(one.moment) === one || Math.max(one.endedAt ?? -Infinity, one.cause.at) > since,
  );
  return kept.length === journey.occurrences.length ? journey.occurrences : kept;
}

/** A silence is as old as its beginning: its deadline moves with the model. */
function ageOf({ cause }: Occurrence): number {
  return cause.kind === 'absence' ? cause.since : cause.at;
}

/** How far the limits of a model look back. */
function longestSpan({ moments, policy }: MomentModel): number {
  const spans = moments.map(({ notWithin, trigger }) =>
    Math.max(notWithin?.span ?? 0, trigger.kind === 'event' ? (trigger.atMostOncePer ?? 0) : 0),
  );
  return Math.max(policy?.per ?? 0, ...spans);
}

/**
 * Leaves out new milestones of phases that were over before the account was watched. A history that is brought in moves
 * the account through its phases, but nobody is told of work that was due years ago.
 */
export function withoutBygones(
  previous: readonly Occurrence[],
  journey: Journey,
  changes: readonly OccurrenceChange[],
): { readonly journey: Journey; readonly changes: readonly OccurrenceChange[] } {
  const known = new Set(previous.map(({ id }) => id));
  const bygone = journey.occurrences.filter((one) => !known.has(one.id) && isBygone(one, journey));
  if (bygone.length === 0) return { journey, changes };
  const ids = new Set(bygone.map(({ id }) => id));
  return {
    journey: { ...journey, occurrences: journey.occurrences.filter(({ id }) => !ids.has(id)) },
    changes: changes.filter(({ after }) => !ids.has(after.id)),
  };
}

function isBygone({ cause }: Occurrence, { entered, watchedSince }: Journey): boolean {
  if (cause.kind !== 'phase') return false;
  const entry = entered.find(({ phase, at }) => phase === cause.phase && at === cause.at);
  return entry !== undefined && entry.endedAt !== null && entry.endedAt <= watchedSince;
}
