import { type HistoryNeed, historyQueries } from '../compile/queries/history.ts';
import type { EventStore } from '../store/events/store.ts';
import type { ReceivedEvent } from './in-process/raw-event.ts';
import type { TraitRow } from './in-process/trait-states.ts';
import { type EventTuple, rawEvent } from './warm/read.ts';

/** A value of a trait, and when it came. */
export interface ReceivedTrait {
  readonly name: string;
  readonly receivedAt: number;
  readonly row: TraitRow;
}

/** Everything that is stored of an account, in any order. */
export interface StoredHistory {
  readonly events: readonly ReceivedEvent[];
  readonly traits: readonly ReceivedTrait[];
}

/** Reads all that was received of some accounts by an instant; those of which nothing was are left out. */
export async function readHistories(store: EventStore, need: HistoryNeed): Promise<ReadonlyMap<string, StoredHistory>> {
  const queries = historyQueries(need);
  const [events, traits] = await Promise.all([
    store.query({
      ...queries.events,
      row: (raw) => ({ account: String(raw['account']), event: rawEvent(raw['event'] as EventTuple) }),
    }),
    store.query({
      ...queries.traits,
      row: (raw) => ({ account: String(raw['account']), trait: raw['trait'] as [string, number, TraitRow] }),
    }),
  ]);
  const found = new Map<string, { events: ReceivedEvent[]; traits: ReceivedTrait[] }>();
  const of = (account: string) => {
    const known = found.get(account) ?? { events: [], traits: [] };
    found.set(account, known);
    return known;
  };
  for (const { account, event } of events) of(account).events.push(event);
  for (const {
    account,
    trait: [name, receivedAt, row],
  } of traits)
    of(account).traits.push({ name, receivedAt, row });
  return found;
}
