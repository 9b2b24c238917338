import { eventHistoryQuery, traitRowsQuery } from '../compile/queries/account-events.ts';
import type { ReceivedEvent } from '../evaluate/in-process/raw-event.ts';
import type { TraitRow } from '../evaluate/in-process/trait-states.ts';
import { type EventTuple, rawEvent } from '../evaluate/warm/read.ts';
import type { Core } from './core.ts';
import { readHolders } from './team.ts';

/** All that is stored about one account, up to an instant. */
export interface AccountHistory {
  readonly account: string;
  /** UTC milliseconds. */
  readonly knownSince: number;
  /** In order. */
  readonly events: readonly ReceivedEvent[];
  /** By trait, in order. */
  readonly traits: ReadonlyMap<string, readonly TraitRow[]>;
  /** Who holds which role now. */
  readonly holders: ReadonlyMap<string, string>;
}

/** Which histories to read. */
export interface HistoriesRequest {
  readonly workspace: string;
  /** What an account is. */
  readonly kind: 'group' | 'person';
  /** Only events of these names; null: all. */
  readonly names: readonly string[] | null;
  /** UTC milliseconds. */
  readonly until: number;
}

/** With a few thousand events each these are some 100 MB. */
const accountsPerBlock = 100;

/** The histories of all accounts that were known by an instant, in blocks, by account. */
export async function* readHistories(core: Core, request: HistoriesRequest): AsyncIterable<readonly AccountHistory[]> {
  const { workspace, until } = request;
  let after = '';
  for (;;) {
    const from = after;
    const { rows, holders } = await core.state.within(workspace, async (db) => {
      const found = await db
        .selectFrom('account')
        .select(['id', 'first_seen_at'])
        .where('id', '>', from)
        .where('first_seen_at', '<=', new Date(until))
        .orderBy('id')
        .limit(accountsPerBlock)
        .execute();
      return {
        rows: found,
        holders: await readHolders(
          db,
          found.map(({ id }) => id),
        ),
      };
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    const read = await readStored(
      core,
      request,
      rows.map(({ id }) => id),
    );
    yield rows.map(({ id, first_seen_at }) => ({
      account: id,
      knownSince: first_seen_at.getTime(),
      holders: holders.get(id) ?? new Map<string, string>(),
      ...read(id),
    }));
    after = last.id;
  }
}

async function readStored(
  { events }: Core,
  { workspace, kind, names, until }: HistoriesRequest,
  accounts: readonly string[],
): Promise<(account: string) => Pick<AccountHistory, 'events' | 'traits'>> {
  const [happened, given] = await Promise.all([
    events.query({
      ...eventHistoryQuery(events.table('events'), { workspace, accounts, names, until }),
      row: (raw) => ({ account: String(raw['account']), event: rawEvent(raw['event'] as EventTuple) }),
    }),
    events.query({
      ...traitRowsQuery(
        events.table('traits'),
        { workspace, accounts, until },
        kind === 'person' ? 'person' : 'account',
      ),
      row: (raw) => ({ account: String(raw['id']), name: String(raw['name']), row: raw['state'] as TraitRow }),
    }),
  ]);
  const eventsOf = Map.groupBy(happened, ({ account }) => account);
  const traitsOf = Map.groupBy(given, ({ account }) => account);
  return (account) => ({
    events: (eventsOf.get(account) ?? []).map(({ event }) => event),
    traits: new Map(
      [...Map.groupBy(traitsOf.get(account) ?? [], ({ name }) => name)].map(([name, rows]) => [
        name,
        rows.map(({ row }) => row),
      ]),
    ),
  });
}
