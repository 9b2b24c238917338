import type { CompiledModel } from '../../compile/compile.ts';
import type { Plan, Vantage } from '../../compile/plan.ts';
import { ingredientQueries } from '../../compile/queries/ingredients.ts';
import type { EventStore } from '../../store/events/store.ts';
import { compareTexts } from '../../model/expression/version.ts';
import type { Slice } from './merge.ts';

/** A trait as it was at an instant. */
export type TraitState = readonly [text: string, number: number | null, moment: number | null, present: number];

/** All that the evaluation of one account is made of, besides the vantage. */
export interface Ingredients {
  readonly account: string;
  readonly slices: readonly Slice[];
  /** By name; at each of `traitDays`. */
  readonly traits: ReadonlyMap<string, readonly TraitState[]>;
}

/** Reads the ingredients of the accounts of a vantage, in order of account; those nobody has heard of are left out. */
export async function readIngredients(
  events: EventStore,
  compiled: CompiledModel,
  vantage: Vantage,
  plan: Plan,
): Promise<readonly Ingredients[]> {
  const queries = ingredientQueries(compiled, vantage, plan);
  const [traits, ...slices] = await Promise.all([
    events.query({ ...queries.traits, row: (raw) => raw['trait_row'] as [string, string, ...TraitState[]] }),
    ...queries.slices.map((query) =>
      events.query({ ...query, row: (raw) => raw['slice'] as [string, number, ...unknown[]] }),
    ),
  ]);
  const found = new Map<string, { account: string; slices: Slice[]; traits: Map<string, readonly TraitState[]> }>();
  const of = (account: string) => {
    const known = found.get(account) ?? { account, slices: [], traits: new Map<string, readonly TraitState[]>() };
    found.set(account, known);
    return known;
  };
  for (const [account, start, ...cells] of slices.flat()) of(account).slices.push({ start, cells });
  for (const [account, name, ...states] of traits) of(account).traits.set(name, states);
  return [...found.values()].toSorted((a, b) => compareTexts(a.account, b.account));
}
