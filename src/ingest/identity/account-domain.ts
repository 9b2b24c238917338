import { recordAudit } from '../../store/state/audit.ts';
import { insertLines } from '../loader/insert.ts';
import type { LoadDeps } from '../loader/batch.ts';
import { dayOf } from '../loader/day.ts';
import { moveLines } from '../loader/rows.ts';
import { attribute } from './attribution.ts';
import { readAccounts } from './read.ts';
import { storedColumns, storedEvent, type StoredEvent } from './stored-events.ts';
import { raiseRevisions, writeMarks, writeSeenAccounts } from './write.ts';

/** Says which account owns an e-mail domain: people that no group call has placed belong to it, also for the past. */
export async function setAccountDomain(
  deps: LoadDeps,
  { workspace, domain, account }: { workspace: string; domain: string; account: string },
): Promise<number> {
  const owned = domain.trim().toLowerCase();
  return deps.state.exclusively(`load:${workspace}`, async () => {
    const owner = await deps.state.within(workspace, async (state) => {
      // An account that was merged away would come back as the owner of new events.
      const stays = (await readAccounts(state, workspace)).get(account) ?? account;
      const before = await state
        .selectFrom('account_domain')
        .select('account_id as account')
        .where('workspace_id', '=', workspace)
        .where('domain', '=', owned)
        .executeTakeFirst();
      await state
        .insertInto('account_domain')
        .values({ workspace_id: workspace, domain: owned, account_id: stays })
        .onConflict((conflict) => conflict.columns(['workspace_id', 'domain']).doUpdateSet({ account_id: stays }))
        .execute();
      const change = { before: before ?? null, after: { account: stays } };
      await recordAudit(state, { workspace, action: 'domain.set', subject: { kind: 'domain', id: owned }, change });
      return stays;
    });
    return placeByDomain(deps, workspace, owned, owner);
  });
}

async function placeByDomain(deps: LoadDeps, workspace: string, domain: string, account: string): Promise<number> {
  const { events } = deps;
  const people = await events.query({
    name: 'people-of-domain',
    sql: `SELECT id FROM ${events.table('traits')} FINAL
      WHERE workspace = {workspace:String} AND kind = 'person' AND trait IN ('email', 'Email') AND removed = 0
      GROUP BY id HAVING lower(splitByChar('@', argMax(text, (time, message)))[-1]) = {domain:String}`,
    params: { workspace, domain },
    row: (raw) => String(raw['id']),
  });
  const placed = await deps.state.within(workspace, (state) =>
    state
      .selectFrom('membership')
      .select('person_id')
      .distinct()
      .where('workspace_id', '=', workspace)
      .where('person_id', 'in', ['', ...people])
      .execute(),
  );
  const members = new Set(placed.map(({ person_id }) => person_id));
  const byDomain = new Map(people.filter((id) => !members.has(id)).map((id) => [id, account]));
  const stored = await events.query({
    name: 'events-of-people',
    sql: `SELECT ${storedColumns} FROM ${events.table('events')} FINAL
      WHERE workspace = {workspace:String} AND group_id = '' AND person IN {people:Array(String)}`,
    params: { workspace, people: [...byDomain.keys()] },
    row: storedEvent,
  });
  const identity = {
    accountKind: 'group' as const,
    links: new Map(),
    timelines: new Map(),
    accounts: new Map(),
    byDomain,
  };
  const moves = stored
    .map((event) => {
      const placeable = { userId: event.person, anonymousId: '', groupId: event.group_id, time: event.time };
      return { event, account: attribute(identity, placeable).account, person: event.person };
    })
    .filter((move) => move.account !== move.event.account);
  await insertLines(events, 'events', moves.flatMap(moveLines));
  await markMoves(deps, workspace, account, stored);
  return moves.length;
}

async function markMoves(
  deps: LoadDeps,
  workspace: string,
  account: string,
  stored: readonly StoredEvent[],
): Promise<void> {
  const now = deps.clock.now();
  const times = stored.map(({ time }) => time);
  const sight = {
    first: times.reduce((one, other) => Math.min(one, other), Infinity),
    last: times.reduce((one, other) => Math.max(one, other), -Infinity),
  };
  const marks = new Map<string, { days: Set<number>; receivedAt: number }>();
  for (const { account: old, time } of stored) {
    for (const one of [old, account]) {
      const mark = marks.get(one) ?? { days: new Set<number>(), receivedAt: now };
      mark.days.add(dayOf(time));
      if (one !== '') marks.set(one, mark);
    }
  }
  await deps.state.within(workspace, async (state) => {
    if (stored.length > 0) await writeSeenAccounts(state, workspace, new Map([[account, sight]]));
    await raiseRevisions(state, workspace, [...marks.keys()]);
    await writeMarks(state, workspace, marks, { today: dayOf(now) });
  });
}
