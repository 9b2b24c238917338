import type { Moment } from '../model/resolved-moments.ts';
import { absence } from './absence.ts';
import { condition, stateOf } from './condition.ts';
import { event } from './event.ts';
import type { ConditionState, Journey, Occurrence, OccurrenceChange, Reason } from './journey.ts';
import { doerOf, type Look, type Sought, type Verdict, verdict } from './look.ts';
import { milestone } from './milestone.ts';
import { gateOf } from './policy.ts';
import { schedule } from './schedule.ts';

/** Asks the trigger of every moment, and opens what is to open now, in the order in which it should. */
export function openOccurrences(look: Look, journey: Journey): Verdict {
  const sought = look.model.moments.map((moment) => seek(moment, look, journey));
  const triggered = verdict(
    withConditions(journey, look, sought),
    sought.flatMap(({ changes }) => changes),
    Math.min(...sought.map(({ next }) => next), Infinity),
  );
  const wanted = sought.flatMap(({ wanted: ones }) => ones);
  const occurrences = new Map([...triggered.journey.occurrences, ...wanted].map((one) => [one.id, one]));
  const due = Array.from(occurrences.values()).filter(
    ({ state, opensAt }) => state === 'planned' && opensAt <= look.at,
  );
  const fresh = new Set(wanted);
  const changes: OccurrenceChange[] = [];
  for (const one of inOrder(due, look)) {
    const moment = look.moments.get(one.moment);
    if (moment === undefined) continue;
    const { after, reason } = passed(one, moment, [...occurrences.values()], look, triggered.journey);
    occurrences.set(one.id, after);
    changes.push({ before: fresh.has(one) ? null : one, after, reason });
  }
  for (const after of wanted) if (after.opensAt > look.at) changes.push({ before: null, after, reason: null });
  let { next } = triggered;
  for (const { state, opensAt } of occurrences.values()) {
    if (state === 'planned' && opensAt > look.at) next = Math.min(next, opensAt);
  }
  const opened = verdict(triggered.journey, changes, next);
  return { ...opened, changes: [...triggered.changes, ...opened.changes] };
}

/** By opening, then by place in the model. */
function inOrder(due: readonly Occurrence[], { moments }: Look): readonly Occurrence[] {
  if (due.length < 2) return due;
  const places = new Map(Array.from(moments.keys(), (id, place) => [id, place]));
  return due.toSorted(
    (one, other) =>
      one.opensAt - other.opensAt ||
      (places.get(one.moment) ?? 0) - (places.get(other.moment) ?? 0) ||
      (one.id < other.id ? -1 : 1),
  );
}

function seek(moment: Moment, look: Look, journey: Journey): Sought {
  const { trigger } = moment;
  switch (trigger.kind) {
    case 'milestone':
      return milestone(moment, trigger, look, journey);
    case 'schedule':
      return schedule(moment, trigger, look, journey);
    case 'event':
      return event(moment, trigger, look, journey);
    case 'absence':
      return absence(moment, trigger, look, journey);
    case 'condition':
      return condition(moment, trigger, look, journey);
  }
}

/** What the gate makes of an occurrence; who does it is settled when it opens. */
function passed(
  one: Occurrence,
  moment: Moment,
  others: readonly Occurrence[],
  look: Look,
  journey: Journey,
): { readonly after: Occurrence; readonly reason: Reason | null } {
  const gate = gateOf(one, moment, others, look);
  const { observed, modelVersion, at } = look;
  const as = {
    doneBy: doerOf(moment, look),
    segment: observed.segment,
    phase: journey.phase,
    modelVersion,
  };
  switch (gate.kind) {
    case 'open':
      return { after: { ...one, ...as, state: 'open', openedAt: observed.now }, reason: null };
    case 'held':
      return { after: { ...one, opensAt: gate.until }, reason: { kind: 'policy' } };
    case 'skipped':
      return {
        after: { ...one, ...as, state: 'skipped', endedAt: at, endedBy: gate.reason },
        reason: gate.reason,
      };
  }
}

/** Keeps the states of conditions; one that never held is not worth a word. */
function withConditions(journey: Journey, { model }: Look, sought: readonly Sought[]): Journey {
  const states: [string, ConditionState][] = [];
  sought.forEach(({ condition: state }, index) => {
    const id = model.moments[index]?.id ?? '';
    if (state !== undefined && !sameState(state, stateOf(id, journey))) states.push([id, state]);
  });
  if (states.length === 0) return journey;
  return { ...journey, conditions: { ...journey.conditions, ...Object.fromEntries(states) } };
}

function sameState(one: ConditionState, other: ConditionState): boolean {
  return one.trueSince === other.trueSince && one.fired === other.fired && one.cycle === other.cycle;
}
