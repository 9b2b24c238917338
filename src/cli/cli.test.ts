import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from '../../test/support/server.ts';
import { referencePages } from './docs.ts';
import { buildProgram } from './main.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'rapport-cli-'));
const dataDir = join(folder, 'data');
let server: Server;

/** A text that would clear the screen, ring, turn round what follows, and begin a new line. */
const odd = 'a\u001B[2J\u009B31m\u0007\u202Eb\nc\rd';
const oddShown = String.raw`a\u001b[2J\u009b31m\u0007\u202eb\nc\rd`;
const steering = /[^\P{Cc}\t\n]|[\u202a-\u202e]/u;

const importMapping = `import: 1
name: Visits
source: visits
files:
  - files: visits.csv
    person: row.who
    account: row.company
    time: time(row.at)
    emit:
      - track: Signed In
        id: '"visit-" + string(row_number)'
        properties: { minutes: number(row.minutes) }
`;

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

/** Runs a command that does not end by itself. */
async function watch(...args: string[]): Promise<{ text(): string; stop(): void }> {
  const env = { ...process.env, RAPPORT_DATA_DIR: dataDir, NO_COLOR: '1' };
  const child = spawn(join(root, 'bin/rapport'), args, { cwd: folder, env });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  await new Promise((resolve) => child.stderr.once('data', resolve)); // it says that it watches
  return { text: () => text, stop: () => void child.kill('SIGTERM') };
}

beforeAll(async () => {
  server = await startServer({ dataDir });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('commands that need nothing', () => {
  it('check is silent on stdout and ends with 0 for a good model', async () => {
    const { code, stdout, stderr } = await rapport('check', join(root, 'models/b2b-saas.yaml'));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('fine');
  });

  it('check --json prints every diagnostic with its place and ends with 1', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'rapport: 1\nname: Wrong\nindicatrs: {}\n');
    const { code, stdout } = await rapport('check', file, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([expect.objectContaining({ line: 3 })]),
    });
  });

  it(
    'test plays scenarios, in process and on engines of its own, and ends with 1 when one fails, saying why',
    { timeout: 180_000 },
    async () => {
      const file = join(folder, 'own.test.yaml');
      const write = (due: string): void =>
        writeFileSync(
          file,
          `model: ./own.yaml
start: 2026-03-02T09:00:00Z
scenarios:
  - name: Somebody logs in within a week
    account: { id: acme }
    steps:
      - at: 0d
        track: { event: Deal Won }
        expect: { occurrences: [{ moment: first_login, state: open, role: csm, due: ${due} }] }
`,
        );
      writeFileSync(
        join(folder, 'own.yaml'),
        `rapport: 1
name: Own
catalog: { Deal Won: {}, Signed In: {} }
indicators: { use: [active_days] }
phases: { onboarding: { starts: { on: Deal Won } } }
moments: { first_login: { phase: onboarding, objective: In the product, due: 7d, done: { on: Signed In } } }
`,
      );
      write('7d');
      for (const args of [[], ['--engine']]) {
        const { code, stdout, stderr } = await rapport('test', file, ...args);
        expect([code, stdout]).toEqual([0, '']);
        expect(stderr).toContain('1 scenario passed, 0 failed');
      }
      write('8d');
      const failed = await rapport('test', file);
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('got       first_login open, role csm, opens 0d, due 7d');
      const { code, stdout } = await rapport('test', file, '--json');
      expect([code, JSON.parse(stdout)]).toMatchObject([
        1,
        { ok: false, passed: 0, failed: 1, scenarios: [{ passed: false, failures: [{ account: 'acme', line: 9 }] }] },
      ]);
    },
  );

  it('explain prints SQL', async () => {
    const { code, stdout } = await rapport('explain', join(root, 'models/minimal.yaml'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/SELECT/);
  });

  it.each([
    [['evalute'], 'Did you mean evaluate?'],
    [['evaluate', '--as-off', 'x'], "unknown option '--as-off'"],
    [['evaluate', '--as-of', 'yesterday'], 'is not an instant'],
    [['key', 'create', '--kind', 'root'], 'Allowed choices are write, read, admin'],
    [['serve', '--port', 'http'], 'must be a whole number'],
    [['flow', '--by', 'colour'], 'Allowed choices are segment, owner, region'],
    [['flow', '--to', 'tomorrow'], 'is not an instant'],
    [['publish'], 'Name a model file'],
    [['simulate', 'b2b-saas'], "required option '--from"],
    [['simulate', 'absent.yaml', '--from', '2026-01-01'], 'There is no file absent.yaml'],
    [['simulate', 'b2b-saas', '--from', '2026-01-02', '--to', '2026-01-01'], '--to is not after --from'],
  ])('%j is a mistake in usage: exit code 2 and a hint', async (args, hint) => {
    const { code, stdout, stderr } = await rapport(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(hint);
  });

  it('mistakes are told without obeying the control characters in them', async () => {
    const file = join(folder, 'odd.yaml');
    writeFileSync(file, `rapport: 1\nname: Odd\n${JSON.stringify(odd)}: 1\n`);
    for (const args of [
      ['key', 'list', '--workspace', odd],
      ['evaluate', '--as-of', odd],
      ['check', file],
    ]) {
      const { stderr } = await rapport(...args);
      expect(stderr).toContain('\\u001b[2J');
      expect(stderr).not.toMatch(steering);
    }
  });

  it('every command has help with at least one sentence', () => {
    const program = buildProgram();
    for (const command of program.commands) expect(command.description(), command.name()).toMatch(/\.$/);
  });

  it('the reference pages of settings, commands and routes are as the code says', async () => {
    const pages = await referencePages(buildProgram());
    for (const name of ['settings.md', 'cli.md', 'api.md']) {
      expect(
        readFileSync(join(root, 'docs/reference', name), 'utf8') === pages[name],
        `${name}: run npm run docs`,
      ).toBe(true);
    }
  });
});

describe('commands beside a running server', () => {
  it('key create prints only the key, and the key works', async () => {
    const { code, stdout } = await rapport('key', 'create', '--kind', 'read');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^rr_[\w-]{32}\n$/);
    const response = await fetch(`${server.url}/api/workspace`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    });
    expect(await response.json()).toMatchObject({ slug: 'default' });
  });

  it('evaluate says what to do while there is no account', async () => {
    const all = await rapport('evaluate');
    expect([all.code, all.stdout, all.stderr]).toEqual([0, '', expect.stringContaining('There is no account yet.')]);
    const json = await rapport('evaluate', '--json');
    expect([json.code, json.stdout, json.stderr]).toEqual([0, '', expect.stringContaining('rapport import')]);
  });

  it('the first start prints an admin key and a write key, and a line that sends an event', async () => {
    await expect.poll(() => server.output(), { timeout: 20_000 }).toMatch(/admin key {2}ra_[^]*curl/);
    const output = server.output();
    const key = /write key {2}(rw_[\w-]+)/.exec(output)?.[1] ?? '';
    const response = await fetch(`${server.url}/v1/track`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      body: JSON.stringify({ userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } }),
    });
    expect(response.status).toBe(200);
  });

  it('evaluate --json prints a line per account', async () => {
    const model = join(root, 'models/minimal.yaml');
    const asOf = new Date(Date.now() + 3_600_000).toISOString();
    await expect
      .poll(async () => (await rapport('evaluate', '--model', model, '--as-of', asOf, '--json')).stdout, {
        timeout: 20_000,
      })
      .not.toBe('');
    const { stdout } = await rapport('evaluate', '--model', model, '--as-of', asOf, '--account', 'acme', '--json');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({
        account: 'acme',
        asOf,
        audiences: [],
        score: expect.any(Number),
        band: expect.any(String),
        coverage: expect.any(Number),
        domains: expect.any(Object),
        indicators: expect.objectContaining({
          active_days: { value: 1, points: 0, state: 'ok', weight: expect.any(Number), contribution: 0 },
        }),
        measures: expect.any(Object),
      }),
    ]);
  });

  it('simulate --json prints a line per occurrence, with these keys in this order', async () => {
    const model = join(folder, 'moments.yaml');
    writeFileSync(
      model,
      `extends: minimal
phases: { known: { starts: { known: true } } }
moments: { hello: { phase: known, objective: Say hello, due: 2d } }
`,
    );
    const from = new Date(Date.now() - 86_400_000).toISOString();
    const { code, stdout, stderr } = await rapport('simulate', model, '--from', from, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const [line = ''] = stdout.split('\n');
    const keys = ['account', 'moment', 'cause', 'openedAt', 'dueAt', 'state', 'doneAt', 'owner', 'escalations'];
    expect(Object.keys(JSON.parse(line) as object)).toEqual(keys);
    expect((await rapport('simulate', model, '--from', from)).stdout).toMatch(/^\d+ moments? would have opened for/);
  });

  it('evaluate says which accounts there are not, after those that there are', async () => {
    const { code, stdout, stderr } = await rapport('evaluate', '--account', 'acme', 'a/b', '--json');
    expect([code, stdout]).toEqual([1, expect.stringContaining('"account":"acme"')]);
    expect(stderr).toContain('There is no account a/b.');
    const early = await rapport('evaluate', '--account', 'acme', '--as-of', '2020-01-01T00:00:00Z');
    expect([early.code, early.stdout]).toEqual([1, '']);
    expect(early.stderr).toContain('Account acme was not known as of 2020-01-01T00:00:00.000Z.');
    const nobody = await rapport('evaluate', '--as-of', '2020-01-01T00:00:00Z');
    expect([nobody.code, nobody.stdout]).toEqual([0, '']);
    expect(nobody.stderr).toContain('No account was known');
  });

  it('import brings a CSV in, lists what failed, and changes nothing when it runs again', async () => {
    const csv = join(folder, 'visits.csv');
    const mapping = join(folder, 'visits.yaml');
    writeFileSync(
      csv,
      'who,company,at,minutes\nada,acme,2025-03-01T10:00:00Z,5\nbob,globex,2025-03-02T10:00:00Z,7\neve,acme,never,1\n',
    );
    writeFileSync(mapping, importMapping);
    const args = ['import', csv, '--mapping', mapping, '--failed', join(folder, 'failed.csv'), '--json'];
    const dry = await rapport(...args, '--dry-run');
    expect([dry.code, dry.stderr]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, rows: 3, failed: 1 });
    const first = await rapport(...args);
    expect(first.code, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ rows: 3, newEvents: 2, alreadyThere: 0, failed: 1 });
    expect(readFileSync(join(folder, 'failed.csv'), 'utf8')).toContain('never');
    rmSync(join(folder, 'failed.csv'));
    expect(JSON.parse((await rapport(...args)).stdout)).toMatchObject({ newEvents: 0, alreadyThere: 2, failed: 1 });
    expect(readFileSync(join(folder, 'failed.csv'), 'utf8')).toContain('never');
    const wrong = await rapport('import', csv, '--mapping', join(folder, 'nothing.yaml'));
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  });

  it('a port that is taken is found out before any engine starts', async () => {
    const { port } = new URL(server.url);
    const elsewhere = join(folder, 'elsewhere');
    const { code, stderr } = await rapport('serve', '--data-dir', elsewhere, '--port', port);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The port is taken')]);
    expect(existsSync(elsewhere)).toBe(false);
  });

  it('tail and tables show control characters of others instead of obeying them; --json is exact', async () => {
    const [seen, exact] = [await watch('tail'), await watch('tail', '--json')];
    const { stdout: key } = await rapport('key', 'create', '--kind', 'write', '--name', odd);
    const authorization = `Basic ${Buffer.from(`${key.trim()}:`).toString('base64')}`;
    for (const body of [
      { userId: 'u', event: odd, context: { groupId: odd } },
      { type: odd, userId: 'u' },
    ])
      await fetch(`${server.url}/v1/track`, { method: 'POST', headers: { authorization }, body: JSON.stringify(body) });
    for (const one of [seen, exact])
      await expect.poll(() => one.text().split('\n').length, { timeout: 20_000 }).toBe(3);
    for (const one of [seen, exact]) one.stop();
    expect(seen.text()).toContain(oddShown);
    expect(JSON.parse(exact.text().split('\n')[0] ?? '')).toMatchObject({ name: odd, account: odd });
    const { stdout: listed } = await rapport('key', 'list');
    expect(listed.split('\n').filter((line) => line.endsWith(oddShown)).length).toBe(1);
    for (const output of [seen.text(), listed]) expect(output).not.toMatch(steering);
  });

  it('publish makes the next version, and goes back', async () => {
    const { code, stdout } = await rapport('publish', join(root, 'models/minimal.yaml'), '--json');
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ version: 2, status: 'live' })]);
    const back = await rapport('publish', '--back-to', '1');
    expect([back.code, back.stderr]).toEqual([
      0,
      expect.stringMatching(/version 3[\s\S]*warning {2}The workspace has no team/),
    ]);
    expect((await rapport('publish', '--back-to', '77')).stderr).toContain('There is no version 77');
  });

  it('a workspace of its own is made and used', async () => {
    expect((await rapport('workspace', 'create', 'second')).code).toBe(0);
    expect((await rapport('workspace', 'create', 'second')).stderr).toContain('already');
    expect((await rapport('key', 'create', '--kind', 'admin', '--workspace', 'second')).stdout).toMatch(/^ra_/);
    expect((await rapport('key', 'list', '--workspace', 'third')).stderr).toContain('no workspace "third"');
  });

  it('doctor finds everything fine', async () => {
    const { code, stdout } = await rapport('doctor', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { fine: boolean }[]).every(({ fine }) => fine)).toBe(true);
  });

  it('a second server on the same data directory says where the first one is, and stops', async () => {
    for (const port of ['0', new URL(server.url).port]) {
      const { code, stderr } = await rapport('serve', '--port', port);
      expect(code).toBe(1);
      expect(stderr).toContain(`Rapport is running on the data directory ${dataDir} already: ${server.url}`);
    }
    const { code, stderr } = await rapport('demo', '--data-dir', dataDir);
    expect([code, stderr]).toEqual([1, expect.stringContaining(server.url)]);
  });

  it('only its user can read how to reach the running server as operator', () => {
    expect(statSync(join(dataDir, 'server.json')).mode & 0o777).toBe(0o600);
  });
});

describe('commands without a server', () => {
  it('start a Rapport for themselves, and leave nothing running', async () => {
    await server.stop();
    const { code, stdout } = await rapport('key', 'list', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as unknown[]).length).toBeGreaterThan(2);
    expect((await rapport('tail')).stderr).toContain('No Rapport is running');
  });
});
