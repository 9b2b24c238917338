import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../../test/support/server.ts';
import type { OccurrenceBody } from '../api/moments/shapes.ts';
import type { TodayBody } from '../api/moments/today-shapes.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'rapport-cli-team-'));
const dataDir = join(folder, 'data');
let server: Server;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a process of its own. */
function rapport(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, RAPPORT_DATA_DIR: dataDir, NO_COLOR: '1' };
    execFile(join(root, 'bin/rapport'), args, { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

async function json<Answer>(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await rapport(...args, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

beforeAll(async () => {
  server = await startServer({ dataDir });
  const key = (await rapport('key', 'create', '--kind', 'write')).stdout.trim();
  const send = (path: string, message: object): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      body: JSON.stringify({ userId: 'ada', context: { groupId: 'acme' }, ...message }),
    });
  await send('/v1/group', { groupId: 'acme', traits: { name: 'Acme', arr: 120_000 } });
  await send('/v1/track', { event: 'Deal Won' });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the team on the command line', () => {
  it('is made, and what is open finds its owner', async () => {
    expect((await rapport('member', 'add', 'boss', '--name', 'Bo', '--role', 'manager')).stderr).toContain(
      'Bo is in the team',
    );
    expect(await json('member', 'add', 'anna', '--weekly-minutes', '900')).toMatchObject({
      id: 'anna',
      weeklyMinutes: 900,
    });
    expect(await json('pool', 'set', 'onboarding', 'anna')).toEqual({ role: 'onboarding', members: ['anna'] });
    await expect
      .poll(async () => (await json<OccurrenceBody[]>('occurrence', 'list', '--owner', 'anna')).length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(0);
  });

  it('takes roles from a file, or none when a row is wrong', async () => {
    const file = join(folder, 'roles.csv');
    writeFileSync(file, 'account,role,member\nacme,csm,boss\n');
    expect(await json('role', 'import', file)).toEqual({ rows: 1, changed: 1, unchanged: 0, dryRun: false });
    writeFileSync(file, 'account,role,member\nacme,csm,ana\nacne,csm,anna\n');
    const wrong = await rapport('role', 'import', file);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/line 2: .*did you mean anna\?\nline 3: .*"acne"/),
    ]);
    expect((await rapport('role', 'list', 'acme')).stdout).toContain('boss');
  });

  it('knows who stands in, and refuses what it cannot use', async () => {
    expect(await json('cover', 'add', 'boss', 'anna', '--from', '2126-01-01', '--until', '2126-01-08')).toMatchObject({
      cover: 'anna',
    });
    expect((await rapport('member', 'add', 'cy', '--weekly-minutes', 'many')).code).toBe(2);
  });

  it('shows a day with its reasons', async () => {
    const today = await json<TodayBody>('today', '--owner', 'anna');
    expect(today.data[0]).toMatchObject({
      rank: 1,
      reasons: expect.arrayContaining([expect.stringContaining('120,000 a year')]),
    });
    const { stdout } = await rapport('today', '--owner', 'anna');
    expect(stdout).toContain('Acme: ');
    expect(stdout).toContain('The phase Onboarding began on');
  });

  it('does what is to be done, once', async () => {
    const [first] = await json<OccurrenceBody[]>('occurrence', 'list', '--owner', 'anna', '--limit', '1');
    const id = first?.id ?? '';
    expect((await rapport('occurrence', 'skip', id)).code).toBe(2);
    expect(await json('occurrence', 'complete', id, '--by', 'anna', '--note', 'Went well')).toMatchObject({
      state: 'done',
    });
    const again = await rapport('occurrence', 'complete', id);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('It has ended.')]);
    expect((await rapport('occurrence', 'show', id)).stdout).toContain('anna: Went well');
  });

  it('shows where an account stands, and what everybody has to do', async () => {
    expect((await rapport('journey', 'acme')).stdout).toContain('Onboarding');
    expect((await rapport('today', '--team')).stdout).toContain('anna');
    expect((await rapport('today')).code).toBe(2);
  });

  it('prints the address of a calendar and nothing else, and the address works', async () => {
    const { stdout } = await rapport('calendar', 'create', '--member', 'anna');
    expect(stdout).toMatch(/^http\S+\.ics\n$/);
    expect(await (await fetch(stdout.trim())).text()).toMatch(/^BEGIN:VCALENDAR/);
    expect((await rapport('calendar', 'revoke', '--member', 'anna')).code).toBe(0);
    expect((await fetch(stdout.trim())).status).toBe(404);
    expect((await rapport('calendar', 'create')).code).toBe(2);
  });
});
