import type { ReceivedEvent } from '../in-process/raw-event.ts';
import type { Slice } from '../in-process/merge.ts';
import type { TraitRow } from '../in-process/trait-states.ts';

/** What is remembered of an account: enough to evaluate it at any instant of one UTC day without asking the engine. */
export interface WarmAccount {
  /** Everything up to this revision is in here. */
  readonly revision: number;
  /** Finished days that no window cuts, put together between the ends of windows. */
  readonly slices: readonly Slice[];
  /** Events of the cut days and of the running day, by id. */
  readonly events: ReadonlyMap<string, ReceivedEvent>;
  /** Older events that deciding moments needs. */
  readonly lifecycle: readonly ReceivedEvent[];
  /** By trait. */
  readonly traits: ReadonlyMap<string, readonly TraitRow[]>;
}

/** What a load did to an account. */
export interface Note {
  /** The revision it gave to the account. */
  readonly revision: number;
  /** Null: it changed what cannot be told by new events and traits alone, so that the account must be read again. */
  readonly news: News | null;
}

/** Events of the running day, and traits. */
export interface News {
  readonly events: readonly ReceivedEvent[];
  readonly traits: readonly { readonly name: string; readonly row: TraitRow }[];
}

/** An account of which nothing is stored. */
export const nothing: WarmAccount = { revision: 0, slices: [], events: new Map(), lifecycle: [], traits: new Map() };

/**
 * The account after the loads that followed, as far as they follow without a gap. Null when it has to be read again.
 * Pure; an event that is there already (a read can be ahead of its revision) changes nothing.
 */
export function afterLoads(account: WarmAccount, notes: readonly Note[]): WarmAccount | null {
  const next = notes.filter(({ revision }) => revision > account.revision).toSorted((a, b) => a.revision - b.revision);
  if (next.length === 0) return account;
  const events = new Map(account.events);
  const traits = new Map(account.traits);
  let revision = account.revision;
  for (const note of next) {
    if (note.revision !== revision + 1 || note.news === null) return null;
    revision = note.revision;
    for (const event of note.news.events) events.set(event.id, event);
    for (const { name, row } of note.news.traits) traits.set(name, [...(traits.get(name) ?? []), row]);
  }
  return { ...account, revision, events, traits };
}
