import { badRequest } from '../api/problem.ts';
import type { PoolBody } from '../api/team/shapes.ts';
import { roleProblem, rolesOf } from './account-roles.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { Core } from './core.ts';
import { actingMember } from './members.ts';
import { changeTeam, markOwners } from './reown.ts';

/** Every pool with its members, by role. */
export async function listPools(core: Core, workspace: string): Promise<PoolBody[]> {
  const rows = await core.state.within(workspace, (db) =>
    db.selectFrom('pool_member').select(['role', 'member_id']).orderBy('role').orderBy('member_id').execute(),
  );
  return [...Map.groupBy(rows, ({ role }) => role)].map(([role, own]) => ({
    role,
    members: own.map(({ member_id }) => member_id),
  }));
}

/** Says who shares the accounts without a holder of a role. Who leaves a pool keeps the accounts it gave them. */
export async function setPool(
  core: Core,
  workspace: string,
  role: string,
  members: readonly string[],
): Promise<PoolBody> {
  const live = await core.models.live(workspace);
  const problem = roleProblem(role, await rolesOf(core, workspace));
  if (members.length > 0 && problem !== null) throw badRequest('path', ['role'], problem);
  const unique = [...new Set(members)].toSorted();
  return changeTeam(core, workspace, async (db) => {
    for (const [index, member] of unique.entries()) await actingMember(db, member, ['members', index]);
    const before = await db.deleteFrom('pool_member').where('role', '=', role).returning('member_id').execute();
    const rows = unique.map((member_id) => ({ workspace_id: workspace, role, member_id }));
    if (rows.length > 0) await db.insertInto('pool_member').values(rows).execute();
    await markOwners(db, workspace, { kind: 'role', role, model: live?.compiled.model ?? null });
    const change = { before: { members: before.map(({ member_id }) => member_id) }, after: { members: unique } };
    await recordAudit(db, { workspace, action: 'pool.set', subject: { kind: 'pool', id: role }, change });
    return { role, members: unique };
  });
}
