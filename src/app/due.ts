import { sql } from 'kysely';
import type { Core } from './core.ts';

/** Accounts per step: more would keep others from their marks. */
const most = 1_000;

/**
 * Marks the accounts whose instant has come (a deadline, a date, an event that leaves a window), so that the live loop looks
 * at them. Nothing else is looked at: waiting costs nothing. Returns how many there were.
 */
export async function markDue(core: Core): Promise<number> {
  const now = new Date(core.clock.now());
  return core.state.everywhere(async (db) => {
    const { rows } = await sql<{ account_id: string }>`
WITH due AS (
  SELECT workspace_id, account_id, next_at FROM journey WHERE next_at <= ${now}
  ORDER BY next_at LIMIT ${most} FOR UPDATE SKIP LOCKED
), taken AS (
  UPDATE journey AS j SET next_at = NULL FROM due
  WHERE j.workspace_id = due.workspace_id AND j.account_id = due.account_id
)
INSERT INTO dirty_account AS d (workspace_id, account_id, received_at)
SELECT workspace_id, account_id, next_at FROM due ORDER BY workspace_id, account_id
ON CONFLICT (workspace_id, account_id) DO UPDATE SET
  marked_at = clock_timestamp(), received_at = least(d.received_at, excluded.received_at)
RETURNING account_id`.execute(db);
    return rows.length;
  });
}
