import type { Moment, Trigger } from '../model/resolved-moments.ts';
import type { ConditionState, Journey } from './journey.ts';
import { ended, holds, isActive, type Look, occurrencesOf, planned, type Sought, watchedSince } from './look.ts';

/** Of a moment that the account did not get for a while, what was before does not count. */
function heldSince(moment: Moment, journey: Journey): ConditionState {
  const state = stateOf(moment.id, journey);
  const before = state.trueSince !== null && state.trueSince < (watchedSince(moment, journey) ?? Infinity);
  return before ? { trueSince: null, fired: false, cycle: state.cycle } : state;
}

/** The state of a condition; of one that never held there is none in the journey. */
export function stateOf(moment: string, { conditions }: Journey): ConditionState {
  const known = Object.hasOwn(conditions, moment) ? conditions[moment] : undefined;
  return known ?? { trueSince: null, fired: false, cycle: 0 };
}

/**
 * One occurrence per time that the condition begins to hold and holds for `for`. It is armed again when it does not hold,
 * which includes that it is not known, that the account left the phase, and that its segment does not get the moment.
 */
export function condition(
  moment: Moment,
  trigger: Extract<Trigger, { kind: 'condition' }>,
  look: Look,
  journey: Journey,
): Sought {
  if (!look.present) return { wanted: [], changes: [], next: Infinity };
  const { trueSince, fired, cycle } = heldSince(moment, journey);
  if (!isActive(moment, journey) || !holds(trigger.when, look, journey)) {
    const held = occurrencesOf(moment, journey).filter((one) => one.state === 'planned');
    return {
      wanted: [],
      changes: held.map((one) => ended(one, 'cancelled', look.at, { kind: 'condition' })),
      next: Infinity,
      condition: { trueSince: null, fired: false, cycle },
    };
  }
  const since = trueSince ?? look.at;
  const at = since + trigger.for;
  const waiting = !fired && at > look.at;
  if (fired || waiting) {
    const next = waiting ? at : Infinity;
    return { wanted: [], changes: [], next, condition: { trueSince: since, fired, cycle } };
  }
  const cause = { kind: 'condition', cycle: cycle + 1, at: since } as const;
  const times = { opensAt: at, dueAt: trigger.within === null ? null : at + trigger.within };
  return {
    wanted: [planned(moment, cause, times, look, journey)],
    changes: [],
    next: Infinity,
    condition: { trueSince: since, fired: true, cycle: cycle + 1 },
  };
}
