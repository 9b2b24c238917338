import { recordAudit } from '../store/state/audit.ts';
import type { AccessContext } from './context.ts';
import { inWorkspacesOf } from './sign-in.ts';
import type { Visitor } from './visitor.ts';

/** A browser that is signed in, as lists show it. */
export interface Session {
  readonly id: string;
  readonly address: string;
  readonly agent: string;
  readonly startedAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
  /** The one that asks. */
  readonly current: boolean;
}

/** Where somebody is signed in, newest first. */
export async function listSessions({ state, clock }: AccessContext, { person, session }: Visitor): Promise<Session[]> {
  const rows = await state.everywhere((db) =>
    db
      .selectFrom('auth_session')
      .selectAll()
      .where('user_id', '=', person.id)
      .where('expires_at', '>', new Date(clock.now()))
      .orderBy('updated_at', 'desc')
      .orderBy('id')
      .execute(),
  );
  return rows.map((row) => ({
    id: row.id,
    address: row.ip_address,
    agent: row.user_agent,
    startedAt: row.created_at.toISOString(),
    usedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    current: row.id === session,
  }));
}

/** Ends one of the person's own sessions, at once and everywhere; false when it is not theirs. */
export async function revokeSession({ state }: AccessContext, { person }: Visitor, id: string): Promise<boolean> {
  return state.everywhere(async (db) => {
    const result = await db
      .deleteFrom('auth_session')
      .where('id', '=', id)
      .where('user_id', '=', person.id)
      .executeTakeFirst();
    if (result.numDeletedRows === 0n) return false;
    await recordAudit(db, ...(await inWorkspacesOf(db, person, 'session.revoked', '')));
    return true;
  });
}
