import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { openStores, type Stores } from '../../src/store/open.ts';
import { testLog } from '../support/log.ts';
import {
  descendantRunning,
  descendants,
  isAlive,
  signalProcess,
  startStoreProcess,
  type StoreProcess,
} from '../support/processes.ts';
import { testSettings } from '../support/settings.ts';

const directories: string[] = [];
const processes: StoreProcess[] = [];

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rapport-torture-'));
  chmodSync(directory, 0o755);
  directories.push(directory);
  return join(directory, 'data');
}

function start(dataDir: string, mode: 'idle' | 'write'): StoreProcess {
  const process = startStoreProcess(dataDir, mode);
  processes.push(process);
  return process;
}

function open(dataDir: string): Promise<Stores> {
  return openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: testLog });
}

async function until(condition: () => boolean, withinMs: number, what: string): Promise<void> {
  for (let waited = 0; !condition(); waited += 25) {
    if (waited > withinMs) throw new Error(`Waited ${withinMs} ms for ${what}.`);
    await sleep(25);
  }
}

/** Acknowledged batches that are not whole in both stores, and events that are there twice. */
async function losses(dataDir: string, acknowledged: readonly string[]): Promise<{ lost: string[]; doubled: number }> {
  const stores = await open(dataDir);
  try {
    const counts = await stores.events.query({
      name: 'count-batches',
      sql: `SELECT segment, count() AS rows, uniqExact(id) AS ids FROM ${stores.events.table('events')} FINAL GROUP BY segment`,
      params: {},
      row: (raw) => ({ segment: String(raw['segment']), rows: Number(raw['rows']), ids: Number(raw['ids']) }),
    });
    const whole = new Set(counts.filter(({ ids }) => ids === 20).map(({ segment }) => segment));
    const rows = await stores.state.everywhere((state) =>
      state.selectFrom('account_domain').select('domain').execute(),
    );
    const committed = new Set(rows.map(({ domain }) => domain));
    return {
      lost: acknowledged.filter((batch) => !whole.has(batch) || !committed.has(batch)),
      doubled: counts.filter((count) => count.rows !== count.ids).length,
    };
  } finally {
    await stores.close();
  }
}

afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await sleep(300); // engines of a killed process end with their pipe
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true, maxRetries: 20 });
});

describe('the life of the embedded engines', () => {
  test('SIGKILL of Rapport leaves no engine behind for 5 seconds, and the next start just works', async () => {
    const dataDir = freshDirectory();
    const first = start(dataDir, 'idle');
    expect(await first.first).toHaveProperty('opened');
    const engines = descendants(first.child.pid ?? 0);
    expect(engines.length).toBeGreaterThan(3); // the engine, the keeper, the postmaster and its workers
    first.child.kill('SIGKILL');
    await until(() => !engines.some(isAlive), 5_000, 'the engines to end');
    const second = start(dataDir, 'idle');
    expect(await second.first).toHaveProperty('opened');
    second.child.stdin?.end();
    expect(await second.ended).toBe(0);
  });

  test('a start right after SIGKILL waits for what is still ending', async () => {
    const dataDir = freshDirectory();
    const first = start(dataDir, 'idle');
    await first.first;
    first.child.kill('SIGKILL');
    await first.ended;
    const stores = await open(dataDir);
    expect(stores.engines.map(({ isUp }) => isUp)).toEqual([true, true]);
    await stores.close();
  });

  test('a second Rapport on the same data directory says so and stops; the first goes on', async () => {
    const dataDir = freshDirectory();
    const stores = await open(dataDir);
    try {
      const second = start(dataDir, 'idle');
      const refusal = await second.first;
      expect(refusal.refused).toBe('DataDirectoryInUse');
      expect(refusal.message).toContain(dataDir);
      expect(await second.ended).toBe(2);
      await expect(open(dataDir)).rejects.toThrow('in use by another Rapport');
      expect(
        await stores.events.query({ name: 'alive', sql: 'SELECT 1 AS one', params: {}, row: (raw) => raw }),
      ).toEqual([{ one: 1 }]);
    } finally {
      await stores.close();
    }
    await (await open(dataDir)).close();
  });

  test('a postmaster whose keeper was killed too is found and ended by the next start', async () => {
    const dataDir = freshDirectory();
    const first = start(dataDir, 'idle');
    const fact = await first.first;
    const keeper = fact.opened?.engines['state'] ?? 0;
    const [postmaster = 0] = descendants(keeper);
    signalProcess(keeper, 'SIGSTOP'); // so that it cannot take the postmaster along
    first.child.kill('SIGKILL');
    await first.ended;
    signalProcess(keeper, 'SIGKILL');
    await sleep(200);
    expect(isAlive(postmaster)).toBe(true);
    const stores = await open(dataDir);
    expect(isAlive(postmaster)).toBe(false);
    await stores.close();
  });
});

/** The events engine, the keeper of the state engine, and its postmaster. */
const victims = ['clickhouse-child.ts', 'postgres-child.ts', 'bin/postgres'];

describe('crashes while writing', () => {
  test(`SIGKILL of an engine during inserts, ${testSettings.tortureRounds} rounds: it comes back by itself and nothing acknowledged is lost`, async () => {
    const dataDir = freshDirectory();
    const writer = start(dataDir, 'write');
    await writer.first;
    const acknowledged = (): string[] => writer.facts.flatMap((fact) => fact.acknowledged ?? []);
    for (let round = 0; round < testSettings.tortureRounds; round++) {
      const before = acknowledged().length;
      await until(() => acknowledged().length >= before + 5, 30_000, 'writes to be acknowledged');
      const program = victims[round % victims.length] ?? '';
      const find = (): number => descendantRunning(writer.child.pid ?? 0, program);
      await until(() => find() > 0, 30_000, `${program} to run`);
      const victim = find();
      signalProcess(victim, 'SIGKILL');
      const killedAt = acknowledged().length;
      await until(
        () => acknowledged().length >= killedAt + 3,
        30_000,
        `writes to go on after the kill of round ${round}`,
      );
    }
    writer.child.kill('SIGKILL');
    await writer.ended;
    expect(await losses(dataDir, acknowledged())).toEqual({ lost: [], doubled: 0 });
    expect(new Set(writer.facts.flatMap((fact) => fact.failed ?? []))).toEqual(new Set(['StoreUnavailable']));
  }, 240_000);

  test(`SIGKILL of Rapport during inserts, ${testSettings.tortureRounds} rounds: nothing acknowledged is lost`, async () => {
    const dataDir = freshDirectory();
    const acknowledged: string[] = [];
    for (let round = 0; round < testSettings.tortureRounds; round++) {
      const writer = start(dataDir, 'write');
      await writer.first;
      await until(() => writer.facts.length > 8 + 3 * round, 30_000, 'writes to be acknowledged');
      writer.child.kill('SIGKILL');
      await writer.ended;
      acknowledged.push(...writer.facts.flatMap((fact) => fact.acknowledged ?? []));
    }
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(await losses(dataDir, acknowledged)).toEqual({ lost: [], doubled: 0 });
  }, 240_000);
});
