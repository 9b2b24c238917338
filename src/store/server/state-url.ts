import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import type { StateAccess } from '../access.ts';
import { stateRoles } from '../state/prepare.ts';

/**
 * How to reach a PostgreSQL server by `postgres://user:password@host:port/database`. The user of the URL owns the
 * tables; everything else runs as the role `rapport_app`, which it becomes when it connects.
 */
export function stateByUrl(text: string): StateAccess {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new Error('A PostgreSQL URL looks like postgres://user:password@host:5432/database; this one does not.');
  }
  if (url.pathname.length <= 1) url.pathname = '/rapport';
  const owner: ClientConfig = { connectionString: url.href };
  const as = (role: string): ClientConfig => ({ ...owner, options: `-c role=${role}` });
  return { kind: 'server', owner, app: as(stateRoles.app), reader: as(stateRoles.reader) };
}

/** Makes the database and the two roles without login, if they are missing; says what to ask for when it may not. */
export async function prepareByUrl(
  text: string,
  roles = [stateRoles.app, stateRoles.reader] as readonly string[],
): Promise<void> {
  const access = stateByUrl(text);
  await createDatabaseIfMissing(String(access.owner.connectionString));
  const client = new Client(access.owner);
  await client.connect();
  try {
    for (const role of roles) await prepareRole(client, role);
  } finally {
    await client.end();
  }
}

async function prepareRole(client: Client, role: string): Promise<void> {
  const name = escapeIdentifier(role);
  try {
    await client.query(
      `DO $$ BEGIN CREATE ROLE ${name} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    );
    const member = await client.query<{ can: boolean }>(`SELECT pg_has_role(current_user, $1, 'SET') AS can`, [role]);
    if (member.rows[0]?.can !== true) await client.query(`GRANT ${name} TO current_user`);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === insufficientPrivilege)) throw cause;
    throw new Error(
      `Rapport needs the role ${role} in PostgreSQL and may not create it. As an administrator: ` +
        `CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO the user of RAPPORT_POSTGRES_URL;`,
      { cause },
    );
  }
}

async function createDatabaseIfMissing(text: string): Promise<void> {
  const probe = new Client({ connectionString: text });
  try {
    await probe.connect();
    return;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === unknownDatabase)) throw cause;
  } finally {
    await probe.end().catch(() => {});
  }
  const url = new URL(text);
  const database = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
  } catch (cause) {
    // Another process that starts at this moment made it.
    if (!(cause instanceof Error && 'code' in cause && madeMeanwhile.includes(String(cause.code)))) throw cause;
  } finally {
    await client.end();
  }
}

const insufficientPrivilege = '42501';
const unknownDatabase = '3D000';
/** duplicate_database; unique_violation, where both were past that check. */
const madeMeanwhile: readonly string[] = ['42P04', '23505'];
