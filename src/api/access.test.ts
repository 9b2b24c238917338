import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { rapportItself } from '../store/state/audit.ts';
import { type Browser, goodPassword, newAdmin, newMember, openBrowser, tokenOf } from './access.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let admin: Browser;

beforeAll(async () => {
  rapport = await openTestRapport(stores);
});
afterAll(() => rapport.close());

describe('the first admin', () => {
  it('comes in by a link that works once, and not with a short password', async () => {
    const guest = openBrowser(rapport.url);
    expect((await guest.get('/api/sign-in')).body).toEqual({
      password: true,
      mail: false,
      oidc: false,
      anybody: false,
    });
    const token = tokenOf(await rapport.access.welcomeLink(rapport.firstRun.workspace, rapportItself));
    const other = tokenOf(await rapport.access.welcomeLink(rapport.firstRun.workspace, rapportItself));
    const look = await guest.send('POST', '/api/welcome/look', { token });
    expect(look.body).toEqual({ workspace: 'Default', asks: true, name: null });
    const body = { token, name: 'Ada', email: 'Ada@Example.com', password: goodPassword };
    expect((await guest.send('POST', '/api/welcome', { ...body, password: 'short' })).status).toBe(400);
    expect((await guest.send('POST', '/api/welcome', { token })).body).toMatchObject({ reason: 'weak-password' });
    admin = openBrowser(rapport.url);
    const [one, two] = await Promise.all([
      admin.send('POST', '/api/welcome', body),
      openBrowser(rapport.url).send('POST', '/api/welcome', { ...body, email: 'eve@example.com' }),
    ]);
    expect([one.status, two.status].toSorted((left, right) => left - right)).toEqual([200, 404]);
    if (one.status === 404) admin = await newAdmin(rapport, 'ada@example.com');
    expect((await guest.send('POST', '/api/welcome', { ...body, token: other, email: 'x@example.com' })).status).toBe(
      404,
    );
    expect((await admin.get('/api/me')).body).toMatchObject({
      person: { email: 'ada@example.com', theme: 'system' },
      memberships: [{ workspace: { slug: 'default' }, role: 'admin' }],
      current: 'default',
    });
  });
});

describe('the link of the demo', () => {
  it('makes whoever opens it the manager of the demo company, the same one each time', async () => {
    const demo = await rapport.control.createWorkspace({ slug: 'demo', name: 'Demo' });
    const workspace = demo?.id ?? '';
    await stores.state.within(workspace, (db) =>
      db
        .insertInto('member')
        .values({
          workspace_id: workspace,
          id: 'amara',
          name: 'Amara',
          role: 'manager',
          most_accounts: null,
          removed_at: null,
        })
        .execute(),
    );
    const people: unknown[] = [];
    for (let start = 0; start < 2; start++) {
      const browser = openBrowser(rapport.url);
      const token = tokenOf(await rapport.access.demoLink(workspace, 'amara', rapportItself));
      expect((await browser.send('POST', '/api/welcome/look', { token })).body).toMatchObject({
        asks: false,
        name: 'Amara',
      });
      expect((await browser.send('POST', '/api/welcome', { token })).status).toBe(200);
      people.push((await browser.get('/api/me')).body);
    }
    expect(people[0]).toMatchObject({
      person: { name: 'Amara' },
      memberships: [{ workspace: { slug: 'demo' }, member: 'amara', role: 'manager' }],
    });
    expect(people[1]).toEqual(people[0]);
  });
});

describe('signing in', () => {
  const signIn = (email: string, password: string) =>
    openBrowser(rapport.url).send('POST', '/api/sign-in', { email, password });

  it('takes the right password and answers a wrong one like an unknown address', async () => {
    expect((await signIn('ADA@example.com', goodPassword)).status).toBe(200);
    const [wrong, unknown] = [await signIn('ada@example.com', 'wrong wrong'), await signIn('nobody@example.com', 'x')];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(unknown.body).toEqual(wrong.body);
  });

  it('sets a cookie that no script and no other site sees, and of which only a hash is kept', async () => {
    const { headers } = await signIn('ada@example.com', goodPassword);
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^rapport-session-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000$/);
    const kept = await stores.state.everywhere((db) => db.selectFrom('auth_session').selectAll().execute());
    const [, secret = ''] = /=([\w-]{43});/.exec(cookie) ?? [];
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(kept.every(({ token }) => /^[0-9a-f]{64}$/.test(token))).toBe(true);
  });

  it('keeps of a password nothing but its scrypt', async () => {
    const kept = await stores.state.everywhere((db) => db.selectFrom('auth_identity').selectAll().execute());
    expect(JSON.stringify(kept)).not.toContain(goodPassword);
    expect(kept.map(({ password }) => password)).toEqual(
      kept.map(() => expect.stringMatching(/^[0-9a-f]{32}:[0-9a-f]{128}$/)),
    );
  });

  it('ends with signing out, at once', async () => {
    const browser = openBrowser(rapport.url);
    await browser.send('POST', '/api/sign-in', { email: 'ada@example.com', password: goodPassword });
    const kept = browser.cookie;
    expect((await browser.send('POST', '/api/sign-out')).status).toBe(204);
    expect(browser.cookie).toBe('');
    browser.cookie = kept;
    await expect.poll(async () => (await browser.get('/api/me')).status, { timeout: 5_000 }).toBe(401);
  });
});

describe('invitations', () => {
  it('make somebody a member with the role, by a link that works once', async () => {
    const { body } = await admin.send('POST', '/api/invitations', { email: 'Vic@example.com', role: 'viewer' });
    expect(body).toMatchObject({ email: 'vic@example.com', role: 'viewer', mailed: false, state: 'open' });
    const guest = openBrowser(rapport.url);
    const token = tokenOf(body['link']);
    expect((await guest.send('POST', '/api/invitations/look', { token })).body).toMatchObject({
      workspace: 'Default',
      email: 'vic@example.com',
      known: false,
    });
    const accept = { token, name: 'Vic', password: goodPassword };
    expect((await guest.send('POST', '/api/invitations/accept', accept)).status).toBe(200);
    expect((await guest.send('POST', '/api/invitations/accept', accept)).status).toBe(404);
    expect((await guest.get('/api/accounts')).status).toBe(200);
    expect((await guest.get('/api/invitations')).status).toBe(403);
    expect((await guest.send('POST', '/api/keys', { kind: 'admin' })).status).toBe(403);
    expect((await admin.get('/api/invitations')).body).toMatchObject({ total: 1, data: [{ state: 'accepted' }] });
  });

  it('cannot give more than who invites has', async () => {
    const manager = await newMember(rapport, admin, 'max@example.com', 'manager');
    const { status, body } = await manager.send('POST', '/api/invitations', { email: 'x@example.com', role: 'admin' });
    expect([status, body['reason']]).toEqual([403, 'role-too-high']);
  });

  it('are for the invited address: who is signed in as another is refused', async () => {
    const { body } = await admin.send('POST', '/api/invitations', { email: 'zoe@example.com' });
    const token = tokenOf(body['link']);
    const refused = await admin.send('POST', '/api/invitations/accept', { token });
    expect([refused.status, refused.body['reason']]).toEqual([403, 'other-person']);
    expect((await admin.send('DELETE', `/api/invitations/${String(body['id'])}`)).status).toBe(204);
    const late = openBrowser(rapport.url);
    expect((await late.send('POST', '/api/invitations/accept', { token, password: goodPassword })).status).toBe(404);
  });

  it('take who can sign in already to another workspace, which they then choose by a header', async () => {
    const second = await rapport.control.createWorkspace({ slug: 'second', name: 'Second' });
    const boss = await newAdmin(rapport, 'boss@example.com', second?.id ?? '');
    const { body } = await boss.send('POST', '/api/invitations', { email: 'vic@example.com', role: 'manager' });
    const token = tokenOf(body['link']);
    const stranger = openBrowser(rapport.url);
    const taken = await stranger.send('POST', '/api/invitations/accept', { token, password: goodPassword });
    expect([taken.status, taken.body['reason']]).toEqual([409, 'sign-in-first']);
    const vic = openBrowser(rapport.url);
    await vic.send('POST', '/api/sign-in', { email: 'vic@example.com', password: goodPassword });
    expect((await vic.send('POST', '/api/invitations/accept', { token })).status).toBe(200);
    const there = { 'rapport-workspace': 'second' };
    await expect.poll(async () => (await vic.get('/api/invitations', there)).status, { timeout: 5_000 }).toBe(200);
    expect((await vic.get('/api/workspace', there)).body).toMatchObject({ slug: 'second' });
    expect((await vic.get('/api/workspace?workspace=second')).body).toMatchObject({ slug: 'second' });
    expect((await vic.get('/api/workspace')).body).toMatchObject({ slug: 'default' });
    expect((await admin.get('/api/workspace', there)).status).toBe(404);
  });
});

describe('a person', () => {
  it('changes name, locale, zone and theme, and nothing else', async () => {
    const vic = openBrowser(rapport.url);
    await vic.send('POST', '/api/sign-in', { email: 'vic@example.com', password: goodPassword });
    const change = { name: 'Victor', locale: 'de-AT', timeZone: 'Europe/Vienna', theme: 'dark' };
    expect((await vic.send('PATCH', '/api/me', change)).body).toMatchObject({ person: change });
    expect((await vic.send('PATCH', '/api/me', { timeZone: 'Moon/Base' })).status).toBe(400);
    expect((await vic.send('PATCH', '/api/me', { email: 'ada@example.com' })).status).toBe(400);
    expect((await vic.send('PATCH', '/api/me', { role: 'admin' })).status).toBe(400);
  });

  it('changes the password with the current one, which ends the other sessions', async () => {
    const [one, two] = [openBrowser(rapport.url), openBrowser(rapport.url)];
    for (const browser of [one, two])
      await browser.send('POST', '/api/sign-in', { email: 'vic@example.com', password: goodPassword });
    expect((await one.send('POST', '/api/password', { current: 'wrong', next: 'another good one' })).status).toBe(403);
    expect((await one.send('POST', '/api/password', { current: goodPassword, next: 'vic@example.com' })).status).toBe(
      400,
    );
    expect((await one.send('POST', '/api/password', { current: goodPassword, next: 'another good one' })).status).toBe(
      204,
    );
    await expect.poll(async () => (await two.get('/api/me')).status, { timeout: 5_000 }).toBe(401);
    expect((await one.get('/api/me')).status).toBe(200);
  });

  it('sees and ends their own sessions, and nobody else’s', async () => {
    const [one, two] = [openBrowser(rapport.url), openBrowser(rapport.url)];
    for (const browser of [one, two])
      await browser.send('POST', '/api/sign-in', { email: 'vic@example.com', password: 'another good one' });
    const mine = (await one.get('/api/sessions')).body['data'] as { id: string; current: boolean }[];
    const other = (await two.get('/api/sessions')).body['data'] as { id: string; current: boolean }[];
    const theirs = other.find(({ current }) => current)?.id ?? '';
    expect(mine.map(({ id }) => id)).toContain(theirs);
    expect((await admin.send('DELETE', `/api/sessions/${theirs}`)).status).toBe(404);
    expect((await one.send('DELETE', `/api/sessions/${theirs}`)).status).toBe(204);
    await expect.poll(async () => (await two.get('/api/me')).status, { timeout: 5_000 }).toBe(401);
  });

  it('chooses a new password by a link that an admin made, unless they are in other workspaces too', async () => {
    const { body } = await admin.send('POST', '/api/members/reset-link', { email: 'max@example.com' });
    const browser = openBrowser(rapport.url);
    const reset = { token: tokenOf(body['link']), password: 'a new password' };
    expect((await browser.send('POST', '/api/password/reset', reset)).status).toBe(200);
    expect((await browser.get('/api/me')).body).toMatchObject({ person: { email: 'max@example.com' } });
    expect((await browser.send('POST', '/api/password/reset', reset)).status).toBe(404);
    expect((await admin.send('POST', '/api/members/reset-link', { email: 'vic@example.com' })).status).toBe(403);
    expect((await admin.send('POST', '/api/members/reset-link', { email: 'boss@example.com' })).status).toBe(404);
  });

  it('loses what a smaller role does not allow at once, live streams of a removed member too', async () => {
    const sam = await newMember(rapport, admin, 'sam@example.com', 'manager');
    const response = await fetch(`${rapport.url}/api/live`, { headers: { cookie: sam.cookie } });
    const ended = response.text().then(() => true);
    const set = (change: { role?: 'viewer'; removed_at?: Date }) =>
      stores.state.within(rapport.firstRun.workspace, (db) =>
        db.updateTable('member').set(change).where('email', '=', 'sam@example.com').execute(),
      );
    expect((await sam.get('/api/invitations')).status).toBe(200);
    await set({ role: 'viewer' });
    await expect.poll(async () => (await sam.get('/api/invitations')).status, { timeout: 5_000 }).toBe(403);
    await set({ removed_at: new Date() });
    expect(await ended).toBe(true);
    await expect.poll(async () => (await sam.get('/api/accounts')).status, { timeout: 5_000 }).toBe(404);
    expect((await sam.get('/api/me')).body).toMatchObject({ memberships: [], current: null });
  });
});
