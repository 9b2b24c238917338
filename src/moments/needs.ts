import type { EventTest, Moment } from '../model/resolved-moments.ts';
import { currentEntry, hasEnded, type Journey, type MomentModel } from './journey.ts';
import { unseen } from './retain.ts';

/** Events that a decision depends on. */
export interface NeededEvents {
  readonly test: EventTest;
  /** Those at this instant or later; null: all there are. */
  readonly since: number | null;
  /** And the newest one before it. */
  readonly andLast: boolean;
}

/**
 * The events that the next decision depends on. Without a journey the history of what moves phases and completes their
 * milestones is read once, and everything else since the account is watched; after that what is younger than the last
 * decision, with some time for what was on its way.
 */
export function eventsNeeded(
  model: MomentModel,
  journey: Journey | null,
  watchedSince: number,
): readonly NeededEvents[] {
  const all = (test: EventTest): NeededEvents => ({ test, since: null, andLast: false });
  const furthest = model.phases.findLastIndex(({ id }) => journey?.entered.some(({ phase }) => phase === id) ?? false);
  const phases = model.phases.flatMap(({ starts, ends }, place) => [
    ...(starts.kind === 'event' && place > furthest ? [all(starts.test)] : []),
    ...(ends?.kind === 'event' && place >= furthest ? [all(ends.test)] : []),
  ]);
  const ahead = new Set(model.phases.slice(furthest + 1).map(({ id }) => id));
  const recent = journey === null ? watchedSince : journey.decidedAt - unseen;
  return [...phases, ...model.moments.flatMap((moment) => neededBy(moment, journey, recent, ahead))];
}

function neededBy(
  moment: Moment,
  journey: Journey | null,
  recent: number,
  ahead: ReadonlySet<string>,
): readonly NeededEvents[] {
  const { trigger, done } = moment;
  const needed: NeededEvents[] = [];
  if (trigger.kind === 'event') needed.push({ test: trigger.test, since: recent, andLast: false });
  if (trigger.kind === 'absence') needed.push({ test: trigger.test, since: recent - trigger.for, andLast: true });
  if (done?.kind !== 'event') return needed;
  // A milestone opens with its phase, and a phase can turn out to have begun at any time.
  const history = trigger.kind === 'milestone' && ahead.has(moment.phase ?? '');
  return [
    ...needed,
    { test: done.test, since: history ? null : completionsSince(moment, journey, recent), andLast: false },
  ];
}

/** The earliest opening that an event could still complete. */
function completionsSince({ id, phase, trigger }: Moment, journey: Journey | null, recent: number): number {
  if (journey === null) return recent;
  const open = journey.occurrences.filter((one) => one.moment === id && !hasEnded(one)).map(({ opensAt }) => opensAt);
  const entry = currentEntry(journey);
  const begun = trigger.kind === 'milestone' && entry?.phase === phase ? [entry?.at ?? recent] : [];
  const before = trigger.kind === 'schedule' ? trigger.prepare : trigger.kind === 'absence' ? trigger.for : 0;
  return Math.min(recent - before, ...open, ...begun);
}
