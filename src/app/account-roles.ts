import { badRequest, notFound } from '../api/problem.ts';
import type { RoleBody } from '../api/team/shapes.ts';
import { closest } from '../lib/closest.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { giveRoles } from './give-roles.ts';
import { actingMember } from './members.ts';
import { changeTeam, markOwners } from './reown.ts';

/** Who holds and who held which role for an account. */
export async function listRoles(core: Core, workspace: string, account: string): Promise<RoleBody[]> {
  return core.state.within(workspace, async (db) => {
    await existing(db, account);
    return readRoles(db, account);
  });
}

/** Gives a role for an account to a member, or to nobody; who held it before keeps the history. */
export async function giveRole(
  core: Core,
  workspace: string,
  { account, role, member, by }: { account: string; role: string; member: string | null; by: string },
): Promise<RoleBody[]> {
  const known = await rolesOf(core, workspace);
  return changeTeam(core, workspace, async (db) => {
    await existing(db, account);
    const problem = roleProblem(role, known);
    if (member !== null && problem !== null) throw badRequest('path', ['role'], problem);
    if (member !== null) await actingMember(db, member, ['member']);
    const changed = await giveRoles(db, workspace, [{ account, role, member }], by, core.clock.now());
    await markOwners(db, workspace, { kind: 'accounts', accounts: changed });
    if (changed.length > 0) {
      const action = member === null ? 'role.ended' : 'role.given';
      const change = { after: { role, member } };
      await recordAudit(db, { workspace, action, subject: { kind: 'account', id: account }, change });
    }
    return readRoles(db, account);
  });
}

/** The roles of the live model; null while there is none. */
export async function rolesOf(core: Core, workspace: string): Promise<readonly string[] | null> {
  const live = await core.models.live(workspace);
  return live === null || live.compiled.model.roles.length === 0 ? null : live.compiled.model.roles.map(({ id }) => id);
}

/** What is wrong with the name of a role, or null. Without a model, any name is one. */
export function roleProblem(role: string, known: readonly string[] | null): string | null {
  if (known === null || known.includes(role)) return null;
  const near = closest(role, known);
  return `the model has no role "${role}"${near === null ? '' : `; did you mean ${near}?`}`;
}

async function existing(db: State, account: string): Promise<void> {
  const found = await db.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst();
  if (!found) throw notFound('account', account);
}

async function readRoles(db: State, account: string): Promise<RoleBody[]> {
  const rows = await db
    .selectFrom('account_role')
    .selectAll()
    .where('account_id', '=', account)
    .orderBy('until_at', (order) => order.desc().nullsFirst())
    .orderBy('from_at', 'desc')
    .orderBy('role')
    .execute();
  return rows.map((row) => ({
    role: row.role,
    member: row.member_id,
    since: row.from_at.toISOString(),
    until: row.until_at?.toISOString() ?? null,
    givenBy: row.given_by,
  }));
}
