import { Client, type ClientConfig } from 'pg';
import type { StateAccess } from '../access.ts';

/** The roles of the state database. None is a superuser; only the owner may change tables. */
export const stateRoles = { owner: 'rapport_owner', app: 'rapport_app', reader: 'rapport_reader' } as const;

/** On the embedded server: makes the roles with their passwords and the database, if they are missing. */
export async function prepareServer(superuser: ClientConfig, access: StateAccess, database: string): Promise<void> {
  const client = new Client(superuser);
  await client.connect();
  try {
    for (const login of [access.owner, access.app, access.reader]) await prepareRole(client, login);
    await prepareDatabase(client, database);
  } finally {
    await client.end();
  }
}

async function prepareRole(client: Client, login: ClientConfig): Promise<void> {
  const name = client.escapeIdentifier(String(login.user));
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [login.user]);
  if (found.rowCount === 0) await client.query(`CREATE ROLE ${name} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
  await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(String(login.password))}`);
}

async function prepareDatabase(client: Client, database: string): Promise<void> {
  const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
  if (found.rowCount !== 0) return;
  await client.query(
    `CREATE DATABASE ${client.escapeIdentifier(database)} OWNER ${client.escapeIdentifier(stateRoles.owner)}`,
  );
}
