import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStream } from '../../test/support/event-stream.ts';
import { descendantRunning, signalProcess } from '../../test/support/processes.ts';
import { rapport, type Server, startServer, temporaryFolder, waitFor } from '../../test/support/server.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let server: Server;
let write = '';
let read = '';
let newKey: (kind: string) => Promise<string>;

beforeAll(async () => {
  folder = await temporaryFolder('outage');
  const settings = { RAPPORT_DATA_DIR: folder.path };
  server = await startServer({ dataDir: folder.path, settings: { RAPPORT_MIN_FREE_SPACE: '0' } });
  newKey = async (kind) => (await rapport(['key', 'create', '--kind', kind], settings)).stdout.trim();
  write = await newKey('write');
  read = await newKey('read');
});

afterAll(async () => {
  await server.stop();
  await folder.remove();
});

let sent = 0;

async function send(): Promise<void> {
  const message = { type: 'track', event: 'Signed In', userId: 'ada', context: { groupId: 'acme' } };
  const body = JSON.stringify({ writeKey: write, batch: [{ ...message, messageId: `m${sent}` }] });
  const answer = await fetch(`${server.url}/v1/batch`, { method: 'POST', body });
  expect(answer.status, await answer.text()).toBe(200);
  sent += 1;
}

function get(path: string, key = read): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
}

async function stored(): Promise<number> {
  const answer = await get('/api/events?limit=1').catch(() => null);
  return answer?.status === 200 ? ((await answer.json()) as { total: number }).total : -1;
}

describe('while an engine is away', () => {
  it.each([
    ['clickhouse-child', '/api/events?limit=1', 'events'],
    ['bin/postgres', '/api/accounts?limit=1', 'state'],
  ])(
    '%s: reads answer 503 with Retry-After, ingest goes on acknowledging, and all is there afterwards',
    async (engine, path, name) => {
      await send();
      await waitFor(async () => (await get(path)).status === 200, 10_000);
      await waitFor(async () => (await stored()) === sent, 20_000);
      signalProcess(descendantRunning(server.process.pid ?? 0, engine), 'SIGKILL');
      const refusals: Response[] = [];
      await waitFor(async () => {
        await send();
        const answer = await get(path);
        if (answer.status === 200) return refusals.length > 0;
        refusals.push(answer);
        return false;
      }, 30_000);
      for (const refusal of refusals) {
        expect(refusal.status).toBe(503);
        expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(refusal.headers.get('content-type')).toContain('application/problem+json');
        expect(await refusal.json()).toMatchObject({ status: 503, detail: expect.stringContaining(name) });
      }
      await waitFor(
        async () => (await stored()) === sent,
        20_000,
        () => `sent ${sent}\n${server.output()}`,
      );
      const score = await get('/api/accounts/acme/score');
      expect(score.status).toBe(200);
    },
  );
});

describe('the live tail', () => {
  it('shows an event that was taken in, and one that was refused with its reason', async () => {
    const stream = readStream(`${server.url}/api/live/events`, read);
    await stream.opened;
    await send();
    const wrong = JSON.stringify({ writeKey: write, batch: [{ type: 'track', userId: 'ada' }] });
    await fetch(`${server.url}/v1/batch`, { method: 'POST', body: wrong });
    await waitFor(
      async () => stream.received.length >= 2,
      10_000,
      () => JSON.stringify(stream.received),
    );
    expect(stream.received).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: `m${sent - 1}`, outcome: 'accepted', account: 'acme', name: 'Signed In' }),
        expect.objectContaining({ outcome: 'rejected', reason: 'missing-event-name' }),
      ]),
    );
    await stream.close();
  });
});

describe('wrong keys', () => {
  it('are refused with 429 and Retry-After after thirty of them, while good keys go on working', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 40; attempt++) {
      const answer = await get('/api/accounts', `rr_${String(attempt).padStart(32, 'x')}`);
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect([statuses.indexOf(429), new Set(statuses)]).toEqual([30, new Set([401, 429])]);
    expect((await get('/api/accounts')).status).toBe(200);
    const fresh = await newKey('read');
    expect((await get('/api/accounts', fresh)).status, 'a key that was never seen before').toBe(200);
  });
});
