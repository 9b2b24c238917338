import { sql } from 'kysely';
import type { State } from '../store/state/store.ts';

/** Who does what for an account from now on. */
export interface RoleGift {
  readonly account: string;
  readonly role: string;
  /** Null: nobody. */
  readonly member: string | null;
}

/**
 * Gives roles for accounts from `now` on; whoever held one before keeps the history. A gift that changes nothing leaves
 * nothing. Returns the accounts that changed. Each account and role at most once.
 */
export async function giveRoles(
  db: State,
  workspace: string,
  gifts: readonly RoleGift[],
  by: string,
  now: number,
): Promise<readonly string[]> {
  const at = new Date(now);
  const { rows } = await sql<RoleGift>`
WITH given AS (
  SELECT account, role, member FROM jsonb_to_recordset(${JSON.stringify(gifts)}::jsonb) AS d (account text, role text, member text)
), news AS (
  SELECT g.account, g.role, g.member FROM given AS g
  LEFT JOIN account_role AS r
    ON r.workspace_id = ${workspace} AND r.account_id = g.account AND r.role = g.role AND r.until_at IS NULL
  WHERE r.member_id IS DISTINCT FROM g.member
), ended AS (
  UPDATE account_role AS r SET until_at = ${at} FROM news AS n
  WHERE r.workspace_id = ${workspace} AND r.account_id = n.account AND r.role = n.role AND r.until_at IS NULL
)
SELECT account, role, member FROM news`.execute(db);
  const begun = rows.filter(({ member }) => member !== null);
  if (begun.length > 0) {
    await sql`
INSERT INTO account_role AS r (workspace_id, account_id, role, from_at, until_at, member_id, given_by)
SELECT ${workspace}, account, role, ${at}::timestamptz, NULL, member, ${by}
FROM jsonb_to_recordset(${JSON.stringify(begun)}::jsonb) AS d (account text, role text, member text)
ON CONFLICT (workspace_id, account_id, role, from_at)
  DO UPDATE SET member_id = excluded.member_id, given_by = excluded.given_by, until_at = NULL`.execute(db);
  }
  return [...new Set(rows.map(({ account }) => account))];
}
