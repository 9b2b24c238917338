import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiRoutes } from '../../test/support/api-routes.ts';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { rapportItself } from '../store/state/audit.ts';
import { type Browser, goodPassword, newAdmin, openBrowser, tokenOf } from './access.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let admin: Browser;
let workspace = '';
let deadLetter = '';

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  workspace = rapport.firstRun.workspace;
  admin = await newAdmin(rapport, 'ada@example.com');
  const write = await rapport.key('write');
  for (const groupId of ['acme', 'globex'])
    await rapport.track(write, { userId: 'ada', event: 'Signed In', context: { groupId } });
  await rapport.track(write, { userId: 'ada', type: 'track' });
  await rapport.settled();
  const { body } = await admin.get('/api/dead-letters');
  deadLetter = (body['data'] as { id: string }[])[0]?.id ?? '';
});
afterAll(() => rapport.close());

const model = `rapport: 1
name: Audited
catalog: { Signed In: {}, Case Opened: {} }
segments: { everybody: { otherwise: true, touch: high } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
moments:
  case: { label: Case, objective: They feel heard, owner: csm, on: Case Opened, within: 4h }
`;
const day = 24 * 3_600_000;

async function inviteOf(email: string): Promise<{ id: string; token: string }> {
  const { body } = await admin.send('POST', '/api/invitations', { email });
  return { id: String(body['id']), token: tokenOf(body['link']) };
}

async function signedIn(email: string, password: string = goodPassword): Promise<Browser> {
  const browser = openBrowser(rapport.url);
  await browser.send('POST', '/api/sign-in', { email, password });
  return browser;
}

async function asOperator(path: string, body: object | null = null): Promise<void> {
  const response = await fetch(`${rapport.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rapport.token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await response.text();
}

/** How each route that changes something is used once, in this order, and what the log then says. */
const examples: Readonly<Record<string, readonly [action: string, use: () => Promise<unknown>]>> = {
  'POST /api/sign-in': ['session.started', () => signedIn('ada@example.com')],
  'POST /api/sign-out': [
    'session.ended',
    async () => (await signedIn('ada@example.com')).send('POST', '/api/sign-out'),
  ],
  'POST /api/welcome': ['member.welcomed', () => newAdmin(rapport, 'bob@example.com')],
  'POST /api/sign-in-link': ['welcome.link-made', () => asOperator('/api/sign-in-link')],
  'POST /api/invitations': ['invitation.created', () => inviteOf('eve@example.com')],
  'DELETE /api/invitations/{invitation}': [
    'invitation.revoked',
    async () => admin.send('DELETE', `/api/invitations/${(await inviteOf('eve@example.com')).id}`),
  ],
  'POST /api/invitations/accept': [
    'invitation.accepted',
    async () => {
      const { token } = await inviteOf('eve@example.com');
      return openBrowser(rapport.url).send('POST', '/api/invitations/accept', { token, password: goodPassword });
    },
  ],
  'POST /api/members/reset-link': [
    'password.reset-link-made',
    () => admin.send('POST', '/api/members/reset-link', { email: 'eve@example.com' }),
  ],
  'POST /api/password/reset': [
    'password.reset',
    async () => {
      const { body } = await admin.send('POST', '/api/members/reset-link', { email: 'eve@example.com' });
      const reset = { token: tokenOf(body['link']), password: 'another good one' };
      return openBrowser(rapport.url).send('POST', '/api/password/reset', reset);
    },
  ],
  'POST /api/password': [
    'password.changed',
    async () =>
      (await signedIn('eve@example.com', 'another good one')).send('POST', '/api/password', {
        current: 'another good one',
        next: goodPassword,
      }),
  ],
  'PATCH /api/me': [
    'person.renamed',
    async () => (await signedIn('eve@example.com')).send('PATCH', '/api/me', { name: 'Eva' }),
  ],
  'DELETE /api/sessions/{session}': [
    'session.revoked',
    async () => {
      const browser = await signedIn('eve@example.com');
      const { body } = await browser.get('/api/sessions');
      return browser.send('DELETE', `/api/sessions/${(body['data'] as { id: string }[])[0]?.id}`);
    },
  ],
  'POST /api/keys': ['key.created', () => admin.send('POST', '/api/keys', { kind: 'read', name: 'BI' })],
  'DELETE /api/keys/{key}': [
    'key.revoked',
    async () => {
      const { body } = await admin.send('POST', '/api/keys', { kind: 'read' });
      return admin.send('DELETE', `/api/keys/${String(body['id'])}`);
    },
  ],
  'POST /api/models': ['model.published', () => admin.send('POST', '/api/models', { yaml: model, note: 'try' })],
  'POST /api/models/{version}/publish': ['model.published', () => admin.send('POST', '/api/models/2/publish', {})],
  'POST /api/members': ['member.added', () => admin.send('POST', '/api/members', { id: 'anna', name: 'Anna' })],
  'PATCH /api/members/{member}': [
    'member.changed',
    () => admin.send('PATCH', '/api/members/anna', { name: 'Anna Berg', role: 'manager' }),
  ],
  'PUT /api/accounts/{account}/roles/{role}': [
    'role.given',
    () => admin.send('PUT', '/api/accounts/acme/roles/csm', { member: 'anna' }),
  ],
  'DELETE /api/accounts/{account}/roles/{role}': [
    'role.ended',
    () => admin.send('DELETE', '/api/accounts/acme/roles/csm'),
  ],
  'POST /api/roles/import': [
    'roles.imported',
    () => admin.send('POST', '/api/roles/import', { csv: 'account,role,member\nacme,csm,anna\n' }),
  ],
  'PUT /api/pools/{role}': ['pool.set', () => admin.send('PUT', '/api/pools/csm', { members: ['anna'] })],
  'POST /api/members/{member}/covers': [
    'cover.added',
    () => {
      const [from, until] = [day, 2 * day].map((ahead) => new Date(Date.now() + ahead).toISOString());
      return admin.send('POST', '/api/members/anna/covers', { cover: 'bob', from, until });
    },
  ],
  'DELETE /api/members/{member}/covers/{cover}': [
    'cover.ended',
    async () => {
      const { body } = await admin.get('/api/covers');
      return admin.send('DELETE', `/api/members/anna/covers/${(body['data'] as { id: string }[])[0]?.id}`);
    },
  ],
  'POST /api/occurrences/{occurrence}/acts': [
    'occurrence.skip',
    async () => {
      const context = { groupId: 'acme' };
      await rapport.track(await rapport.key('write'), { userId: 'ada', event: 'Case Opened', context });
      const open = async () => ((await admin.get('/api/occurrences')).body['data'] as { id: string }[])[0]?.id;
      await expect.poll(open, { timeout: 20_000 }).toBeDefined();
      return admin.send('POST', `/api/occurrences/${await open()}/acts`, { kind: 'skip', note: 'A test' });
    },
  ],
  'POST /api/members/{member}/calendar': ['calendar.created', () => admin.send('POST', '/api/members/anna/calendar')],
  'DELETE /api/members/{member}/calendar': [
    'calendar.revoked',
    () => admin.send('DELETE', '/api/members/anna/calendar'),
  ],
  'POST /api/accounts/{account}/calendar': [
    'calendar.created',
    () => admin.send('POST', '/api/accounts/acme/calendar'),
  ],
  'DELETE /api/accounts/{account}/calendar': [
    'calendar.revoked',
    () => admin.send('DELETE', '/api/accounts/acme/calendar'),
  ],
  'POST /api/dead-letters/resend': [
    'dead-letters.resent',
    () => admin.send('POST', '/api/dead-letters/resend', { ids: [deadLetter] }),
  ],
  'PUT /api/domains/{domain}': ['domain.set', () => admin.send('PUT', '/api/domains/acme.com', { account: 'acme' })],
  'POST /api/accounts/{account}/merge': [
    'account.merged',
    () => admin.send('POST', '/api/accounts/globex/merge', { into: 'acme' }),
  ],
  'POST /api/imports': [
    'import.started',
    () => {
      const mapping = join(rapport.dataDir, 'mapping.yaml');
      const visits = join(rapport.dataDir, 'visits.csv');
      writeFileSync(visits, 'who,company,at\nida,acme,2026-01-02T00:00:00Z\n');
      writeFileSync(
        mapping,
        'import: 1\nname: Visits\nsource: visits\nfiles:\n  - files: visits.csv\n    person: row.who\n    account: row.company\n    time: time(row.at)\n    emit: [{ track: Signed In }]\n',
      );
      return asOperator('/api/imports', { paths: [visits], mapping });
    },
  ],
};

/** Written for another workspace: read there. */
const elsewhere = ['POST /api/workspaces'];

/** What changes nothing, or is written down elsewhere. */
const silent: Readonly<Record<string, string>> = {
  'POST /api/welcome/look': 'reads',
  'POST /api/invitations/look': 'reads',
  'POST /api/models/check': 'reads',
  'POST /api/evaluate': 'reads',
  'POST /api/flow': 'reads',
  'POST /api/simulate': 'reads',
  'POST /api/password/forgotten': 'without mail nothing happens; with mail see oidc and mail tests',
};

async function newest(): Promise<{ action: string; actor: { label: string; class: string } }[]> {
  const { body } = await admin.get('/api/audit?limit=20');
  return body['data'] as { action: string; actor: { label: string; class: string } }[];
}

describe('the audit log', () => {
  it('has an example, or a reason why not, for every route that changes something', async () => {
    const unsafe = (await apiRoutes()).filter(({ method }) => method !== 'GET').map(({ name }) => name);
    const known = [...Object.keys(examples), ...Object.keys(silent), ...elsewhere];
    expect(unsafe.toSorted()).toEqual(known.toSorted());
  });

  it.each(Object.entries(examples))('%s is written down', async (_, [action, use]) => {
    const before = (await newest())[0];
    await use();
    const after = await newest();
    const added = after.slice(
      0,
      after.findIndex((one) => JSON.stringify(one) === JSON.stringify(before)),
    );
    expect(added.map((one) => one.action)).toContain(action);
    const who = added.find((one) => one.action === action)?.actor;
    expect(who?.label).not.toBe('Rapport');
  });

  it('names persons, keys and the operator, each by its class', async () => {
    const key = await rapport.key('admin');
    await rapport.send('POST', '/api/keys', key, { kind: 'read', name: 'by a key' });
    const byKey = (await newest())[0];
    await rapport.send('POST', '/api/keys', rapport.token, { kind: 'read', name: 'by the operator' });
    const byOperator = (await newest())[0];
    await admin.send('POST', '/api/keys', { kind: 'read', name: 'by a person' });
    const byPerson = (await newest())[0];
    expect([byKey, byOperator, byPerson].map((one) => one?.actor)).toMatchObject([
      { class: 'integration', label: 'test' },
      { class: 'system', label: 'operator' },
      { class: 'person', label: 'ada <ada@example.com>' },
    ]);
  });

  it('has what failed, without what was typed, and says nothing of a change that was not made', async () => {
    await signedIn('ada@example.com', 'wrong password');
    expect((await newest())[0]).toMatchObject({ action: 'session.refused', cause: 'wrong password' });
    await signedIn('my password by mistake@example.com', 'x');
    const all = await stores.state.everywhere((db) => db.selectFrom('audit_entry').selectAll().execute());
    expect(JSON.stringify(all)).not.toContain('mistake');
    expect(JSON.stringify(all)).not.toContain(goodPassword);
    const count = all.length;
    await admin.send('POST', '/api/members', { id: 'anna', name: 'Again' });
    await admin.send('POST', '/api/models', { yaml: 'rapport: 1\nname: X\nindicatrs: {}' });
    const later = await stores.state.everywhere((db) => db.selectFrom('audit_entry').select('id').execute());
    expect(later).toHaveLength(count);
  });

  it('is filtered by actor, class, action, subject and period, and paged without gaps', async () => {
    const ids = async (query: string): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await admin.get(`/api/audit?limit=7&${query}${cursor}`);
        found.push(...(body['data'] as { id: string }[]).map(({ id }) => id));
        if (body['next'] === null) {
          expect(body['total']).toBe(found.length);
          return found;
        }
        cursor = `&cursor=${body['next'] as string}`;
      }
    };
    const all = await ids('');
    expect(new Set(all).size).toBe(all.length);
    const byClass = await Promise.all(
      ['person', 'system', 'integration', 'automation'].map((one) => ids(`class=${one}`)),
    );
    expect(new Set(byClass.flat())).toEqual(new Set(all));
    expect(byClass.flat()).toHaveLength(all.length);
    expect(await ids('action=key.')).toHaveLength(
      (await ids('action=key.created')).length + (await ids('action=key.revoked')).length,
    );
    expect((await ids('subject=anna')).length).toBeGreaterThan(2);
    expect((await ids('actor=ada@example.com')).length).toBeGreaterThan(5);
    expect(await ids('to=2020-01-01')).toEqual([]);
    expect(await ids('from=2020-01-01')).toEqual(all);
  });

  it('is exported as CSV that no spreadsheet runs', async () => {
    await admin.send('POST', '/api/members', { id: 'mallory', name: '=HYPERLINK("http://evil")' });
    const token = tokenOf(await rapport.access.welcomeLink(workspace, rapportItself));
    const formula = openBrowser(rapport.url);
    const name = '=cmd|calc';
    await formula.send('POST', '/api/welcome', { token, name, email: 'm@example.com', password: goodPassword });
    const { headers, body } = await admin.get('/api/audit/download?action=member.welcomed');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = String(body['text']).split('\r\n');
    expect(lines[0]).toBe('at,class,actor,actor id,action,subject,subject id,cause,change');
    expect(lines.find((line) => line.includes('cmd|calc'))).toContain(",'=cmd|calc <m@example.com>,");
  });

  it('is of one workspace', async () => {
    const { status } = await rapport.send('POST', '/api/workspaces', rapport.token, { slug: 'other' });
    expect(status).toBe(201);
    const there = await fetch(`${rapport.url}/api/audit`, {
      headers: { authorization: `Bearer ${rapport.token}`, 'rapport-workspace': 'other' },
    });
    expect(await there.json()).toMatchObject({
      total: 1,
      data: [{ action: 'workspace.created', actor: { label: 'operator' } }],
    });
  });

  it('cannot be changed by Rapport itself, nor by the owner of the tables', async () => {
    for (const statement of ['UPDATE audit_entry SET cause = $$ $$', 'DELETE FROM audit_entry'])
      await expect(stores.state.everywhere((db) => sql.raw(statement).execute(db))).rejects.toThrow(
        'permission denied',
      );
    const owner = new Client(stores.access.state.owner);
    await owner.connect();
    try {
      for (const statement of [
        'UPDATE audit_entry SET cause = $$ $$',
        'DELETE FROM audit_entry',
        'TRUNCATE audit_entry',
      ])
        await expect(owner.query(statement)).rejects.toThrow('only ever added');
    } finally {
      await owner.end();
    }
  });
});
