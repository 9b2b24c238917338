import type { EventsAccess } from '../access.ts';
import { connect } from './client.ts';
import { onCluster, renderTable, renderView, stored } from './ddl.ts';
import { translateError } from './errors.ts';
import { quoteIdentifier } from './identifier.ts';
import { eventMigrations } from './migrations/index.ts';
import type { EventMigration } from './migrations/migration.ts';
import type { EventProfile, TableDefinition } from './store.ts';

const appliedTable: TableDefinition = {
  name: 'migration',
  columns: `id UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)`,
  replacing: { version: null, deleted: null },
  orderBy: 'id',
  shardBy: 'id',
};

/**
 * Brings every server of the events up to date. The caller holds the migration lock. A step that was cut short is
 * repeated: all its statements say IF NOT EXISTS.
 */
export async function migrateEvents(access: EventsAccess, migrations = eventMigrations): Promise<void> {
  const servers = access.profile.ddl === 'on-cluster' ? access.urls.slice(0, 1) : access.urls;
  for (const url of servers) {
    try {
      await migrateServer(access, url, migrations);
    } catch (cause) {
      throw translateError(cause);
    }
  }
}

async function migrateServer(access: EventsAccess, url: string, migrations: readonly EventMigration[]): Promise<void> {
  const { profile } = access;
  const client = connect(access, url, access.owner);
  const run = (query: string, params: Record<string, unknown> = {}): Promise<unknown> =>
    client.command({ query, query_params: params });
  try {
    await run(`CREATE DATABASE IF NOT EXISTS ${quoteIdentifier(profile.database)}${onCluster(profile)}`);
    const applied = stored(profile, appliedTable.name);
    for (const sql of renderTable(profile, appliedTable).slice(0, 1)) await run(sql);
    const result = await client.query({ query: `SELECT max(id) AS newest FROM ${applied}`, format: 'JSONEachRow' });
    const newest = (await result.json<{ newest: number }>())[0]?.newest ?? 0;
    refuseNewer(newest, migrations);
    for (const migration of migrations.filter(({ id }) => id > newest)) {
      for (const sql of statementsOf(profile, migration)) await run(sql);
      await run(`INSERT INTO ${applied} (id, name) SELECT {id:UInt32}, {name:String}`, {
        id: migration.id,
        name: migration.name,
      });
    }
  } finally {
    await client.close();
  }
}

function statementsOf(profile: EventProfile, migration: EventMigration): string[] {
  return [
    ...(migration.tables ?? []).flatMap((table) => renderTable(profile, table)),
    ...(migration.views ?? []).map((view) => renderView(profile, view)),
  ];
}

function refuseNewer(newest: number, migrations: readonly EventMigration[]): void {
  const known = migrations.at(-1)?.id ?? 0;
  if (newest > known) {
    throw new Error(
      `The events were last used by a newer Rapport (their step ${newest}, this one knows ${known}). Start that version.`,
    );
  }
}
