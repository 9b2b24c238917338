import { Client } from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { dropDatabase } from '../../../test/support/databases.ts';
import { testDatabases, dropTestDatabases } from '../../../test/support/engines.ts';
import { UnsafeEngine, eventFindings, stateFindings } from '../canary.ts';
import { connectStores } from '../open.ts';
import { silentLog, type Log } from '../../lib/log.ts';
import { eventsByUrl } from './events-url.ts';
import { prepareByUrl, stateByUrl } from './state-url.ts';

const { superuser, events } = inject('engines');

const stateUrl = (user: string, password: string, database: string): string =>
  `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${superuser.port}/${database}`;
const asSuperuser = stateUrl(String(superuser.user), String(superuser.password), 'rapport_by_url');

function eventsUrl(database: string): string {
  const url = new URL(events.urls[0] ?? '');
  url.username = events.owner.name;
  url.password = events.owner.password;
  url.pathname = database;
  return url.href;
}

afterAll(() => dropDatabase(superuser, 'rapport_by_url'));

test('the same code runs on servers by URL, makes its database there, and row-level security holds', async () => {
  const access = await testDatabases();
  const warnings: string[] = [];
  const note = (facts: object | string, message?: string): void => {
    warnings.push(message ?? JSON.stringify(facts));
  };
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  await prepareByUrl(asSuperuser);
  const stores = await connectStores(
    eventsByUrl(eventsUrl(access.events.profile.database)),
    stateByUrl(asSuperuser),
    log,
  );
  try {
    await stores.events.insert('events', [
      { workspace: 'w', account: 'a', time: 1, id: '1', kind: 'track', name: 'x' },
    ]);
    const count = {
      name: 'count',
      sql: `SELECT count() AS n FROM ${stores.events.table('events')} FINAL`,
      params: {},
      row: (raw: object) => raw,
    };
    expect(await stores.events.query(count)).toEqual([{ n: '1' }]);
    await expect(stores.events.query({ ...count, sql: `DROP TABLE ${stores.events.table('events')}` })).rejects.toThrow(
      'readonly',
    );
    for (const id of ['one', 'two']) {
      await stores.state.everywhere((state) =>
        state.insertInto('workspace').values({ id, slug: id, name: id }).execute(),
      );
    }
    const seen = await stores.state.within('one', (state) => state.selectFrom('workspace').select('id').execute());
    expect(seen).toEqual([{ id: 'one' }]);
    expect(warnings).toEqual([]);
  } finally {
    await stores.close();
    await dropTestDatabases({ access });
  }
});

test('a user that may not create roles is told what to ask for', async () => {
  const client = new Client(superuser);
  await client.connect();
  try {
    await client.query(`CREATE ROLE lowly LOGIN PASSWORD 'low'`);
    const prepared = prepareByUrl(stateUrl('lowly', 'low', 'postgres'), ['rapport_missing']);
    await expect(prepared).rejects.toThrow('CREATE ROLE rapport_missing NOLOGIN');
  } finally {
    await client.query('DROP ROLE lowly');
    await client.end();
  }
});

test('canaries find a role that bypasses security and a table without it', async () => {
  const access = await testDatabases();
  const database = access.events.profile.database;
  const client = new Client({ ...superuser, database });
  await client.connect();
  await client.query('CREATE TABLE careless (workspace_id text)');
  await client.end();
  const unsafe = { ...access.state, app: { ...superuser, database } };
  expect(await stateFindings(unsafe)).toEqual([
    'The PostgreSQL role postgres bypasses row-level security or may make roles.',
    'The table careless has a workspace_id but no row-level security.',
  ]);
  expect(await eventFindings(access.events)).toEqual([]);
  await expect(connectStores(access.events, unsafe, silentLog)).rejects.toBeInstanceOf(UnsafeEngine);
  await dropTestDatabases({ access });
});

test.each([
  ['https://u:p@host:8443/db', { kind: 'server', database: 'db', cluster: null, ddl: 'each-shard' }],
  ['http://host:8123', { kind: 'server', database: 'rapport', cluster: null, ddl: 'each-shard' }],
  ['http://host/db?cluster=c', { kind: 'cluster', database: 'db', cluster: 'c', ddl: 'on-cluster' }],
  [
    'http://host/?cluster=c&shards=http://a:1,http://b:2',
    { kind: 'cluster', database: 'rapport', cluster: 'c', ddl: 'each-shard' },
  ],
])('%s is read as its profile', (url, profile) => {
  expect(eventsByUrl(url).profile).toEqual(profile);
});

test.each(['host:8123', 'tcp://host:9000', 'http://host/?shards=http://a:1', ''])(
  '%s is refused with advice, and passwords are not repeated',
  (url) => {
    expect(() => eventsByUrl(url)).toThrow(/looks like|add cluster/);
    expect(() => stateByUrl(url)).toThrow('looks like');
  },
);
