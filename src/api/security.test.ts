import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes, type ApiRoute } from '../../test/support/api-routes.ts';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { roles } from '../access/roles.ts';
import { type Browser, goodPassword, newAdmin, newMember, openBrowser } from './access.testing.ts';
import { allows } from './permission.ts';

const stores = useStores();
let rapport: TestRapport;
const people = new Map<string, Browser>();
let outsider: Browser;

const routes = await apiRoutes();
const closed = routes.filter(({ permission }) => permission !== 'public');
const unsafe = routes.filter(({ method }) => method !== 'GET');
const named = (some: readonly ApiRoute[]) => some.map((route) => [route.name, route] as const);
/** The address with ids that exist in the first workspace, or nowhere. */
const at = ({ path }: ApiRoute): string =>
  path
    .replace('{account}', 'acme')
    .replace('{person}', 'ada')
    .replace('{member}', 'anna')
    .replace('{indicator}', 'active_days')
    .replace('{version}', '1')
    .replaceAll(/\{\w+\}/g, 'nothing');

/** The status alone: a stream is left at once. */
async function statusOf(browser: Browser, route: ApiRoute, headers: Record<string, string> = {}): Promise<number> {
  const abort = new AbortController();
  const response = await fetch(`${rapport.url}${at(route)}`, {
    method: route.method,
    headers: { cookie: browser.cookie, origin: rapport.url, ...headers },
    signal: abort.signal,
  });
  abort.abort();
  return response.status;
}

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  const admin = await newAdmin(rapport, 'first@example.com');
  for (const role of roles) people.set(role, await newMember(rapport, admin, `${role}@example.com`, role));
  const other = await rapport.control.createWorkspace({ slug: 'other', name: 'Other' });
  outsider = await newAdmin(rapport, 'out@example.com', other?.id ?? '');
  const key = await rapport.key('write');
  await rapport.track(key, { userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } });
  await rapport.settled();
});
afterAll(() => rapport.close());

describe('every route that is not for everybody', () => {
  it.each(named(closed))('%s: nobody without a session, everybody whose role reaches', async (_, route) => {
    expect(await statusOf(openBrowser(rapport.url), route)).toBe(401);
    for (const role of roles) {
      const status = await statusOf(people.get(role) ?? outsider, route);
      const may = allows(role, route.permission);
      expect([role, status === 403]).toEqual([role, !may]);
      expect(status).not.toBe(401);
    }
  });

  it.each(named(closed.filter(({ permission }) => permission !== 'signed-in' && permission !== 'operator')))(
    '%s: a workspace of others is not there',
    async (_, route) => {
      expect(await statusOf(outsider, route, { 'rapport-workspace': 'default' })).toBe(404);
    },
  );
});

describe('a request that another site has the browser send', () => {
  it.each(named(unsafe))('%s refuses it', async (_, route) => {
    const admin = people.get('admin') ?? outsider;
    for (const origin of ['https://evil.example', 'null', `${rapport.url}.evil.example`])
      expect(await statusOf(admin, route, { origin })).toBe(403);
    for (const site of ['cross-site', 'same-site', 'none'])
      expect(await statusOf(admin, route, { 'sec-fetch-site': site })).toBe(403);
    const silent = await fetch(`${rapport.url}${at(route)}`, {
      method: route.method,
      headers: { cookie: admin.cookie },
    });
    expect(silent.status).toBe(403);
  });

  it.each(named(unsafe.filter(({ body }) => body !== null)))('%s takes nothing but JSON', async (_, route) => {
    const key = route.permission === 'operator' ? rapport.token : await rapport.key('admin');
    const cookie = people.get('admin')?.cookie ?? '';
    const isForPeople = route.permission === 'public' || route.permission === 'signed-in';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const response = await fetch(`${rapport.url}${at(route)}`, {
        method: route.method,
        headers: {
          'content-type': type,
          origin: rapport.url,
          ...(isForPeople ? { cookie } : { authorization: `Bearer ${key}` }),
        },
        body: '{}',
      });
      expect([type, response.status]).toEqual([type, 415]);
    }
  });
});

describe('fields that nobody knows', () => {
  /** Objects that would take more than they name; records are made of names that callers choose. */
  const open = (schema: Record<string, unknown>): boolean => {
    const parts = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list) =>
      Array.isArray(list) ? (list as Record<string, unknown>[]) : [],
    );
    if (parts.length > 0) return parts.some(open);
    return (
      schema['type'] === 'object' && schema['properties'] !== undefined && schema['additionalProperties'] !== false
    );
  };

  it.each(named(unsafe.filter(({ body }) => body !== null)))('%s refuses them', (_, { body }) => {
    expect(open(body ?? {})).toBe(false);
  });
});

describe('guessing', () => {
  it('a password is stopped after ten attempts, by all processes together, and for that person alone', async () => {
    const second = await openTestRapport(stores);
    const admin = people.get('admin');
    if (!admin) throw new Error('The admin is missing.');
    await newMember(rapport, admin, 'victim@example.com', 'viewer');
    const attempt = (url: string, email: string, password: string) =>
      openBrowser(url).send('POST', '/api/sign-in', { email, password });
    const wrong = Array.from({ length: 14 }, (_, index) =>
      attempt([rapport.url, second.url][index % 2] ?? '', 'victim@example.com', `guess number ${index}`),
    );
    const statuses = (await Promise.all(wrong)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    const right = await attempt(second.url, 'victim@example.com', goodPassword);
    expect([right.status, Number(right.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await attempt(rapport.url, 'viewer@example.com', goodPassword)).status).toBe(200);
    await second.close();
  });

  it('links are stopped too', async () => {
    const guess = () => openBrowser(rapport.url).send('POST', '/api/invitations/look', { token: 'guess' });
    const statuses = (await Promise.all(Array.from({ length: 80 }, guess))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10);
    expect(new Set(statuses)).toEqual(new Set([404, 429]));
  });
});

describe('behind a proxy with TLS', () => {
  it('the cookie is for this host over TLS alone, and only its pages may send it', async () => {
    const tls = await openTestRapport(stores, { flags: { publicUrl: 'https://rapport.example.com' } });
    const body = { email: 'viewer@example.com', password: goodPassword };
    const own = { origin: 'https://rapport.example.com' };
    const { headers } = await openBrowser(tls.url).send('POST', '/api/sign-in', body, own);
    expect(headers.get('set-cookie')).toMatch(
      /^__Host-rapport-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000; Secure$/,
    );
    const plain = { origin: 'http://rapport.example.com', host: 'rapport.example.com' };
    expect((await openBrowser(tls.url).send('POST', '/api/sign-in', body, plain)).status).toBe(403);
    await tls.close();
  });

  it('the address of X-Forwarded-For counts from a trusted proxy alone', async () => {
    const trusting = await openTestRapport(stores, { flags: { trustedProxy: '127.0.0.1' } });
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    const seen = async ({ url }: TestRapport): Promise<unknown> => {
      const browser = openBrowser(url);
      await browser.send('POST', '/api/sign-in', { email: 'viewer@example.com', password: goodPassword }, forwarded);
      const { body } = await browser.get('/api/sessions');
      return (body['data'] as { address: string; current: boolean }[]).find(({ current }) => current)?.address;
    };
    expect([await seen(trusting), await seen(rapport)]).toEqual(['203.0.113.9', '127.0.0.1']);
    await trusting.close();
  });
});
