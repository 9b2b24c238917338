import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { given } from '../support/given.ts';
import { storedIds } from '../support/sender.ts';
import { rapport, type Server, startServer, waitFor } from '../support/server.ts';

/** A file system of its own; null where mounting is not possible. */
function smallDisk(mebibytes: number): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'rapport-server-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0755`, 'tmpfs', directory], { stdio: 'pipe' });
    return directory;
  } catch {
    rmdirSync(directory);
    return null;
  }
}

const disk = smallDisk(320);
const canMount = given(disk !== null, 'a full disk under the server, because mounting a tmpfs needs root');
let server: Server | null = null;

afterAll(async () => {
  await server?.stop();
  if (disk === null) return;
  execFileSync('umount', ['--lazy', disk]);
  rmdirSync(disk);
});

const acknowledged = new Set<string>();
const sent = new Set<string>();

/** One batch of about 300 kB that does not compress. */
async function send(url: string, writeKey: string): Promise<Response> {
  const batch = Array.from({ length: 10 }, () => ({
    messageId: `m${sent.size + Math.random()}`,
    type: 'track',
    event: 'Report Viewed',
    userId: 'ada',
    context: { groupId: 'acme' },
    properties: { text: randomBytes(15_000).toString('hex') },
  }));
  for (const { messageId } of batch) sent.add(messageId);
  const answer = await fetch(`${url}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey, batch }) });
  if (answer.status === 200) for (const { messageId } of batch) acknowledged.add(messageId);
  return answer;
}

async function expectAllStored(url: string, read: string): Promise<void> {
  let ids: string[] = [];
  await waitFor(
    async () => {
      ids = await storedIds(url, read).catch(() => []);
      const stored = new Set(ids);
      return [...acknowledged].every((id) => stored.has(id));
    },
    120_000,
    () => `${acknowledged.size} events are acknowledged, ${ids.length} are stored`,
  );
  expect(new Set(ids).size, 'no event is stored twice').toBe(ids.length);
  expect(ids.filter((id) => !sent.has(id))).toEqual([]);
}

test.runIf(canMount)(
  'a full disk refuses events clearly, loses none that was acknowledged, and goes on by itself when there is space',
  async () => {
    const dataDir = join(disk ?? '', 'data');
    server = await startServer({ dataDir, settings: { RAPPORT_MIN_FREE_SPACE: String(24 << 20) } });
    const { url } = server;
    const settings = { RAPPORT_DATA_DIR: dataDir };
    const key = async (kind: string) => (await rapport(['key', 'create', '--kind', kind], settings)).stdout.trim();
    const [write, read] = [await key('write'), await key('read')];
    expect((await send(url, write)).status).toBe(200);

    // Somebody else fills the disk down to what Rapport keeps free for its engines.
    const ballast = join(disk ?? '', 'ballast');
    const { bavail, bsize } = statfsSync(disk ?? '');
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - (26 << 20)));
    let refusal: Response | null = null;
    await waitFor(async () => {
      const answer = await send(url, write);
      if (answer.status !== 200) refusal = answer;
      return refusal !== null;
    }, 60_000);
    const answer = refusal as unknown as Response;
    expect([429, 503]).toContain(answer.status);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await answer.text()).toMatch(/disk|space/i);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('disk-full')]);

    rmSync(ballast);
    await waitFor(async () => (await send(url, write)).status === 200, 30_000);
    await expectAllStored(url, read);
    expect(server.process.exitCode).toBeNull();
  },
  240_000,
);
