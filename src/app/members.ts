import { sql } from 'kysely';
import { badRequest, notFound, Problem, type RequestPart } from '../api/problem.ts';
import type { MemberBody, MemberChange, NewMember } from '../api/team/shapes.ts';
import { isZone } from '../moments/zone.ts';
import { differing, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { changeTeam, markOwners } from './reown.ts';

/** Members of a workspace, by id, with what they have to do. */
export async function listMembers(
  core: Core,
  workspace: string,
  { active }: { active: boolean | null },
): Promise<MemberBody[]> {
  const members = await core.state.within(workspace, (db) => readMembers(db, null));
  return members.filter((one) => active === null || one.active === active);
}

/** One member; 404 when the workspace has none of that id. */
export async function findMember(core: Core, workspace: string, id: string): Promise<MemberBody> {
  return core.state.within(workspace, (db) => readMember(db, id));
}

/** Makes a member; the id is never given twice. */
export async function addMember(core: Core, workspace: string, member: NewMember): Promise<MemberBody> {
  checkZone(member.timezone);
  return changeTeam(core, workspace, async (db) => {
    const { id, name, email, role, timezone, region, weeklyMinutes, mostAccounts } = member;
    const made = await db
      .insertInto('member')
      .values({
        workspace_id: workspace,
        id,
        name,
        email,
        role,
        timezone,
        region,
        weekly_minutes: weeklyMinutes,
        most_accounts: mostAccounts,
        created_at: new Date(core.clock.now()),
        removed_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) {
      const detail = `There is, or was, a member "${id}". Choose another id, or make that one active again.`;
      throw new Problem(409, 'Taken', detail);
    }
    await markOwners(db, workspace, { kind: 'members', members: [id] });
    const subject = { kind: 'member', id };
    await recordAudit(db, { workspace, action: 'member.added', subject, change: { after: member } });
    return readMember(db, id);
  });
}

/** Changes a member. One who is deactivated gets nothing any more; what they hold ends, and history keeps naming them. */
export async function changeMember(
  core: Core,
  workspace: string,
  id: string,
  change: MemberChange,
): Promise<MemberBody> {
  if (change.timezone !== undefined) checkZone(change.timezone);
  return changeTeam(core, workspace, async (db) => {
    const before = await readMember(db, id);
    const now = new Date(core.clock.now());
    const { active, weeklyMinutes, mostAccounts, ...same } = change;
    const set = {
      ...same,
      ...(weeklyMinutes === undefined ? {} : { weekly_minutes: weeklyMinutes }),
      ...(mostAccounts === undefined ? {} : { most_accounts: mostAccounts }),
      ...(active === undefined || active === before.active ? {} : { removed_at: active ? null : now }),
    };
    if (Object.keys(set).length > 0) await db.updateTable('member').set(set).where('id', '=', id).execute();
    const after = await readMember(db, id);
    const isAway = !canAct(after);
    // Marked before the roles end: they say which accounts they brought.
    if (bearsOnOwners(before, after)) await markOwners(db, workspace, { kind: 'members', members: [id] });
    if (canAct(before) && isAway) await endDuties(db, id, now);
    const changed = differing(before, after);
    if (changed) {
      const subject = { kind: 'member', id };
      await recordAudit(db, { workspace, action: 'member.changed', subject, change: changed });
    }
    return readMember(db, id);
  });
}

/** Whether occurrences can belong to a member. */
export function canAct({ active, role }: Pick<MemberBody, 'active' | 'role'>): boolean {
  return active && role !== 'viewer';
}

/** A member to whom something can be given; throws a 400 that names the field. */
export async function actingMember(
  db: State,
  id: string,
  keys: readonly PropertyKey[],
  part: RequestPart = 'body',
): Promise<MemberBody> {
  const [found] = await readMembers(db, id);
  if (!found) throw badRequest(part, keys, `there is no member "${id}"`);
  if (!found.active) throw badRequest(part, keys, `${found.name} is not active`);
  if (found.role === 'viewer') throw badRequest(part, keys, `${found.name} is a viewer, to whom nothing can be given`);
  return found;
}

function bearsOnOwners(before: MemberBody, after: MemberBody): boolean {
  return (['active', 'role', 'region', 'weeklyMinutes', 'mostAccounts'] as const).some(
    (key) => before[key] !== after[key],
  );
}

/** Roles end, and so do absences and pools; the calendar's address is worth nothing from now on. */
async function endDuties(db: State, id: string, now: Date): Promise<void> {
  await db
    .updateTable('account_role')
    .set({ until_at: now })
    .where('member_id', '=', id)
    .where('until_at', 'is', null)
    .execute();
  await db.deleteFrom('pool_member').where('member_id', '=', id).execute();
  await db
    .deleteFrom('member_cover')
    .where((eb) => eb.or([eb('member_id', '=', id), eb('cover_id', '=', id)]))
    .where('until_at', '>', now)
    .execute();
  await db.deleteFrom('calendar_feed').where('member_id', '=', id).execute();
}

async function readMember(db: State, id: string): Promise<MemberBody> {
  const [found] = await readMembers(db, id);
  if (!found) throw notFound('member', id);
  return found;
}

async function readMembers(db: State, id: string | null): Promise<MemberBody[]> {
  const query = db
    .selectFrom('member')
    .selectAll()
    .select([
      sql<number>`(SELECT count(DISTINCT account_id) FROM account_role AS r
        WHERE r.workspace_id = member.workspace_id AND r.member_id = member.id AND r.until_at IS NULL)`.as('accounts'),
      sql<number>`(SELECT coalesce(sum(minutes), 0) FROM occurrence AS o
        WHERE o.workspace_id = member.workspace_id AND o.owner_id = member.id AND o.state = 'open')`.as('open_minutes'),
    ])
    .orderBy('id');
  const rows = await (id === null ? query : query.where('id', '=', id)).execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    timezone: row.timezone,
    region: row.region,
    weeklyMinutes: row.weekly_minutes,
    mostAccounts: row.most_accounts,
    active: row.removed_at === null,
    accounts: row.accounts,
    openMinutes: row.open_minutes,
    createdAt: row.created_at.toISOString(),
    deactivatedAt: row.removed_at?.toISOString() ?? null,
  }));
}

function checkZone(timezone: string): void {
  if (!isZone(timezone))
    throw badRequest('body', ['timezone'], `"${timezone}" is no time zone; write it like Europe/Berlin`);
}
