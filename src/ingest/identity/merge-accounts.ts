import type { Query } from '../../store/events/store.ts';
import { recordAudit } from '../../store/state/audit.ts';
import { insertLines } from '../loader/insert.ts';
import type { LoadDeps } from '../loader/batch.ts';
import { dayOf } from '../loader/day.ts';
import { moveLines } from '../loader/rows.ts';
import { newestTraits } from './newest-traits.ts';
import { readAccounts } from './read.ts';
import { storedColumns, storedEvent, type StoredEvent } from './stored-events.ts';
import { raiseRevisions, writeMarks, writeTraits } from './write.ts';

/** How many events are moved by one insert. */
const chunk = 20_000;

/** Two accounts are one: everything known or still to come under `from` belongs to `into`. */
export interface AccountMerge {
  readonly workspace: string;
  readonly from: string;
  readonly into: string;
}

/** The merge cannot be done as asked. */
export class ImpossibleMerge extends Error {
  override readonly name = 'ImpossibleMerge';
}

/**
 * Merges an account into another. Running it again finishes one that was interrupted and otherwise changes nothing.
 * Resolves with the number of events moved; throws `ImpossibleMerge`, and changes nothing, where it cannot be done.
 */
export async function mergeAccounts(deps: LoadDeps, merge: AccountMerge): Promise<number> {
  const { workspace, from } = merge;
  return deps.state.exclusively(`load:${workspace}`, async () => {
    const target = await rememberMerge(deps, merge);
    let moved = 0;
    for (;;) {
      const events = await deps.events.query(eventsOfAccount(deps, workspace, from));
      const lines = events.flatMap((event) => moveLines({ event, account: target, person: event.person }));
      await insertLines(deps.events, 'events', lines);
      moved += events.length;
      if (events.length < chunk) break;
    }
    await moveTraits(deps, workspace, from, target);
    await finish(deps, merge, target);
    deps.log.info({ workspace, from, into: target, moved }, 'Two accounts are one now.');
    return moved;
  });
}

/** From now on events under the old id are attributed to the new one. Resolves with where the chain of merges ends. */
async function rememberMerge({ state, clock }: LoadDeps, { workspace, from, into }: AccountMerge): Promise<string> {
  return state.within(workspace, async (transaction) => {
    const known = await readAccounts(transaction, workspace);
    const target = known.get(into) ?? into;
    const merged = known.get(from);
    if (from === into) throw new ImpossibleMerge(`${from} cannot be merged into itself.`);
    if (target === from) throw new ImpossibleMerge(`${into} was merged into ${from} before; ${from} stays.`);
    // What was stored under `from` lies in `merged` by now: sending only new events elsewhere would split its history.
    if (merged !== undefined && merged !== target)
      throw new ImpossibleMerge(`${from} was merged into ${merged}; merge ${merged} instead.`);
    const linked = new Date(clock.now());
    await transaction
      .insertInto('account_alias')
      .values({ workspace_id: workspace, alias: from, account_id: target, linked_at: linked })
      .onConflict((conflict) =>
        conflict.columns(['workspace_id', 'alias']).doUpdateSet({ account_id: target, linked_at: linked }),
      )
      .execute();
    await transaction
      .updateTable('membership')
      .set({ account_id: target })
      .where('workspace_id', '=', workspace)
      .where('account_id', '=', from)
      .execute();
    await transaction
      .updateTable('account_domain')
      .set({ account_id: target })
      .where('workspace_id', '=', workspace)
      .where('account_id', '=', from)
      .execute();
    if (merged === undefined) {
      const change = { after: { into: target } };
      const subject = { kind: 'account', id: from };
      await recordAudit(transaction, { workspace, action: 'account.merged', subject, change });
    }
    return target;
  });
}

function eventsOfAccount({ events }: LoadDeps, workspace: string, account: string): Query<StoredEvent> {
  return {
    name: 'events-of-account',
    sql: `SELECT ${storedColumns} FROM ${events.table('events')} FINAL
      WHERE workspace = {workspace:String} AND account = {account:String} LIMIT {chunk:UInt32}`,
    params: { workspace, account, chunk },
    row: storedEvent,
  };
}

async function moveTraits({ events, clock }: LoadDeps, workspace: string, from: string, into: string): Promise<void> {
  const table = events.table('traits');
  const values = 'trait, time, message, received_at, text, number, moment, removed, segment';
  const copy = (id: string, deleted: 0 | 1, name: string): Promise<void> =>
    events.execute({
      name,
      sql: `INSERT INTO ${table} (workspace, kind, id, ${values}, version, deleted)
        SELECT workspace, kind, {id:String}, ${values}, {version:UInt64}, {deleted:UInt8} FROM ${table} FINAL
        WHERE workspace = {workspace:String} AND kind = 'account' AND id = {from:String}`,
      params: { workspace, from, id, version: clock.now(), deleted },
    });
  await copy(into, 0, 'copy-traits-of-merged-account');
  await copy(from, 1, 'remove-traits-of-merged-account');
}

/** The rows of both accounts, and the marks: every day on which the old account ever had an event. */
async function finish(deps: LoadDeps, { workspace, from }: AccountMerge, target: string): Promise<void> {
  const days = await deps.events.query({
    name: 'days-of-account',
    sql: `SELECT DISTINCT toUnixTimestamp64Milli(toDateTime64(day, 3, 'UTC')) AS at FROM ${deps.events.table('events')}
      WHERE workspace = {workspace:String} AND account = {from:String}`,
    params: { workspace, from },
    row: (raw) => dayOf(Number(raw['at']) + 1),
  });
  const traits = await newestTraits(deps.events, workspace, { people: [], accounts: [target] });
  const now = deps.clock.now();
  const marks = new Map([from, target].map((account) => [account, { days: new Set(days), receivedAt: now }]));
  await deps.state.within(workspace, async (state) => {
    const old = await state
      .deleteFrom('account')
      .where('workspace_id', '=', workspace)
      .where('id', '=', from)
      .returning(['first_seen_at', 'last_seen_at', 'name'])
      .executeTakeFirst();
    if (old) {
      await state
        .insertInto('account')
        .values({ workspace_id: workspace, id: target, ...old })
        .onConflict((conflict) =>
          conflict.columns(['workspace_id', 'id']).doUpdateSet((row) => ({
            first_seen_at: row.fn<Date>('least', ['account.first_seen_at', 'excluded.first_seen_at']),
            last_seen_at: row.fn<Date>('greatest', ['account.last_seen_at', 'excluded.last_seen_at']),
          })),
        )
        .execute();
    }
    await writeTraits(state, workspace, traits);
    await raiseRevisions(state, workspace, [target]);
    await writeMarks(state, workspace, marks, { today: dayOf(now) });
  });
}
