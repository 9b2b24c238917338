import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { waitFor } from '../../test/support/server.ts';
import { openAtWork } from '../app/at-work.testing.ts';
import type { TestRapport } from '../app/rapport.testing.ts';
import { type Browser, newAdmin } from './access.testing.ts';
import { misfit, type Operation, operationOf, operations } from './document.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let admin = '';
let write = '';
let person: Browser;
/** What stands for the names in addresses: things that are there. */
const ids: Record<string, string> = {
  account: 'acme',
  person: 'ada',
  member: 'anna',
  role: 'csm',
  indicator: 'logins',
  version: '1',
  domain: 'acme.com',
};
/** Every route of the running server, as its framework reports them. */
const registered: { method: string; url: string }[] = [];

function record(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const one of [method].flat()) registered.push({ method: one, url });
  });
}

beforeAll(async () => {
  subscribe('fastify.initialization', record);
  const work = await openAtWork(stores);
  unsubscribe('fastify.initialization', record);
  ({ rapport, admin } = work);
  write = await rapport.key('write');
  await work.join({ id: 'anna', role: 'manager' });
  await work.win('acme', { name: 'Acme', seats: 3 });
  await work.win('globex');
  person = await newAdmin(rapport, 'boss@example.com');
  await rapport.track(write, { userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } });
  await rapport.track(write, { userId: 'ada', type: 'track' });
  await rapport.settled();
  await waitFor(async () => (await rapport.get('/api/accounts/acme/history', admin)).body['total'] !== 0, 20_000);
  const { data } = await work.ask<{ data: { id: string }[] }>('GET', '/api/occurrences?moment=kickoff&account=acme');
  ids['occurrence'] = data[0]?.id ?? '';
  const { url } = await work.ask<{ url: string }>('POST', '/api/members/anna/calendar', undefined, 201);
  ids['secret'] = url.split('/').at(-1) ?? '';
});
afterAll(() => rapport.close());

describe('the document', () => {
  it('has every route of the server, but for pages and other spellings', () => {
    const isOther = ({ method, url }: { method: string; url: string }): boolean =>
      method === 'HEAD' || method === 'OPTIONS' || url.startsWith('/api/docs') || url.endsWith('/');
    const routes = registered.filter((route) => !isOther(route));
    const named = routes.map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(named.length).toBeGreaterThan(50);
    expect(operations.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(named.toSorted());
  });

  it('gives every operation a name of its own, one section, and what it does', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names).toEqual(names.map(() => expect.stringMatching(/^[a-z]\w+$/)));
    expect(new Set(names).size).toBe(names.length);
    for (const { operationId, summary, tags } of operations)
      expect([operationId, summary, tags?.length]).toEqual([operationId, expect.any(String), 1]);
  });

  it.each(operations.map((one) => [one.operationId ?? '', one] as const))(
    '%s says what it answers, and its errors as problem+json',
    (_, { path, responses, security, requestBody, tags }) => {
      const codes = Object.keys(responses);
      const success = codes.filter((code) => code < '400');
      expect(success.length).toBe(1);
      if (success[0] !== '204' && success[0] !== '302') expect(responses[success[0] ?? '']?.content).toBeDefined();
      const isIngest = tags?.[0] === 'Ingest';
      const keyed = security?.length === 0 ? [] : ['400', '401', '403', '429', '503'];
      const withBody = requestBody ? ['413', ...(isIngest ? [] : ['415'])] : [];
      expect(codes).toEqual(expect.arrayContaining(['500', ...keyed, ...withBody]));
      if (/\/\{/.test(path) && !isIngest) expect(codes).toContain('404');
      for (const code of codes.filter((one) => one >= '400' && !(path === '/readyz' && one === '503')))
        expect(Object.keys(responses[code]?.content ?? {}), code).toEqual(['application/problem+json']);
    },
  );
});

interface Asked {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function ask(operation: Operation, { key = '', cookie = '', body = '', query = '' } = {}): Promise<Asked> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'nothing');
  const abort = new AbortController();
  const response = await fetch(`${rapport.url}${path}${query}`, {
    method: operation.method,
    headers: {
      ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      ...(cookie === '' ? {} : { cookie, origin: rapport.url }),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === '' ? {} : { body }),
    signal: abort.signal,
    redirect: 'manual',
  });
  const type = response.headers.get('content-type') ?? '';
  const text = type.startsWith('text/event-stream') ? '' : await response.text();
  abort.abort();
  return { status: response.status, type, text };
}

describe('real answers fit the document', () => {
  const reads = operations.filter(({ method }) => method === 'GET');

  it.each(reads.map((one) => [one.operationId ?? '', one] as const))('%s', async (_, operation) => {
    const isOfPerson = operation['x-permission'] === 'signed-in';
    const answer = await ask(operation, {
      cookie: isOfPerson ? person.cookie : '',
      key: isOfPerson ? '' : operation.path === '/api/workspaces' ? rapport.token : admin,
      query: operation.path === '/api/today' ? '?owner=anna' : '',
    });
    expect(misfit(operation, answer)).toBeNull();
    if (operation.operationId !== 'getProjectSettings') expect([200, 302], answer.text).toContain(answer.status);
  });

  it.each([
    ['createKey', '{"kind":"read"}', 201],
    ['createKey', '{"kind":"root","more":1}', 400],
    ['createKey', '{', 400],
    ['checkModel', '{"yaml":"rapport: 1"}', 200],
    ['publishModel', '{"yaml":"rapport: 1\\nname: X\\nindicatrs: {}"}', 422],
    ['republishModel', '{}', 201],
    ['resendDeadLetters', '{"ids":["nothing"]}', 200],
    ['evaluate', '{"accounts":["acme","globex"]}', 200],
    ['replayFlow', '{"model":{"yaml":"rapport: 1\\nname: X\\n"}}', 200],
    ['replayFlow', '{"model":{"yaml":"rapport: 1\\nnam: X\\n"}}', 422],
    ['mergeAccount', '{"into":"acme"}', 409],
    ['mergeAccount', '{"into":"nobody"}', 404],
    ['setDomain', '{"account":"acme"}', 200],
    ['revokeKey', '', 404],
    ['createWorkspace', '{"slug":"another"}', 403],
    ['addMember', '{"id":"kim","name":"Kim"}', 201],
    ['addMember', '{"id":"kim","name":"Kim"}', 409],
    ['changeMember', '{"timezone":"Mars/Olympus"}', 400],
    ['addCover', '{"cover":"kim","from":"2026-01-01","until":"2126-01-01"}', 201],
    ['giveRole', '{"member":"anna"}', 200],
    ['importRoles', '{"csv":"account,role,member\\nnobody,csm,anna\\n"}', 422],
    ['setPool', '{"members":["anna"]}', 200],
    ['actOnOccurrence', '{"kind":"snooze","for":"3d","by":"anna"}', 200],
    ['actOnOccurrence', '{"kind":"reopen"}', 409],
    ['createAccountCalendar', '', 201],
  ] as const)('%s with %s: %i', async (id, body, status) => {
    const operation = operationOf(id);
    const answer = await ask(operation, { key: admin, body });
    expect([answer.status, misfit(operation, answer)]).toEqual([status, null]);
  });

  it.each([
    ['createWorkspace', '{"slug":"shop"}', 201],
    ['createWorkspace', '{"slug":"shop"}', 409],
    ['importFiles', '{"paths":["nowhere.csv"],"mapping":"nowhere.yaml"}', 200],
  ] as const)('%s by the operator with %s: %i', async (id, body, status) => {
    const operation = operationOf(id);
    const answer = await ask(operation, { key: rapport.token, body });
    expect([answer.status, misfit(operation, answer)]).toEqual([status, null]);
  });

  it.each(
    operations
      .filter(({ tags, method }) => tags?.[0] === 'Ingest' && method === 'POST')
      .map((one) => [one.operationId ?? '', one] as const),
  )('%s, taken and refused', async (_, operation) => {
    const body = JSON.stringify({ userId: 'ada', event: 'Signed In' });
    for (const [sent, key] of [
      [body, write],
      ['{', write],
      [body, 'nobody'],
      [body, await rapport.key('read')],
    ] as const) {
      expect(misfit(operation, await ask(operation, { key, body: sent }))).toBeNull();
    }
  });

  it('without a key, and with what no query takes', async () => {
    for (const operation of operations.filter(({ security }) => !security)) {
      expect(misfit(operation, await ask(operation))).toBeNull();
      const odd = await ask(operation, { key: rapport.token, query: '?limit=0&colour=red' });
      expect(misfit(operation, odd)).toBeNull();
    }
  });
});
