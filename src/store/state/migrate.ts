import { Client } from 'pg';
import type { StateAccess } from '../access.ts';
import { lockKey } from './lock-key.ts';
import { stateMigrations } from './migrations/index.ts';
import type { StateMigration } from './migrations/migration.ts';
import { stateRoles } from './prepare.ts';

/**
 * Brings the state database up to date and then runs `alsoLocked`, while every other process that starts waits: the
 * migrations of both engines are one critical section.
 */
export async function migrateState(
  access: StateAccess,
  alsoLocked: () => Promise<void>,
  migrations: readonly StateMigration[] = stateMigrations,
): Promise<void> {
  const client = new Client({ ...access.owner, application_name: 'rapport migrations' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey('rapport:migrate')]);
    await client.query(
      'CREATE TABLE IF NOT EXISTS migration (id integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const result = await client.query<{ newest: number }>('SELECT coalesce(max(id), 0) AS newest FROM migration');
    const newest = result.rows[0]?.newest ?? 0;
    refuseNewer(newest, migrations);
    for (const migration of migrations.filter(({ id }) => id > newest)) await apply(client, migration);
    await alsoLocked();
  } finally {
    await client.end();
  }
}

async function apply(client: Client, migration: StateMigration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    for (const table of migration.tables) await client.query(protect(client, table));
    for (const table of migration.installationTables ?? []) await client.query(hide(client, table));
    for (const table of migration.appendOnlyTables ?? []) await client.query(keep(client, table));
    await client.query('INSERT INTO migration (id, name) VALUES ($1, $2)', [migration.id, migration.name]);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    throw cause;
  }
}

/**
 * Row-level security, also for the owner of the table. Everybody sees the rows of the one workspace that the
 * transaction names in `rapport.workspace`; the app may name `*`, all of them (finding a workspace by its key, claiming
 * work). Without the setting nothing is seen.
 */
function protect(client: Client, table: string): string {
  const name = client.escapeIdentifier(table);
  const workspace = table === 'workspace' ? 'id' : 'workspace_id';
  const { app, reader } = stateRoles;
  return `
ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY one_workspace ON ${name} USING (${workspace} = current_setting('rapport.workspace', true));
CREATE POLICY every_workspace ON ${name} TO ${app} USING (current_setting('rapport.workspace', true) = '*');
GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO ${app};
GRANT SELECT ON ${name} TO ${reader};`;
}

/** A table of the whole installation: the app sees it when it names all workspaces; within one there is nothing. */
function hide(client: Client, table: string): string {
  const name = client.escapeIdentifier(table);
  const { app } = stateRoles;
  return `
ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY every_workspace ON ${name} TO ${app} USING (current_setting('rapport.workspace', true) = '*');
GRANT SELECT, INSERT, UPDATE, DELETE ON ${name} TO ${app};`;
}

/** A protected table whose rows nobody changes or removes: the app has no right to, and a trigger stops the owner too. */
function keep(client: Client, table: string): string {
  const name = client.escapeIdentifier(table);
  const refuse = client.escapeIdentifier(`${table}_stays`);
  return `${protect(client, table)}
REVOKE UPDATE, DELETE ON ${name} FROM ${stateRoles.app};
CREATE FUNCTION ${refuse}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name} EXECUTE FUNCTION ${refuse}();`;
}

function refuseNewer(newest: number, migrations: readonly StateMigration[]): void {
  const known = migrations.at(-1)?.id ?? 0;
  if (newest > known) {
    throw new Error(
      `The state was last used by a newer Rapport (its step ${newest}, this one knows ${known}). Start that version.`,
    );
  }
}
