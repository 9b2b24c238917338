import { sql } from 'kysely';
import type { State } from '../store/state/store.ts';
import type { Member, Team } from '../team/team.ts';

/** The team of a workspace as of an instant, with what is open at each member's. */
export async function readTeam(db: State, now: number): Promise<Team> {
  const { rows } = await sql<{
    id: string;
    name: string;
    region: string;
    role: Member['role'];
    weekly_minutes: number;
    most_accounts: number | null;
    open_minutes: number;
    accounts: number;
  }>`
SELECT m.id, m.name, m.region, m.role, m.weekly_minutes, m.most_accounts,
  coalesce((SELECT sum(o.minutes) FROM occurrence AS o WHERE o.workspace_id = m.workspace_id AND o.owner_id = m.id AND o.state = 'open'), 0)::integer AS open_minutes,
  (SELECT count(DISTINCT r.account_id) FROM account_role AS r WHERE r.workspace_id = m.workspace_id AND r.member_id = m.id AND r.until_at IS NULL)::integer AS accounts
FROM member AS m WHERE m.removed_at IS NULL AND m.role <> 'viewer' ORDER BY m.id`.execute(db);
  const members = rows.map((row): Member => ({
    id: row.id,
    name: row.name,
    region: row.region,
    role: row.role,
    weeklyMinutes: row.weekly_minutes,
    mostAccounts: row.most_accounts,
    openMinutes: row.open_minutes,
    accounts: row.accounts,
  }));
  if (members.length === 0) return { members: new Map(), covers: [], pools: new Map() };
  const covers = await db
    .selectFrom('member_cover')
    .selectAll()
    .where('until_at', '>', new Date(now))
    .orderBy('from_at')
    .execute();
  const pools = await db.selectFrom('pool_member').select(['role', 'member_id']).orderBy('member_id').execute();
  const byRole = new Map<string, string[]>();
  for (const { role, member_id } of pools) byRole.set(role, [...(byRole.get(role) ?? []), member_id]);
  return {
    members: new Map(members.map((one) => [one.id, one])),
    covers: covers.map(({ member_id, cover_id, from_at, until_at }) => ({
      member: member_id,
      cover: cover_id,
      from: from_at.getTime(),
      until: until_at.getTime(),
    })),
    pools: byRole,
  };
}

/** Who holds which role for these accounts now: account → role → member. */
export async function readHolders(
  db: State,
  accounts: readonly string[],
): Promise<Map<string, ReadonlyMap<string, string>>> {
  const rows = await db
    .selectFrom('account_role')
    .select(['account_id', 'role', 'member_id'])
    .where('until_at', 'is', null)
    .where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .execute();
  const holders = new Map<string, Map<string, string>>();
  for (const { account_id, role, member_id } of rows)
    holders.set(account_id, (holders.get(account_id) ?? new Map<string, string>()).set(role, member_id));
  return holders;
}
