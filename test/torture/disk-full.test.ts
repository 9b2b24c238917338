import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { given } from '../support/given.ts';
import { startClickHouse } from '../../src/store/embedded/clickhouse.ts';
import { startPostgres } from '../../src/store/embedded/postgres.ts';
import { migrateEvents } from '../../src/store/events/migrate.ts';
import { openEvents } from '../../src/store/events/open.ts';
import { migrateState } from '../../src/store/state/migrate.ts';
import { openState } from '../../src/store/state/open.ts';
import { testLog } from '../support/log.ts';

const mounts: string[] = [];
const closers: (() => Promise<void>)[] = [];

/** A file system of its own, of so many MiB; null where mounting is not possible. */
function smallDisk(mebibytes: number): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'rapport-small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    rmdirSync(directory);
    return null;
  }
  mounts.push(directory);
  chmodSync(directory, 0o755);
  return directory;
}

function resize(directory: string, mebibytes: number): void {
  execFileSync('mount', ['-o', `remount,size=${mebibytes}m`, directory]);
}

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

afterAll(() => {
  for (const directory of mounts.splice(0)) {
    execFileSync('umount', ['--lazy', directory]);
    rmdirSync(directory);
  }
});

const probe = smallDisk(1);
const canMount = given(probe !== null, 'full disks of the engines, because mounting a tmpfs needs root');

test.runIf(canMount)(
  'a full disk of the events engine refuses clearly, loses nothing and recovers with space',
  async () => {
    const disk = smallDisk(96) ?? '';
    const { engine, access } = await startClickHouse({ directory: join(disk, 'events'), log: testLog });
    closers.push(() => engine.stop());
    await migrateEvents(access);
    const events = openEvents(access);
    closers.push(() => events.close());
    let acknowledged = 0;
    const insert = async (): Promise<void> => {
      const body = randomBytes(3_000_000).toString('base64'); // does not compress
      await events.insert('dead_letters', [
        { workspace: 'w', received_at: acknowledged, id: `d${acknowledged}`, body },
      ]);
      acknowledged++;
    };
    const stored = async (): Promise<number> => {
      const rows = await events.query({
        name: 'stored',
        sql: `SELECT uniqExact(id) AS n FROM ${events.table('dead_letters')} FINAL`,
        params: {},
        row: (raw) => Number(raw['n']),
      });
      return rows[0] ?? 0;
    };
    const fill = async (): Promise<never> => {
      for (;;) await insert();
    };
    await expect(fill()).rejects.toMatchObject({ name: 'StoreFull' });
    expect(acknowledged).toBeGreaterThan(3);
    expect(await stored()).toBe(acknowledged); // reads go on
    resize(disk, 256);
    await insert();
    expect(await stored()).toBe(acknowledged);
    expect(engine.restarts).toBe(0);
  },
);

test.runIf(canMount)('a full disk of the state engine refuses, loses nothing and recovers with space', async () => {
  const disk = smallDisk(110) ?? '';
  const { engine, access } = await startPostgres({
    directory: join(disk, 'state'),
    secretsFile: join(disk, 'secrets'),
    log: testLog,
  });
  closers.push(() => engine.stop());
  await migrateState(access, async () => {});
  const state = openState(access, testLog);
  closers.push(() => state.close());
  const acknowledged: string[] = [];
  const insert = async (): Promise<void> => {
    const slug = `w${acknowledged.length}`;
    const name = randomBytes(1_500_000).toString('hex');
    await state.everywhere((all) => all.insertInto('workspace').values({ id: slug, slug, name }).execute());
    acknowledged.push(slug);
  };
  const fill = async (): Promise<never> => {
    for (;;) await insert();
  };
  await expect(fill()).rejects.toThrow(/disk of the state engine is full|state engine does not answer/);
  expect(acknowledged.length).toBeGreaterThan(3);
  resize(disk, 400);
  const added = acknowledged.length;
  await expect
    .poll(
      () =>
        insert().then(
          () => true,
          () => false,
        ),
      { timeout: 30_000, interval: 200 },
    )
    .toBe(true);
  const rows = await state.everywhere((all) => all.selectFrom('workspace').select('id').execute());
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledged.slice(0, added)));
});
