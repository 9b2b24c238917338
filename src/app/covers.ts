import type { Selectable } from 'kysely';
import { badRequest, notFound, Problem } from '../api/problem.ts';
import type { CoverBody } from '../api/team/shapes.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { MemberCoverTable } from '../store/state/tables.ts';
import type { Core } from './core.ts';
import { actingMember, findMember } from './members.ts';
import { changeTeam, markOwners } from './reown.ts';

/** Absences that are not over, of one member or of all, by their beginning. */
export async function listCovers(core: Core, workspace: string, member: string | null): Promise<CoverBody[]> {
  if (member !== null) await findMember(core, workspace, member);
  const rows = await core.state.within(workspace, (db) => {
    const query = db
      .selectFrom('member_cover')
      .selectAll()
      .where('until_at', '>', new Date(core.clock.now()))
      .orderBy('from_at')
      .orderBy('member_id');
    return (member === null ? query : query.where('member_id', '=', member)).execute();
  });
  return rows.map(coverOf);
}

/** Says who stands in for a member from an instant until another. Absences of one member do not overlap. */
export async function addCover(
  core: Core,
  workspace: string,
  { member, cover, from, until }: { member: string; cover: string; from: number; until: number },
): Promise<CoverBody> {
  await findMember(core, workspace, member);
  const now = core.clock.now();
  if (until <= from) throw badRequest('body', ['until'], 'must be after `from`');
  if (until <= now) throw badRequest('body', ['until'], 'is over already');
  if (cover === member) throw badRequest('body', ['cover'], 'nobody stands in for themselves');
  return changeTeam(core, workspace, async (db) => {
    await actingMember(db, cover, ['cover']);
    const other = await db
      .selectFrom('member_cover')
      .selectAll()
      .where('member_id', '=', member)
      .where('from_at', '<', new Date(until))
      .where('until_at', '>', new Date(from))
      .executeTakeFirst();
    if (other) {
      const { from: since, until: to, cover: who } = coverOf(other);
      const detail = `${who} stands in for ${member} from ${since} until ${to} already. End that one first.`;
      throw new Problem(409, 'Absent already', detail);
    }
    const row = await db
      .insertInto('member_cover')
      .values({
        workspace_id: workspace,
        member_id: member,
        cover_id: cover,
        from_at: new Date(from),
        until_at: new Date(until),
        settled_at: from <= now ? new Date(now) : null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (from <= now) await markOwners(db, workspace, { kind: 'members', members: [member, cover] });
    const change = { after: coverOf(row) };
    await recordAudit(db, { workspace, action: 'cover.added', subject: { kind: 'member', id: member }, change });
    return coverOf(row);
  });
}

/** Ends an absence now; one that has not begun never was. */
export async function endCover(core: Core, workspace: string, member: string, id: string): Promise<void> {
  const now = new Date(core.clock.now());
  await changeTeam(core, workspace, async (db) => {
    const from = /^\d{1,15}$/.test(id) ? new Date(Number(id)) : null;
    const row =
      from === null
        ? undefined
        : await db
            .selectFrom('member_cover')
            .selectAll()
            .where('member_id', '=', member)
            .where('from_at', '=', from)
            .where('until_at', '>', now)
            .executeTakeFirst();
    if (!row) throw notFound('absence that is not over', id);
    const own = { member_id: member, from_at: row.from_at };
    if (row.from_at >= now)
      await db
        .deleteFrom('member_cover')
        .where((eb) => eb.and(own))
        .execute();
    else
      await db
        .updateTable('member_cover')
        .set({ until_at: now, settled_at: now })
        .where((eb) => eb.and(own))
        .execute();
    await markOwners(db, workspace, { kind: 'members', members: [member, row.cover_id] });
    const change = { before: coverOf(row) };
    await recordAudit(db, { workspace, action: 'cover.ended', subject: { kind: 'member', id: member }, change });
  });
}

function coverOf(row: Selectable<MemberCoverTable>): CoverBody {
  return {
    id: String(row.from_at.getTime()), // a member has one absence at a time
    member: row.member_id,
    cover: row.cover_id,
    from: row.from_at.toISOString(),
    until: row.until_at.toISOString(),
  };
}
