import type { CompiledModel } from '../../compile/compile.ts';
import { midnightOf } from '../../compile/columns/merge.ts';
import type { Plan, Vantage } from '../../compile/plan.ts';
import { accountEventsQuery, traitHistoryQuery } from '../../compile/queries/account-events.ts';
import { traitDays, wholeDaysQuery } from '../../compile/queries/ingredients.ts';
import type { EventStore } from '../../store/events/store.ts';
import type { Slice } from '../in-process/merge.ts';
import type { ReceivedEvent } from '../in-process/raw-event.ts';
import type { TraitRow } from '../in-process/trait-states.ts';
import type { WarmAccount } from './account.ts';

/** Accounts asked for at a time. */
const batchSize = 1_000;

/** Reads the older events that deciding needs of some accounts. */
export type ReadLifecycle = (accounts: readonly string[]) => Promise<ReadonlyMap<string, readonly ReceivedEvent[]>>;

/**
 * Reads what is remembered of the accounts of a vantage. Finished days must be rolled up. What is read may hold more
 * than the given revisions say, never less. Accounts of which nothing is stored are there, empty.
 */
export async function readAccounts(
  events: EventStore,
  view: { readonly compiled: CompiledModel; readonly vantage: Vantage; readonly plan: Plan },
  revisions: ReadonlyMap<string, number>,
  readLifecycle: ReadLifecycle,
): Promise<Map<string, WarmAccount>> {
  const found = new Map<string, WarmAccount>();
  const accounts = [...revisions.keys()].toSorted();
  for (let start = 0; start < accounts.length; start += batchSize) {
    const some = accounts.slice(start, start + batchSize);
    const [read, lifecycles] = await Promise.all([readSome(events, view, some), readLifecycle(some)]);
    for (const account of some) {
      const { slices, happened, traits } = read(account);
      found.set(account, {
        revision: revisions.get(account) ?? 0,
        slices,
        events: happened,
        lifecycle: lifecycles.get(account) ?? [],
        traits,
      });
    }
  }
  return found;
}

async function readSome(
  events: EventStore,
  { compiled, vantage, plan }: { compiled: CompiledModel; vantage: Vantage; plan: Plan },
  accounts: readonly string[],
) {
  const some = { ...vantage, accounts };
  const kind = compiled.model.account === 'person' ? 'person' : 'account';
  const [days, happened, histories] = await Promise.all([
    events.query({
      ...wholeDaysQuery(compiled, some, plan),
      row: (raw) => raw['slice'] as [string, number, ...unknown[]],
    }),
    events.query({
      ...accountEventsQuery(some, plan),
      row: (raw) => ({ account: String(raw['account']), event: rawEvent(raw['event'] as EventTuple) }),
    }),
    events.query({
      ...traitHistoryQuery(some, traitDays(plan), midnightOf(vantage.asOf), kind),
      row: (raw) => raw['history'] as [string, string, TraitRow[], TraitRow[]],
    }),
  ]);
  const daysOf = Map.groupBy(days, ([account]) => account);
  const eventsOf = Map.groupBy(happened, ({ account }) => account);
  const historiesOf = Map.groupBy(histories, ([account]) => account);
  return (account: string) => ({
    slices: (daysOf.get(account) ?? []).map(([, start, ...cells]): Slice => ({ start, cells })),
    happened: new Map((eventsOf.get(account) ?? []).map(({ event }) => [event.id, event])),
    traits: new Map(
      (historiesOf.get(account) ?? []).map(([, name, newest, during]) => [name, [...newest, ...during]] as const),
    ),
  });
}

export type EventTuple = readonly [
  time: number,
  id: string,
  kind: ReceivedEvent['kind'],
  name: string,
  person: string,
  texts: Record<string, string>,
  numbers: Record<string, number>,
  times: Record<string, number>,
  receivedAt: number,
];

/** A row of the queries for events. */
export function rawEvent([time, id, kind, name, person, texts, numbers, times, receivedAt]: EventTuple): ReceivedEvent {
  return { time, id, kind, name, person, texts, numbers, times, receivedAt };
}
