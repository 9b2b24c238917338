import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../../test/support/engines.ts';
import { createWorkspace, startPipeline, storedEvents, type TestPipeline } from '../pipeline.testing.ts';
import { ingestRoutes } from './routes.ts';

const stores = useStores();
let pipeline: TestPipeline;
let home: Awaited<ReturnType<typeof createWorkspace>>;
beforeAll(async () => {
  pipeline = await startPipeline(stores);
  home = await createWorkspace(stores);
});
afterAll(() => pipeline.close());

const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
let count = 0;
const track = (): Record<string, unknown> & { messageId: string } => ({
  type: 'track',
  messageId: `m${count++}`,
  userId: 'u',
  event: 'Seen',
});

async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: unknown; headers: Record<string, unknown> }> {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await pipeline.server.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: answer.statusCode, json: JSON.parse(answer.body || 'null') as unknown, headers: answer.headers };
}

async function expectStored(ids: readonly string[]): Promise<void> {
  await pipeline.loader.settled();
  const stored = (await storedEvents(stores, home.workspace)).map(({ id }) => id);
  expect(stored).toEqual(expect.arrayContaining([...ids]));
}

describe('the ways in', () => {
  it('every path takes events, with and without a slash at the end, and answers exactly 200 {"success":true}', async () => {
    const ids: string[] = [];
    for (const { path } of ingestRoutes) {
      for (const url of [path, `${path}/`]) {
        const isPostHog = !path.startsWith('/v1');
        const id = `r${count++}`;
        const event = isPostHog
          ? { event: 'Seen', distinct_id: 'u', uuid: id, properties: {} }
          : {
              ...track(),
              type: undefined,
              messageId: id,
              groupId: 'acme',
              previousId: 'before',
              userId: 'u',
              context: { groupId: 'acme' },
            };
        const isBatch = /batch|import|\/b$/.test(path);
        const shaped = isBatch && !isPostHog ? { ...event, type: 'track' } : event;
        const body = isBatch ? { batch: [shaped], writeKey: home.key } : { ...shaped, writeKey: home.key };
        expect(await post(url, body), url).toMatchObject({ status: 200, json: { success: true } });
        if (path !== '/v1/m') ids.push(id);
      }
    }
    await expectStored(ids);
  });

  it.each([
    ['application/json', 'application/json'],
    ['text/plain, as browsers send', 'text/plain'],
    ['a form that is JSON, as RudderStack sends', 'application/x-www-form-urlencoded'],
    ['an unknown type', 'application/x-thing; charset=utf-8'],
    ['what is no type at all', 'garbage'],
  ])('reads JSON sent as %s', async (_, type) => {
    const event = track();
    expect(
      (await post('/v1/batch', { batch: [event] }, { authorization: basic(home.key), 'content-type': type })).status,
    ).toBe(200);
    await expectStored([event.messageId]);
  });

  it('reads JSON behind a byte order mark, also when it is zipped', async () => {
    const [one, two] = [track(), track()];
    const auth = { authorization: basic(home.key) };
    const marked = (event: object): string => `\ufeff${JSON.stringify({ batch: [event] })}`;
    expect((await post('/v1/batch', marked(one), auth)).status).toBe(200);
    expect((await post('/v1/batch', gzipSync(marked(two)), auth)).status).toBe(200);
    await expectStored([one.messageId, two.messageId]);
  });

  it('inflates gzip by header or by its first bytes', async () => {
    const [one, two] = [track(), track()];
    const auth = { authorization: basic(home.key) };
    expect(
      (await post('/v1/batch', gzipSync(JSON.stringify({ batch: [one] })), { ...auth, 'content-encoding': 'gzip' }))
        .status,
    ).toBe(200);
    expect((await post('/v1/batch', gzipSync(JSON.stringify({ batch: [two] })), auth)).status).toBe(200);
    await expectStored([one.messageId, two.messageId]);
  });

  it.each([
    ['Basic authorization', {}, (key: string) => ({ authorization: basic(key) })],
    ['writeKey of the body', { writeKey: '' }, () => ({})],
    ['writeKey of the first event', { first: true }, () => ({})],
    ['api_key', { api_key: '' }, () => ({})],
  ])(
    'finds the key in %s',
    async (_, fields: Record<string, unknown>, headers: (key: string) => Record<string, string>) => {
      const event = track();
      const { first, ...names } = fields;
      const given = Object.fromEntries(Object.keys(names).map((name) => [name, home.key]));
      const body = { batch: [first ? { ...event, writeKey: home.key } : event], ...given };
      expect((await post('/v1/batch', body, headers(home.key))).status).toBe(200);
      await expectStored([event.messageId]);
    },
  );
});

describe('browsers', () => {
  it('may ask every path before they send, and see Retry-After', async () => {
    for (const { path } of ingestRoutes) {
      const answer = await pipeline.server.inject({
        method: 'OPTIONS',
        url: path,
        headers: {
          origin: 'https://shop.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization',
        },
      });
      expect(answer.statusCode).toBe(204);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': '*',
        'access-control-max-age': '86400',
        'access-control-expose-headers': 'retry-after',
      });
      expect(String(answer.headers['access-control-allow-headers']).split(', ')).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'x-retry-count']),
      );
    }
  });

  it('see the CORS headers on refusals too', async () => {
    const answer = await post('/v1/t', '{', { authorization: basic(home.key) });
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*' });
  });

  it('get settings with one integration that sends here', async () => {
    const answer = await pipeline.server.inject({
      method: 'GET',
      url: `/v1/projects/${home.key}/settings`,
      headers: { host: 'in.example:4400' },
    });
    expect(answer.statusCode).toBe(200);
    const settings = answer.json<{ integrations: Record<string, object> }>();
    expect(Object.keys(settings.integrations)).toEqual(['Segment.io']);
    expect(settings.integrations['Segment.io']).toMatchObject({
      apiKey: home.key,
      apiHost: 'in.example:4400/v1',
      protocol: 'http',
    });
    expect((await pipeline.server.inject({ method: 'GET', url: '/v1/projects/nobody/settings' })).statusCode).toBe(401);
  });

  it('behind a proxy are sent to its address, under https, whatever the proxy asks for', async () => {
    const proxied = await startPipeline(stores, { publicUrl: 'https://events.example/in' });
    const answer = await proxied.server.inject({
      method: 'GET',
      url: `/v1/projects/${home.key}/settings`,
      headers: { host: '127.0.0.1:4400' },
    });
    await proxied.close();
    expect(answer.json<{ integrations: Record<string, object> }>().integrations['Segment.io']).toMatchObject({
      apiHost: 'events.example/in/v1',
      protocol: 'https',
    });
  });
});

describe('refusals', () => {
  it.each([
    ['broken JSON', '{"batch":', 400, 'broken-json'],
    ['an empty body', '', 400, 'broken-json'],
    ['a bare number', '5', 400, 'broken-json'],
    ['broken gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]), 400, 'broken-gzip'],
    ['more than 4 MB', JSON.stringify({ a: 'x'.repeat(4 << 20) }), 413, 'too-large'],
    ['a gzip bomb', gzipSync(Buffer.alloc(64 << 20, 32)), 413, 'too-large'],
  ])('%s is said with code, message and error', async (_, body, status, code) => {
    const answer = await post('/v1/batch', body, { authorization: basic(home.key) });
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      code,
      status,
      message: expect.any(String),
      error: { code, message: expect.any(String) },
    });
  });

  it('a body of just under 4 MB is taken', async () => {
    const event = { ...track(), properties: { blob: 'x'.repeat((4 << 20) - 1_000) } };
    expect((await post('/v1/track', event, { authorization: basic(home.key) })).status).toBe(200);
    await expectStored([event.messageId]);
    expect(pipeline.deps.counters.flagged.oversize).toBeGreaterThanOrEqual(1);
  });

  it('keys that are missing, unknown, revoked or for reading only', async () => {
    const cases = [
      [{}, 401, 'missing-key'],
      [{ authorization: basic('nobody') }, 401, 'unknown-key'],
      [{ authorization: basic(await home.keyOf('write', true)) }, 401, 'unknown-key'],
      [{ authorization: basic(await home.keyOf('read')) }, 403, 'wrong-kind-of-key'],
      [{ authorization: basic(await home.keyOf('admin')) }, 200, undefined],
    ] as const;
    for (const [headers, status, code] of cases) {
      const answer = await post('/v1/batch', { batch: [track()] }, headers);
      expect([answer.status, (answer.json as { code?: string }).code]).toEqual([status, code]);
    }
  });

  it('a key that was just used is refused as soon as it is revoked', async () => {
    const clock = { now: () => 1_780_000_000_000 }; // stands still: nothing is forgotten by its age
    const still = await startPipeline(stores, { clock });
    const key = await home.keyOf('write');
    const send = async (): Promise<number> =>
      (await still.server.inject({ method: 'POST', url: '/v1/batch', payload: { batch: [track()], writeKey: key } }))
        .statusCode;
    expect(await send()).toBe(200);
    await stores.state.everywhere((db) =>
      db
        .updateTable('api_key')
        .set({ revoked_at: new Date(0) })
        .where('hash', '=', hash('sha256', key, 'hex'))
        .execute(),
    );
    expect(await send()).toBe(200);
    await stores.state.notify('rapport_keys', home.workspace);
    await expect.poll(send, { timeout: 5_000 }).toBe(401);
    await still.close();
  });

  it('an unknown key is answered with success and dropped when the installation says so', async () => {
    const lenient = await startPipeline(stores, { unknownKey: 'accept' });
    const answer = await lenient.server.inject({
      method: 'POST',
      url: '/v1/batch',
      payload: { batch: [track()], writeKey: 'nobody' },
    });
    expect(answer.statusCode).toBe(200);
    expect(lenient.spool.status().backlogBytes).toBe(0);
    await lenient.close();
  });

  it('one bad event does not refuse its batch: it becomes a dead letter', async () => {
    const good = track();
    expect(
      (await post('/v1/batch', { batch: [good, { type: 'track', userId: 'u' }, 5], writeKey: home.key })).status,
    ).toBe(200);
    await expectStored([good.messageId]);
    expect(pipeline.deps.counters.dropped).toMatchObject({ 'missing-event-name': 1, 'not-an-object': 1 });
  });
});
