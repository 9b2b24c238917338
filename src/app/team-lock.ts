import { sql } from 'kysely';
import { lockKey } from '../store/state/lock-key.ts';
import type { State } from '../store/state/store.ts';

/*
 * Who changes the team waits for everybody who is finding owners by the old one, and those who come later wait for the
 * change: so whoever is marked to be owned again after a change is everybody whom the old team could have owned. Rows of
 * accounts are locked before the team is held, and never while it is being changed: that order cannot deadlock.
 */

/** Holds the team as it is until the transaction ends. */
export async function holdTeam(db: State, workspace: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock_shared(${nameOf(workspace)}::bigint)`.execute(db);
}

/** Holds the team until the transaction ends, so that it can be changed. */
export async function holdTeamAlone(db: State, workspace: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${nameOf(workspace)}::bigint)`.execute(db);
}

function nameOf(workspace: string): string {
  return lockKey(`team:${workspace}`);
}
