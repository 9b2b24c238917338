import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startShards, type Shards } from '../../test/support/shards.ts';
import { testDatabases, dropTestDatabases, type TestStores } from '../../test/support/engines.ts';
import { testLog } from '../../test/support/log.ts';
import { eventsByUrl } from './server/events-url.ts';
import { connectStores, type Stores } from './open.ts';

let directory = '';
let shards: Shards | null = null;
let stores: Stores | null = null;
let access: TestStores['access'] | null = null;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rapport-shards-'));
  chmodSync(directory, 0o755);
  shards = await startShards(directory, testLog);
  access = await testDatabases();
  stores = await connectStores(eventsByUrl(shards.url), access.state, testLog);
});

afterAll(async () => {
  await stores?.close();
  if (access) await dropTestDatabases({ access });
  await shards?.stop();
  rmSync(directory, { recursive: true, force: true });
});

function cluster(): Stores {
  if (!stores) throw new Error('not open');
  return stores;
}

async function rows(sql: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> {
  return cluster().events.query({ name: 'test', sql, params, row: (raw) => raw });
}

test('events spread over the shards by account, and queries see all of them', async () => {
  const { events } = cluster();
  expect(events.profile).toMatchObject({ kind: 'cluster', cluster: 'rapport', ddl: 'each-shard' });
  await events.insert(
    'events',
    Array.from({ length: 2_000 }, (_, index) => ({
      workspace: 'w',
      account: `a${index % 200}`,
      time: index,
      id: `e${index}`,
      kind: 'track',
      name: 'x',
      segment: 's',
    })),
  );
  expect(
    await rows(`SELECT count() AS n, uniqExact(account) AS accounts FROM ${events.table('events')} FINAL`),
  ).toEqual([{ n: '2000', accounts: '200' }]);
  const perShard = await rows(
    `SELECT shardNum() AS shard, uniqExact(account) AS accounts FROM ${events.table('events')} GROUP BY shard ORDER BY shard`,
  );
  expect(perShard).toHaveLength(2);
  const accounts = perShard.map((row) => Number(row['accounts']));
  expect(accounts.reduce((sum, count) => sum + count, 0)).toBe(200); // every account lies whole on one shard
  expect(Math.min(...accounts)).toBeGreaterThan(50);
});

test('ids are known whichever shard holds the event', async () => {
  const { events } = cluster();
  const known = await rows(
    `SELECT count() AS n FROM ${events.table('event_ids')} FINAL
     WHERE workspace = 'w' AND hash IN (SELECT reinterpretAsUInt128(sipHash128(arrayJoin({ids:Array(String)}))))`,
    { ids: ['e1', 'e2', 'e3', 'e1999', 'never'] },
  );
  expect(known).toEqual([{ n: '4' }]);
});

test('a rollup is made on every shard, filled by INSERT … SELECT, and grows columns', async () => {
  const { events } = cluster();
  const rollup = {
    name: 'rollup_w',
    columns: ['workspace String', 'account String', 'day Date', 'count_1 UInt64', 'version UInt64', 'deleted UInt8'],
    replacing: { version: 'version', deleted: 'deleted' },
    orderBy: 'account, day',
  };
  await events.ensureTable(rollup);
  await events.ensureTable({ ...rollup, columns: [...rollup.columns, 'count_2 UInt64'] });
  const fill = {
    name: 'roll',
    sql: `INSERT INTO ${events.table('rollup_w')} (workspace, account, day, count_1, count_2, version)
          SELECT workspace, account, day, count(), countIf(name = 'x'), {version:UInt64} FROM ${events.table('events')} FINAL
          WHERE account IN {accounts:Array(String)} GROUP BY workspace, account, day`,
  };
  const accounts = Array.from({ length: 200 }, (_, index) => `a${index}`);
  await events.execute({ ...fill, params: { accounts, version: 1 } });
  await events.execute({ ...fill, params: { accounts, version: 2 } });
  expect(
    await rows(`SELECT count() AS n, sum(count_1) AS one, sum(count_2) AS two FROM ${events.table('rollup_w')} FINAL`),
  ).toEqual([{ n: '200', one: '2000', two: '2000' }]);
});

test('a column that is dropped leaves every shard, and the others stay', async () => {
  const { events } = cluster();
  await events.define(`ALTER TABLE ${events.table('rollup_w')} DROP COLUMN IF EXISTS count_2`);
  await events.define(`OPTIMIZE TABLE ${events.table('rollup_w')} FINAL`);
  const left = await rows(
    `SELECT table, name FROM clusterAllReplicas('rapport', system.columns)
     WHERE database = {database:String} AND startsWith(table, 'rollup_w') AND startsWith(name, 'count_')
     ORDER BY table, name`,
    { database: events.profile.database },
  );
  expect(left.map(({ table, name }) => `${String(table)}.${String(name)}`)).toEqual([
    'rollup_w.count_1',
    'rollup_w.count_1',
    'rollup_w_local.count_1',
    'rollup_w_local.count_1',
  ]);
  expect(await rows(`SELECT sum(count_1) AS one FROM ${events.table('rollup_w')} FINAL`)).toEqual([{ one: '2000' }]);
});

test('a join and an IN over two sharded tables see all shards', async () => {
  const { events } = cluster();
  await events.insert('scores' as const, [
    { workspace: 'w', account: 'a7', as_of: 1 },
    { workspace: 'w', account: 'a8', as_of: 1 },
  ]);
  const joined = await rows(
    `SELECT count() AS n FROM ${events.table('events')} AS e INNER JOIN ${events.table('scores')} AS s ON s.account = e.account`,
  );
  const inside = await rows(
    `SELECT count() AS n FROM ${events.table('events')} WHERE account IN (SELECT account FROM ${events.table('scores')})`,
  );
  expect([joined, inside]).toEqual([[{ n: '20' }], [{ n: '20' }]]);
});
