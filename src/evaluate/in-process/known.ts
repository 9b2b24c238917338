import { traitDays } from '../../compile/queries/ingredients.ts';
import type { View } from './facts.ts';
import type { Ingredients } from './ingredients.ts';
import type { Slice } from './merge.ts';
import type { RawEvent } from './raw-event.ts';
import type { Reducer } from './reduce.ts';
import { type TraitRow, traitStates } from './trait-states.ts';

/** What is known of an account, also of what came after the instant that is asked about. */
export interface Known {
  /** Finished days that no window cuts, where they are put together already. */
  readonly slices: readonly Slice[];
  /** All other events. */
  readonly events: Iterable<RawEvent>;
  /** By trait. */
  readonly traits: ReadonlyMap<string, readonly TraitRow[]>;
}

/** Makes ingredients as of T of what is known of accounts; null where nothing was known by then. */
export function ingredientsMaker(
  { vantage: { asOf }, plan }: View,
  reduce: Reducer,
): (account: string, known: Known) => Ingredients | null {
  const days = traitDays(plan);
  return (account, { slices, events, traits }) => {
    const happened = [...events].filter(({ time }) => time <= asOf);
    const isKnown =
      slices.length + happened.length > 0 || [...traits.values()].some((rows) => rows.some(([time]) => time <= asOf));
    if (!isKnown) return null;
    const states = new Map([...traits].map(([name, rows]) => [name, traitStates(rows, asOf, days)] as const));
    return { account, slices: [...slices, ...reduce(happened, plan.cuts)], traits: states };
  };
}
