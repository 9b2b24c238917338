import type { ResolvedModel } from '../../model/resolved.ts';
import type { Moment } from '../../model/resolved-moments.ts';

/** What of a model flow reads. */
export interface FlowPlan {
  /** Moments that happen once in their phase: milestones, and schedules with one date. */
  readonly once: ReadonlySet<string>;
  /** Moments with many dates. */
  readonly recurring: ReadonlySet<string>;
  /** The moment with which a customer has first value; null: the model has none. */
  readonly value: string | null;
}

/**
 * What flow reads of a model. First value is the moment that is named, else what completes the first phase that has
 * milestones, else the one that is due first in it.
 */
export function flowPlan(model: Pick<ResolvedModel, 'phases' | 'moments'>, value: string | null = null): FlowPlan {
  const once = model.moments.filter(happensOnce);
  const recurring = model.moments.filter((one) => one.trigger.kind === 'schedule' && !happensOnce(one));
  return {
    once: new Set(once.map(({ id }) => id)),
    recurring: new Set(recurring.map(({ id }) => id)),
    value: value ?? firstValue(model, once),
  };
}

function happensOnce({ trigger }: Moment): boolean {
  return trigger.kind === 'milestone' || (trigger.kind === 'schedule' && /(?:^|;)COUNT=1(?:;|$)/.test(trigger.rrule));
}

function firstValue({ phases }: Pick<ResolvedModel, 'phases'>, once: readonly Moment[]): string | null {
  for (const { id, ends } of phases) {
    const own = once.filter(({ phase }) => phase === id);
    const completing = own.find((one) => ends?.kind === 'completed' && ends.moment === one.id);
    const [first] = own.toSorted((a, b) => dueOf(a) - dueOf(b));
    if (completing !== undefined || first !== undefined) return (completing ?? first)?.id ?? null;
  }
  return null;
}

/** Dates of single accounts come after what is due for all, in the order of the model. */
function dueOf({ trigger }: Moment): number {
  return trigger.kind === 'milestone' ? trigger.due : Infinity;
}
