import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { useStores } from '../../test/support/engines.ts';
import { StoreUnavailable } from '../store/events/store.ts';
import { requirePermissions } from './permission.ts';
import { openApiDocument } from './reference.ts';

const stores = useStores();
let rapport: TestRapport;
let other = '';
const keys = { write: '', read: '', admin: '', foreign: '' };

/** Every documented route, with ids of the first workspace filled in. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly permission: string | undefined;
  readonly isPublic: boolean;
  /** Its keys are checked by ingest, and tested there. */
  readonly isIngest: boolean;
}
const document = (await openApiDocument()) as {
  openapi: string;
  paths: Record<
    string,
    Record<string, { 'x-permission'?: string; security?: unknown[]; summary?: string; tags?: string[] }>
  >;
};
const routes: Route[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security, tags, 'x-permission': permission }]) => ({
    permission,
    method: method.toUpperCase(),
    path: path
      .replace('{account}', 'acme')
      .replace('{person}', 'ada')
      .replace('{indicator}', 'active_days')
      .replace('{version}', '1')
      .replace('{key}', 'key_of_another')
      .replace('{member}', 'anna')
      .replace('{role}', 'csm')
      .replace('{occurrence}', 'of-acme')
      .replace(/today$/, 'today?owner=anna'),
    isPublic: security?.length === 0,
    isIngest: tags?.[0] === 'Ingest',
  })),
);
const closed = routes.filter(({ isPublic, isIngest }) => !isPublic && !isIngest);
const operatorOnly = ['GET /api/workspaces', 'POST /api/workspaces', 'POST /api/imports'];
const adminOnly = ['GET /api/keys'];
/** Bodies without which a route would not look for what its address names. */
const bodies: Readonly<Record<string, object>> = {
  'POST /api/accounts/acme/merge': { into: 'globex' },
  'PUT /api/accounts/acme/roles/csm': { member: 'anna' },
  'POST /api/occurrences/of-acme/acts': { kind: 'complete' },
  'PATCH /api/members/anna': { name: 'Eve' },
  'POST /api/members/anna/covers': { cover: 'bob', from: '2026-01-01', until: '2126-01-01' },
};
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  for (const kind of ['write', 'read', 'admin'] as const) keys[kind] = await rapport.key(kind);
  const made = await rapport.control.createWorkspace({ slug: 'other', name: 'Other' });
  other = made?.id ?? '';
  keys.foreign = await rapport.key('admin', other);
  await rapport.send('POST', '/api/members', keys.admin, { id: 'anna', name: 'Anna' });
  await rapport.track(keys.write, { userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } });
  await rapport.track(keys.write, { userId: 'ada', event: 'Signed In', context: { groupId: 'a/b?c' } });
  await rapport.track(keys.write, { userId: 'ada', type: 'track' });
  await rapport.settled();
});
afterAll(() => rapport.close());

describe('who may do what', () => {
  it.each(closed.map((route) => [nameOf(route), route] as const))('%s needs a key', async (_, { method, path }) => {
    const { status, body } = await rapport.send(method, path, '');
    expect(status).toBe(401);
    expect(body).toMatchObject({ status: 401, title: 'Who is asking?' });
  });

  it.each(closed.map((route) => [nameOf(route), route] as const))(
    '%s refuses a write key',
    async (_, { method, path }) => {
      expect((await rapport.send(method, path, keys.write)).status).toBe(403);
    },
  );

  it.each(closed.filter(({ method }) => method !== 'GET').map((route) => [nameOf(route), route] as const))(
    '%s refuses a read key',
    async (_, { method, path }) => {
      expect((await rapport.send(method, path, keys.read)).status).toBe(403);
    },
  );

  it.each([...operatorOnly])('%s is for the operator alone', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    expect((await rapport.send(method, path, keys.admin)).status).toBe(403);
  });

  it.each(adminOnly)('%s is for admin keys', async (name) => {
    const [method = '', path = ''] = name.split(' ');
    expect((await rapport.send(method, path, keys.read)).status).toBe(403);
    expect((await rapport.send(method, path, keys.admin)).status).toBe(200);
  });

  it.each(closed.filter(({ path }) => /acme|ada|anna/.test(path)).map((route) => [nameOf(route), route] as const))(
    '%s finds nothing with the key of another workspace',
    async (name, { method, path }) => {
      const { status, body } = await rapport.send(method, path, keys.foreign, bodies[name]);
      expect([status, body['title']]).toEqual([404, 'Not found']);
    },
  );

  it('lists of another workspace are empty', async () => {
    const lists = [
      'accounts',
      'events',
      'people',
      'dead-letters',
      'models',
      'members',
      'covers',
      'pools',
      'occurrences',
    ];
    for (const path of lists.map((name) => `/api/${name}`)) {
      expect((await rapport.get(path, keys.foreign)).body, path).toEqual({ data: [], total: 0, next: null });
    }
  });

  it('a key of another workspace cannot be revoked', async () => {
    const [mine] = await rapport.control.listKeys(rapport.firstRun.workspace);
    expect((await rapport.send('DELETE', `/api/keys/${mine?.id}`, keys.foreign)).status).toBe(404);
  });

  it('a header cannot choose the workspace of a key', async () => {
    const response = await fetch(`${rapport.url}/api/accounts`, {
      headers: { authorization: `Bearer ${keys.foreign}`, 'rapport-workspace': 'default' },
    });
    expect(await response.json()).toMatchObject({ total: 0 });
  });

  it('a revoked key is worth nothing at once', async () => {
    const key = await rapport.key('read');
    expect((await rapport.get('/api/accounts', key)).status).toBe(200);
    const listed = await rapport.control.listKeys(rapport.firstRun.workspace);
    const revoked = listed.find(({ prefix }) => key.startsWith(prefix));
    expect((await rapport.send('DELETE', `/api/keys/${revoked?.id}`, keys.admin)).status).toBe(204);
    await expect.poll(async () => (await rapport.get('/api/accounts', key)).status, { timeout: 5_000 }).toBe(401);
  });

  it('a revoked key ends its live streams at once, and no others', async () => {
    const [mine, others] = [await rapport.key('read'), await rapport.key('read')];
    const open = async (key: string): Promise<{ ended: boolean; stop(): void }> => {
      const abort = new AbortController();
      const headers = { authorization: `Bearer ${key}` };
      const response = await fetch(`${rapport.url}/api/live`, { headers, signal: abort.signal });
      const stream = { ended: false, stop: () => abort.abort() };
      void response.text().then(
        () => (stream.ended = true),
        () => {},
      );
      return stream;
    };
    const [ends, stays] = [await open(mine), await open(others)];
    const listed = await rapport.control.listKeys(rapport.firstRun.workspace);
    const revoked = listed.find(({ prefix }) => mine.startsWith(prefix));
    await rapport.send('DELETE', `/api/keys/${revoked?.id}`, keys.admin);
    await expect.poll(() => ends.ended, { timeout: 5_000 }).toBe(true);
    expect(stays.ended).toBe(false);
    stays.stop();
  });

  it('a route that declares no permission cannot be registered', () => {
    const server = Fastify();
    requirePermissions(server);
    expect(() => server.get('/open', async () => 'secret')).toThrow('declares no permission');
    expect(() => server.post('/change', { config: { permission: 'read' } }, async () => '')).toThrow('read keys');
  });
});

describe('answers', () => {
  it('every GET without special needs answers 200 to a read key', async () => {
    const plain = closed.filter(
      ({ method, path, permission }) =>
        method === 'GET' && permission === 'read' && !/live|score|why|indicators|of-acme/.test(path),
    );
    for (const { path } of plain) expect((await rapport.get(path, keys.read)).status, path).toBe(200);
  });

  it('ids with slashes and question marks are found', async () => {
    const { body } = await rapport.get(`/api/accounts/${encodeURIComponent('a/b?c')}`, keys.read);
    expect(body['id']).toBe('a/b?c');
  });

  it('pages through events by cursor, newest first, without gaps', async () => {
    const first = await rapport.get('/api/events?limit=1', keys.read);
    const second = await rapport.get(`/api/events?limit=1&cursor=${String(first.body['next'])}`, keys.read);
    const ids = [first, second].flatMap(({ body }) => (body['data'] as { id: string }[]).map(({ id }) => id));
    expect(new Set(ids).size).toBe(2);
    expect(second.body).toMatchObject({ total: 2, next: null });
  });

  it('lists refused events with their reason and sends them again', async () => {
    const { body } = await rapport.get('/api/dead-letters', keys.read);
    expect(body).toMatchObject({ total: 1, data: [{ reason: 'missing-event-name', resentAt: null }] });
    const ids = (body['data'] as { id: string }[]).map(({ id }) => id);
    expect((await rapport.send('POST', '/api/dead-letters/resend', keys.admin, { ids })).body).toEqual({ resent: 1 });
  });

  it.each([
    ['/api/events?from=yesterday', /query\.from: "yesterday" is not an instant/],
    ['/api/events?limit=0', /query\.limit/],
    ['/api/events?cursor=nonsense', /query\.cursor: is not a cursor of this list/],
    ['/api/accounts?sort=traits', /query\.sort/],
    ['/api/accounts?trait=plan', /query\.trait: "plan" is not name:value/],
    ['/api/accounts?colour=red', /colour/],
  ])('%s is refused with what and where', async (path, detail) => {
    const { status, body } = await rapport.get(path, keys.read);
    expect(status).toBe(400);
    expect(body['detail']).toMatch(detail);
  });

  it('a body with a field that nobody knows is refused', async () => {
    const { status, body } = await rapport.send('POST', '/api/keys', keys.admin, { kind: 'read', workspace_id: other });
    expect([status, body['title']]).toEqual([400, 'Bad request']);
  });

  it('a model with errors is refused with its diagnostics and changes nothing', async () => {
    const { status, body } = await rapport.send('POST', '/api/models', keys.admin, {
      yaml: 'rapport: 1\nname: X\nindicatrs: {}',
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body['diagnostics'])).toContain('indicators');
    expect((await rapport.get('/api/models', keys.read)).body).toMatchObject({ total: 1 });
  });

  it('a model that extends a file of the server cannot read it', async () => {
    const yaml = 'rapport: 1\nname: X\nextends: /etc/passwd\n';
    const { body } = await rapport.send('POST', '/api/models/check', keys.admin, { yaml });
    expect(JSON.stringify(body)).toContain('file/unreadable');
  });

  it('what does not exist is a problem too', async () => {
    const response = await fetch(`${rapport.url}/nothing/here`);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});

describe('an evaluation that breaks off', () => {
  it('ends with a problem when lines were sent already, and is a 503 before the first', async () => {
    const evaluate = rapport.control.evaluate.bind(rapport.control);
    const ask = async (linesBefore: boolean): Promise<Response> => {
      rapport.control.evaluate = async (workspace, request) => {
        const answer = await evaluate(workspace, request);
        return answer.kind === 'evaluations' ? { ...answer, blocks: broken(linesBefore ? answer.blocks : []) } : answer;
      };
      const headers = { authorization: `Bearer ${keys.admin}`, 'content-type': 'application/json' };
      return fetch(`${rapport.url}/api/evaluate`, { method: 'POST', headers, body: '{"accounts":["acme"]}' });
    };
    const lines = (await (await ask(true)).text()).trim().split('\n');
    const early = await ask(false);
    rapport.control.evaluate = evaluate;
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ account: 'acme' }),
      { problem: expect.objectContaining({ status: 503, detail: expect.stringContaining('events engine') }) },
    ]);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2']);
  });
});

async function* broken<Block>(blocks: AsyncIterable<Block> | readonly Block[]): AsyncIterable<Block> {
  yield* blocks;
  throw new StoreUnavailable('events');
}

describe('pages', () => {
  it('the API documents itself in OpenAPI 3.1, every route with a summary', async () => {
    expect(document.openapi).toBe('3.1.0');
    for (const methods of Object.values(document.paths)) {
      for (const { summary, tags } of Object.values(methods))
        expect([summary, tags?.length]).toEqual([expect.any(String), 1]);
    }
  });

  it('the reference page asks nobody but this server', async () => {
    const response = await fetch(`${rapport.url}/api/docs/`);
    const text = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("connect-src 'self'");
    expect(text).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
  });

  it('health and metrics answer without a key', async () => {
    expect((await rapport.get('/healthz', '')).status).toBe(200);
    expect((await rapport.get('/readyz', '')).body).toMatchObject({ ready: true });
    expect(String((await rapport.get('/metrics', '')).body['text'])).toContain('rapport_events_accepted_total 2');
  });
});
