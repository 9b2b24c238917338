import { Client, escapeIdentifier, type ClientConfig } from 'pg';
import { stateRoles } from '../../src/store/state/prepare.ts';

/** A PostgreSQL database of the owner role, copied from `template` unless that is null (40–100 ms; STRATEGY FILE_COPY: 200–1,600). */
export async function createDatabase(superuser: ClientConfig, name: string, template: string | null): Promise<void> {
  const copy = template === null ? '' : ` TEMPLATE ${escapeIdentifier(template)}`;
  await asSuperuser(superuser, (client) =>
    client.query(`CREATE DATABASE ${escapeIdentifier(name)} OWNER ${stateRoles.owner}${copy}`),
  );
}

/** Removes it, also when somebody is still connected. */
export async function dropDatabase(superuser: ClientConfig, name: string): Promise<void> {
  await asSuperuser(superuser, (client) => client.query(`DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`));
}

/** What is connected to it right now, by application name and last statement. */
export async function connectionsTo(superuser: ClientConfig, name: string): Promise<string[]> {
  const result = await asSuperuser(superuser, (client) =>
    client.query<{ who: string }>(
      `SELECT application_name || ': ' || left(query, 200) AS who FROM pg_stat_activity WHERE datname = $1`,
      [name],
    ),
  );
  return result.rows.map(({ who }) => who);
}

async function asSuperuser<T>(superuser: ClientConfig, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(superuser);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
