import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import {
  type ProviderAccount,
  startProvider,
  testClient,
  type TestProvider,
} from '../../test/support/oidc-provider.ts';
import { ownPath } from '../access/own-path.ts';
import { callbackPath } from '../access/single-sign-on.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { type Browser, goodPassword, newAdmin, openBrowser, tokenOf } from './access.testing.ts';

const stores = useStores();
let provider: TestProvider;
let rapport: TestRapport;
let admin: Browser;

beforeAll(async () => {
  provider = await startProvider();
  rapport = await openTestRapport(stores, {
    flags: {
      oidcIssuer: provider.issuer,
      oidcClientId: testClient.id,
      oidcClientSecret: testClient.secret,
      oidcDomains: 'staff.example, other.example',
    },
  });
  provider.allow(`${rapport.url}${callbackPath}`);
  admin = await newAdmin(rapport, 'ada@example.com');
});
afterAll(async () => {
  await rapport.close();
  await provider.close();
});

/** A browser that follows redirects and keeps cookies of every address, until it would be at `until`. */
async function follow(
  start: string,
  { jar = new Map<string, string>(), until = /^$/ }: { jar?: Map<string, string>; until?: RegExp } = {},
): Promise<{ url: string; jar: Map<string, string> }> {
  let url = start;
  for (let step = 0; step < 12; step++) {
    if (until.test(url)) return { url, jar };
    const { origin } = new URL(url);
    const cookie = [...jar].flatMap(([key, value]) => (key.startsWith(`${origin} `) ? [value] : [])).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    await response.body?.cancel();
    for (const sent of response.headers.getSetCookie()) {
      const [pair = ''] = sent.split(';');
      const [name = ''] = pair.split('=');
      if (pair.endsWith('=')) jar.delete(`${origin} ${name}`);
      else jar.set(`${origin} ${name}`, pair);
    }
    const next = response.headers.get('location');
    if (next === null || next.startsWith(`${rapport.url}/sign-in?`)) return { url: next ?? url, jar };
    url = new URL(next, url).href;
  }
  throw new Error(`Too many redirects, the last to ${url}`);
}

/** Signs in as somebody of the provider; where it led, and the browser afterwards. */
async function signOn(account: ProviderAccount, to = '/'): Promise<{ url: string; browser: Browser }> {
  provider.choose(account);
  const { url, jar } = await follow(`${rapport.url}/api/sign-in/oidc?to=${encodeURIComponent(to)}`);
  const browser = openBrowser(rapport.url);
  browser.cookie = [...jar].find(([name]) => name.includes('rapport-session'))?.[1] ?? '';
  return { url, browser };
}

const problemOf = (url: string): string | null => new URL(url).searchParams.get('problem');

describe('single sign-on', () => {
  it('lets in who was invited, as the role of the invitation, and knows them the next time', async () => {
    await admin.send('POST', '/api/invitations', { email: 'ivy@example.com', role: 'manager' });
    const account = { id: 'ivy', email: 'Ivy@Example.com', verified: true };
    const { url, browser } = await signOn(account, '/accounts/acme?tab=why');
    expect(url).toBe(`${rapport.url}/accounts/acme?tab=why`);
    expect((await browser.get('/api/me')).body).toMatchObject({
      person: { name: 'Name of ivy', email: 'ivy@example.com' },
      memberships: [{ role: 'manager' }],
    });
    const again = await signOn({ ...account, email: 'renamed@example.com' });
    expect((await again.browser.get('/api/me')).body).toMatchObject({ person: { email: 'ivy@example.com' } });
  });

  it('makes who has the address of a member that member', async () => {
    const member = { id: 'tom', name: 'Tom', email: 'Tom@example.com', role: 'member' };
    await admin.send('POST', '/api/members', member);
    const { browser } = await signOn({ id: 't', email: 'tom@example.com', verified: true });
    expect((await browser.get('/api/me')).body).toMatchObject({ memberships: [{ member: 'tom', role: 'member' }] });
  });

  it('lets in who is of a domain as a viewer, and nobody else', async () => {
    const { browser } = await signOn({ id: 's', email: 'sue@staff.example', verified: true });
    expect((await browser.get('/api/me')).body).toMatchObject({ memberships: [{ role: 'viewer' }] });
    const stranger = await signOn({ id: 'x', email: 'x@staff.example.evil.example', verified: true });
    expect([problemOf(stranger.url), stranger.browser.cookie]).toEqual(['not-invited', '']);
    const people = await stores.state.everywhere((db) => db.selectFrom('auth_user').select('email').execute());
    expect(people.map(({ email }) => email)).not.toContain('x@staff.example.evil.example');
  });

  it('takes no address that the provider does not vouch for', async () => {
    const { url, browser } = await signOn({ id: 'liar', email: 'ada@example.com', verified: false });
    expect([problemOf(url), browser.cookie]).toEqual(['not-invited', '']);
  });

  it('ends a password that somebody chose for the address before it was proven', async () => {
    const { body } = await admin.send('POST', '/api/invitations', { email: 'victim@example.com' });
    const thief = openBrowser(rapport.url);
    const accept = { token: tokenOf(body['link']), password: goodPassword };
    expect((await thief.send('POST', '/api/invitations/accept', accept)).status).toBe(200);
    const { browser } = await signOn({ id: 'victim', email: 'victim@example.com', verified: true });
    expect((await browser.get('/api/me')).status).toBe(200);
    await expect.poll(async () => (await thief.get('/api/me')).status, { timeout: 5_000 }).toBe(401);
    const back = { email: 'victim@example.com', password: goodPassword };
    expect((await openBrowser(rapport.url).send('POST', '/api/sign-in', back)).status).toBe(401);
  });

  it('is for the browser that began it: the answer of another, or one used before, signs nobody in', async () => {
    provider.choose({ id: 's', email: 'sue@staff.example', verified: true });
    const until = new RegExp(`^${rapport.url}${callbackPath}`);
    const { url, jar } = await follow(`${rapport.url}/api/sign-in/oidc`, { until });
    const stolen = await follow(url);
    expect([problemOf(stolen.url), [...stolen.jar.keys()].join(' ')]).toEqual(['link-unusable', '']);
    const before = new Map(jar);
    expect((await follow(url, { jar })).url).toBe(`${rapport.url}/`);
    expect(problemOf((await follow(url, { jar: before })).url)).toBe('link-unusable');
  });

  it('takes no answer with another code, state or issuer', async () => {
    provider.choose({ id: 's', email: 'sue@staff.example', verified: true });
    const until = new RegExp(`^${rapport.url}${callbackPath}`);
    for (const [name, value] of [
      ['code', 'another'],
      ['state', 'another'],
      ['iss', 'https://evil.example'],
    ] as const) {
      const { url, jar } = await follow(`${rapport.url}/api/sign-in/oidc`, { until });
      const changed = new URL(url);
      changed.searchParams.set(name, value);
      const { url: end, jar: after } = await follow(changed.href, { jar });
      expect([name, problemOf(end)]).toEqual([name, name === 'state' ? 'link-unusable' : 'provider-failed']);
      expect([...after.keys()].filter((key) => key.includes('rapport-session'))).toEqual([]);
    }
  });

  it('asks for code, PKCE, state and nonce', async () => {
    const response = await fetch(`${rapport.url}/api/sign-in/oidc`, { redirect: 'manual' });
    const query = Object.fromEntries(new URL(response.headers.get('location') ?? '').searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email profile',
    });
    expect([query['state'], query['nonce'], query['code_challenge']].every((one) => (one ?? '').length >= 40)).toBe(
      true,
    );
    expect(response.headers.get('set-cookie')).toMatch(
      /^rapport-oidc-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  it('says so when the provider is away', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const address = gone.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise<void>((resolve) => gone.close(() => resolve()));
    const flags = { oidcIssuer: `http://127.0.0.1:${port}`, oidcClientId: 'x', oidcClientSecret: 'x' };
    const alone = await openTestRapport(stores, { flags });
    const response = await fetch(`${alone.url}/api/sign-in/oidc`, { redirect: 'manual' });
    expect(response.headers.get('location')).toBe(`${alone.url}/sign-in?problem=provider-failed`);
    await alone.close();
  });
});

describe('where somebody goes after signing in', () => {
  it.each(['/', '/accounts/acme?tab=why#x', '/a/b'])('%s is a page of ours', (path) => {
    expect(ownPath(path, 'https://rapport.example.com')).toBe(path);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    ' //evil.example',
    '/%09/../..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    '/api/sign-in/oidc',
    '',
  ])('%j is not', async (path) => {
    expect(ownPath(path, 'https://rapport.example.com')).toBe('/');
    const { url } = await signOn({ id: 's', email: 'sue@staff.example', verified: true }, path);
    expect(url).toBe(`${rapport.url}/`);
  });
});
