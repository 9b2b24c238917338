import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { given } from '../../../test/support/given.ts';
import { silentLog } from '../../lib/log.ts';
import { findPlace } from './postgres-account.ts';
import { linkLibraries, postgresBinaries } from './postgres-binaries.ts';

const isRoot = process.getuid?.() === 0;
const asRoot = given(isRoot, 'PostgreSQL as root, because this is not root');
let base = '';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'rapport-place-'));
  chmodSync(base, 0o755);
  mkdirSync(join(base, 'open/bin'), { recursive: true });
  mkdirSync(join(base, 'closed/bin'), { recursive: true });
  writeFileSync(join(base, 'closed/bin/postgres'), 'binary', { mode: 0o755 });
  chmodSync(join(base, 'closed'), 0o700);
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function place(folder: string, identity = 'i'): ReturnType<typeof findPlace> {
  const from = { binaries: join(base, folder), version: '1', directory: join(base, folder, 'state'), identity };
  return findPlace(from, silentLog, join(base, 'system'));
}

test.runIf(asRoot)(
  'as root, PostgreSQL gets an unprivileged account and keeps its files where they were wanted',
  () => {
    const { account, binaries, directory } = place('open');
    expect(account?.uid).toBeGreaterThan(0);
    expect([binaries, directory]).toEqual([join(base, 'open'), join(base, 'open/state')]);
    expect(statSync(directory)).toMatchObject({ uid: account?.uid, gid: account?.gid });
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  },
);

test.runIf(asRoot)('as root, what the account cannot reach goes to the system directory, with a link to it', () => {
  const first = place('closed');
  expect(first.directory.startsWith(join(base, 'system'))).toBe(true);
  expect(existsSync(join(first.binaries, 'bin/postgres'))).toBe(true);
  expect(first.binaries.startsWith(join(base, 'system'))).toBe(true);
  expect(lstatSync(join(base, 'closed/state')).isSymbolicLink()).toBe(true);
  expect(place('closed')).toEqual(first);
});

test.runIf(asRoot)('a data directory that was moved or copied is not given the files of the original', () => {
  const first = place('closed');
  expect(() => place('closed', 'another installation')).toThrow(`still in ${first.directory}`);
});

test.runIf(given(!isRoot, 'PostgreSQL as anybody but root, because this is root'))(
  'as anybody else, PostgreSQL runs as ourselves',
  () => {
    expect(place('open')).toMatchObject({ account: null, binaries: join(base, 'open') });
  },
);

test('the links that an npm package cannot hold are made once, by whoever comes first', () => {
  mkdirSync(join(base, 'native/lib'), { recursive: true });
  writeFileSync(join(base, 'native/lib/libx.so.1.2'), 'library');
  writeFileSync(
    join(base, 'native/pg-symlinks.json'),
    '[{"source":"native/lib/libx.so.1.2","target":"native/lib/libx.so.1"}]',
  );
  linkLibraries(join(base, 'native'));
  linkLibraries(join(base, 'native'));
  expect(statSync(join(base, 'native/lib/libx.so.1')).size).toBe(7);
});

test('the binaries of this platform are there with their libraries linked', () => {
  const native = postgresBinaries();
  expect(existsSync(join(native, 'bin/postgres'))).toBe(true);
});
