import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startClickHouse, type ClickHouseEngine } from '../../src/store/embedded/clickhouse.ts';
import { startPostgres, type PostgresEngine } from '../../src/store/embedded/postgres.ts';
import { migrateEvents } from '../../src/store/events/migrate.ts';
import { openEvents, type OpenEventStore } from '../../src/store/events/open.ts';
import { migrateState } from '../../src/store/state/migrate.ts';
import { openState, type OpenStateStore } from '../../src/store/state/open.ts';
import { testLog } from '../support/log.ts';
import { descendants, signalProcess } from '../support/processes.ts';

/** Short, so that the test need not wait; the engines get 12 seconds otherwise. */
const patience = { askEvery: 200, hungAfter: 2_000 };

let directory = '';
let clickhouse: ClickHouseEngine;
let postgres: PostgresEngine;
let events: OpenEventStore;
let state: OpenStateStore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'rapport-hang-'));
  chmodSync(directory, 0o755);
  clickhouse = await startClickHouse({ directory: join(directory, 'events'), log: testLog, patience });
  postgres = await startPostgres({
    directory: join(directory, 'state'),
    secretsFile: join(directory, 'secrets'),
    log: testLog,
    patience,
  });
  await migrateState(postgres.access, () => migrateEvents(clickhouse.access));
  events = openEvents(clickhouse.access);
  state = openState(postgres.access, testLog);
});

afterAll(async () => {
  await Promise.all([events?.close(), state?.close()]);
  await Promise.all([clickhouse?.engine.stop(), postgres?.engine.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

const one = { name: 'one', sql: 'SELECT 1 AS one', params: {}, row: (raw: object) => raw };
const workspaces = (): Promise<unknown> => state.everywhere((all) => all.selectFrom('workspace').selectAll().execute());

test('a stopped (SIGSTOP) events engine is killed and started again; its callers learn that it is away', async () => {
  signalProcess(clickhouse.engine.pid ?? 0, 'SIGSTOP');
  await expect(events.query(one)).rejects.toMatchObject({ name: 'StoreUnavailable' });
  await expect.poll(() => events.query(one).catch(() => null), { timeout: 15_000 }).toEqual([{ one: 1 }]);
  expect(clickhouse.engine.restarts).toBe(1);
});

test('a segmentation fault of the events engine ends it, and it comes back', async () => {
  signalProcess(clickhouse.engine.pid ?? 0, 'SIGSEGV');
  await expect.poll(() => clickhouse.engine.restarts, { timeout: 20_000 }).toBe(2);
  await expect.poll(() => events.query(one).catch(() => null), { timeout: 15_000 }).toEqual([{ one: 1 }]);
});

test('a stopped (SIGSTOP) postmaster is ended by force and started again', async () => {
  const [postmaster = 0] = descendants(postgres.engine.pid ?? 0);
  signalProcess(postmaster, 'SIGSTOP');
  await expect.poll(() => postgres.engine.restarts, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => workspaces().catch(() => null), { timeout: 20_000 }).toEqual([]);
});

test('a crashed backend is noticed, and listening goes on afterwards', async () => {
  const heard: string[] = [];
  await state.listen('after-crash', (payload) => heard.push(payload));
  const [postmaster = 0] = descendants(postgres.engine.pid ?? 0);
  const backend = await state.everywhere(
    async (all) =>
      (await all.selectNoFrom((eb) => eb.fn<number>('pg_backend_pid', []).as('pid')).executeTakeFirstOrThrow()).pid,
  );
  expect(descendants(postmaster)).toContain(backend);
  signalProcess(backend, 'SIGKILL'); // PostgreSQL restarts all its backends then
  const speak = async (): Promise<number> => {
    await state.notify('after-crash', 'still here').catch(() => {});
    return heard.length;
  };
  await expect.poll(speak, { timeout: 20_000, interval: 200 }).toBeGreaterThan(0);
});

test('a stranger on this machine is refused by both engines', async () => {
  const url = clickhouse.access.urls[0] ?? '';
  const asStranger = async (query: string): Promise<string> =>
    (await fetch(url, { method: 'POST', body: query })).text();
  expect(await asStranger(`SELECT * FROM ${events.table('events')}`)).toMatch(/ACCESS_DENIED|QUOTA_EXCEEDED/);
  expect(await asStranger('SYSTEM STOP LISTEN HTTP')).toContain('QUOTA_EXCEEDED');
  expect(await asStranger('SELECT number FROM system.numbers LIMIT 1')).toContain('QUOTA_EXCEEDED');
  expect(await (await fetch(`${url}/?user=app&password=guess`, { method: 'POST', body: 'SELECT 1' })).text()).toContain(
    'AUTHENTICATION_FAILED',
  );
  const { Client } = await import('pg');
  for (const password of ['', 'guess']) {
    const client = new Client({ ...postgres.superuser, password });
    await expect(client.connect()).rejects.toThrow(/password/);
    await client.end().catch(() => {});
  }
});
