import { spawn } from 'node:child_process';
import { Client } from 'pg';
import { expect, test, inject } from 'vitest';
import { dropTestDatabases, testDatabases } from '../../test/support/engines.ts';
import { createDatabase, dropDatabase } from '../../test/support/databases.ts';
import { testLog } from '../../test/support/log.ts';
import { connect } from './events/client.ts';
import { migrateEvents } from './events/migrate.ts';
import { eventMigrations } from './events/migrations/index.ts';
import { connectStores } from './open.ts';
import { migrateState } from './state/migrate.ts';
import { stateMigrations } from './state/migrations/index.ts';
import type { EventsAccess, StateAccess } from './access.ts';

interface Access {
  readonly events: EventsAccess;
  readonly state: StateAccess;
}

/** Databases that no migration has touched yet. */
async function untouched(): Promise<Access> {
  const access = await testDatabases();
  const { superuser } = inject('engines');
  await dropDatabase(superuser, access.events.profile.database);
  await createDatabase(superuser, access.events.profile.database, null);
  return access;
}

async function appliedTo(access: Access): Promise<{ state: number[]; events: number[] }> {
  const client = new Client(access.state.owner);
  await client.connect();
  const state = await client.query<{ id: number }>('SELECT id FROM migration ORDER BY id');
  await client.end();
  const owner = connect(access.events, access.events.urls[0] ?? '', access.events.owner);
  const events = await owner.query({
    query: `SELECT id FROM ${access.events.profile.database}.migration ORDER BY id`,
    format: 'JSONEachRow',
  });
  const ids = (await events.json<{ id: number }>()).map(({ id }) => id);
  await owner.close();
  return { state: state.rows.map(({ id }) => id), events: ids };
}

const everything = { state: stateMigrations.map(({ id }) => id), events: eventMigrations.map(({ id }) => id) };

test('several starts at once, in this process, migrate once', async () => {
  const access = await untouched();
  const opened = await Promise.all([1, 2, 3, 4].map(() => connectStores(access.events, access.state, testLog)));
  await Promise.all(opened.map((stores) => stores.close()));
  expect(await appliedTo(access)).toEqual(everything);
  await dropTestDatabases({ access });
});

test('several processes that start at once migrate once', async () => {
  const access = await untouched();
  const program = `
    import { connectStores } from ${JSON.stringify(new URL('open.ts', import.meta.url).href)};
    import { silentLog } from ${JSON.stringify(new URL('../lib/log.ts', import.meta.url).href)};
    const { events, state } = JSON.parse(process.argv[1]);
    const stores = await connectStores(events, state, silentLog);
    await stores.close();`;
  const run = (): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program, JSON.stringify(access)], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      child.once('exit', resolve);
    });
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(await appliedTo(access)).toEqual(everything);
  await dropTestDatabases({ access });
});

test('a step that was cut short is repeated', async () => {
  const access = await testDatabases();
  const [first] = eventMigrations;
  const cut = [
    { id: 1, name: 'cut', tables: (first?.tables ?? []).slice(0, 1) },
    { id: 2, name: 'breaks', views: [{ name: 'v', from: 'none', into: 'none', select: 'SELECT 1 FROM {from}' }] },
  ];
  await expect(migrateEvents(access.events, cut)).rejects.toThrow('none');
  expect((await appliedTo(access)).events).toEqual([1]);
  await migrateEvents(access.events, [...cut.slice(0, 1), { id: 2, name: 'rest', tables: first?.tables ?? [] }]);
  expect((await appliedTo(access)).events).toEqual([1, 2]);
  await dropTestDatabases({ access });
});

test('a failing state step leaves nothing of itself', async () => {
  const access = await testDatabases();
  const broken = {
    id: 1_000,
    name: 'broken',
    tables: [],
    sql: 'CREATE TABLE half (id text); SELECT no_such_function();',
  };
  await expect(migrateState(access.state, async () => {}, [...stateMigrations, broken])).rejects.toThrow(
    'no_such_function',
  );
  const client = new Client(access.state.owner);
  await client.connect();
  expect((await client.query(`SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);
  await client.end();
  await dropTestDatabases({ access });
});

test('managers of before roles in the workspace are managers after it', async () => {
  const access = await untouched();
  const before = stateMigrations.filter(({ id }) => id <= 3);
  await migrateState(access.state, async () => {}, before);
  const client = new Client(access.state.owner);
  await client.connect();
  await client.query(`SELECT set_config('rapport.workspace', 'w', false)`);
  await client.query(`INSERT INTO workspace (id, slug, name) VALUES ('w', 'w', 'W')`);
  await client.query(
    `INSERT INTO member (workspace_id, id, name, is_manager) VALUES ('w', 'bo', 'Bo', true), ('w', 'kim', 'Kim', false)`,
  );
  await migrateState(access.state, async () => {});
  const { rows } = await client.query('SELECT id, role, timezone FROM member ORDER BY id');
  await client.end();
  expect(rows).toEqual([
    { id: 'bo', role: 'manager', timezone: 'UTC' },
    { id: 'kim', role: 'member', timezone: 'UTC' },
  ]);
  await dropTestDatabases({ access });
});

test('data of a newer Rapport is left alone', async () => {
  const access = await testDatabases();
  await migrateState(access.state, async () => {}, [
    ...stateMigrations,
    { id: 1_000, name: 'future', tables: [], sql: 'SELECT 1' },
  ]);
  await expect(connectStores(access.events, access.state, testLog)).rejects.toThrow('newer Rapport');
  await migrateEvents(access.events, [...eventMigrations, { id: 1_000, name: 'future' }]);
  await expect(migrateEvents(access.events)).rejects.toThrow('newer Rapport');
  await dropTestDatabases({ access });
});

test('steps are numbered upwards without gaps', () => {
  for (const ids of [everything.state, everything.events]) expect(ids).toEqual(ids.map((_, index) => index + 1));
});

test('a database from the template is there in well under a second', async () => {
  const { superuser, template } = inject('engines');
  const began = performance.now();
  await createDatabase(superuser, 'rapport_speed', template);
  const tookMs = performance.now() - began;
  await dropDatabase(superuser, 'rapport_speed');
  expect(tookMs).toBeLessThan(2_000);
});
