import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { type AtWork, dayMs, hourMs, openAtWork } from './at-work.testing.ts';

const stores = useStores();
let work: AtWork;

beforeAll(async () => {
  work = await openAtWork(stores);
  await work.join({ id: 'boss', role: 'manager' }, 'kim', 'lee', { id: 'eve', role: 'viewer' });
});
afterAll(() => work.rapport.close());

interface Roles {
  readonly data: readonly { role: string; member: string; since: string; until: string | null; givenBy: string }[];
}

async function owners(account: string): Promise<Record<string, string | null>> {
  const rows = await work.rapport.core.state.within(work.workspace, (db) =>
    db.selectFrom('occurrence').select(['moment', 'owner_id']).where('account_id', '=', account).execute(),
  );
  return Object.fromEntries(rows.map(({ moment, owner_id }) => [moment, owner_id]));
}

describe('members', () => {
  it('are listed by id, with what they hold', async () => {
    const { data } = await work.ask<{ data: object[] }>('GET', '/api/members');
    expect(data).toMatchObject([
      { id: 'boss', role: 'manager', weeklyMinutes: 1800, active: true },
      { id: 'eve' },
      { id: 'kim' },
      { id: 'lee' },
    ]);
    expect(await work.ask('GET', '/api/members/kim')).toMatchObject({ timezone: 'UTC', region: '', accounts: 0 });
  });

  it.each([
    [{ id: 'kim', name: 'Kim again' }, 409, /is, or was, a member "kim"/],
    [{ id: 'Kim!', name: 'Kim' }, 400, /small letters/],
    [{ id: 'pool', name: 'Pool' }, 400, /taken by Rapport/],
    [{ id: 'key_1', name: 'Key' }, 400, /taken by Rapport/],
    [{ id: 'mia', name: 'Mia', timezone: 'Europe/Atlantis' }, 400, /no time zone; write it like/],
    [{ id: 'mia', name: 'Mia', email: 'mia' }, 400, /body\.email/],
    [{ id: 'mia', name: 'Mia', workspace_id: 'other' }, 400, /workspace_id/],
  ])('%j is refused with %i and the reason', async (body, status, detail) => {
    const answer = await work.ask('POST', '/api/members', body, status);
    expect(answer['detail']).toMatch(detail);
    expect((await work.rapport.get('/api/members/mia', work.read)).status).toBe(404);
  });
});

describe('what is open follows the team, at once and live', () => {
  it('from a manager to who is given the role, and back when the role ends', async () => {
    await work.win('acme');
    expect(await owners('acme')).toEqual({ first_login: 'boss', kickoff: 'boss' });
    await work.ask('PUT', '/api/accounts/acme/roles/csm', { member: 'kim' });
    await work.become('acme', { first_login: { owner_id: 'kim', role: 'csm' }, kickoff: { owner_id: 'kim' } });
    expect(work.news.at(-1)).toMatchObject({ account: 'acme', owner: 'kim', from: 'open', state: 'open' });
    work.clock.at += hourMs;
    await work.ask('PUT', '/api/accounts/acme/roles/csm', { member: 'lee' });
    const { data } = await work.ask<Roles>('GET', '/api/accounts/acme/roles');
    expect(data).toMatchObject([
      { role: 'csm', member: 'lee', since: new Date(work.clock.at).toISOString(), until: null },
      {
        role: 'csm',
        member: 'kim',
        until: new Date(work.clock.at).toISOString(),
        givenBy: expect.stringMatching(/^key_/),
      },
    ]);
    await work.ask('DELETE', '/api/accounts/acme/roles/csm');
    await work.become('acme', { first_login: { owner_id: 'boss' }, kickoff: { owner_id: 'boss' } });
  });

  it('to a pool that is made, by load; who is in it keeps the account', async () => {
    await work.win('globex');
    await work.ask('PUT', '/api/pools/csm', { members: ['lee', 'kim', 'kim'] });
    expect((await work.ask<{ data: object[] }>('GET', '/api/pools')).data).toEqual([
      { role: 'csm', members: ['kim', 'lee'] },
    ]);
    await work.become('globex', { kickoff: { owner_id: expect.stringMatching(/kim|lee/), role: 'csm' } });
    const given = [(await owners('acme'))['kickoff'], (await owners('globex'))['kickoff']];
    expect(new Set(given)).toEqual(new Set(['kim', 'lee']));
    await work.ask('PUT', '/api/pools/csm', { members: [] });
    expect((await owners('globex'))['kickoff']).toBe(given[1]);
  });

  it('to who stands in during an absence, and back after it, without anybody doing anything', async () => {
    await work.ask('PUT', '/api/accounts/acme/roles/csm', { member: 'kim' });
    await work.become('acme', { kickoff: { owner_id: 'kim' } });
    const from = work.clock.at + hourMs;
    const absence = { cover: 'lee', from: new Date(from).toISOString(), until: new Date(from + dayMs).toISOString() };
    await work.ask('POST', '/api/members/kim/covers', absence, 201);
    expect((await owners('acme'))['kickoff']).toBe('kim');
    work.clock.at = from;
    await work.become('acme', { kickoff: { owner_id: 'lee' } });
    work.clock.at = from + dayMs;
    await work.become('acme', { kickoff: { owner_id: 'kim' } });
  });

  it('back at once when an absence is ended early; two at a time are refused', async () => {
    const until = new Date(work.clock.at + dayMs).toISOString();
    const absence = { cover: 'lee', from: new Date(work.clock.at).toISOString(), until };
    const { id } = await work.ask<{ id: string }>('POST', '/api/members/kim/covers', absence, 201);
    await work.become('acme', { kickoff: { owner_id: 'lee' } });
    const again = await work.ask('POST', '/api/members/kim/covers', absence, 409);
    expect(again['detail']).toMatch(/lee stands in for kim/);
    await work.ask('DELETE', `/api/members/kim/covers/${id}`, undefined, 204);
    await work.become('acme', { kickoff: { owner_id: 'kim' } });
    await work.ask('DELETE', `/api/members/kim/covers/${id}`, undefined, 404);
  });

  it('away from who is deactivated or only reads from now on; the history keeps naming them', async () => {
    await work.ask('PATCH', '/api/members/kim', { active: false });
    await work.become('acme', { first_login: { owner_id: 'boss', role: null }, kickoff: { owner_id: 'boss' } });
    const { data } = await work.ask<Roles>('GET', '/api/accounts/acme/roles');
    expect(data.map(({ until }) => until)).not.toContain(null);
    const refused = await work.ask('PUT', '/api/accounts/acme/roles/csm', { member: 'kim' }, 400);
    expect(refused['detail']).toContain('kim is not active');
    expect((await work.ask('PUT', '/api/accounts/acme/roles/csm', { member: 'eve' }, 400))['detail']).toContain(
      'viewer',
    );
    expect((await work.ask('PUT', '/api/accounts/acme/roles/cms', { member: 'lee' }, 400))['detail']).toContain(
      'did you mean csm?',
    );
    const changes = await work.rapport.core.state.within(work.workspace, (db) =>
      db
        .selectFrom('occurrence_change')
        .innerJoin('occurrence', 'occurrence.id', 'occurrence_change.occurrence_id')
        .select(['from_owner_id', 'occurrence_change.owner_id', 'reason'])
        .where('account_id', '=', 'acme')
        .where('moment', '=', 'kickoff')
        .orderBy('number')
        .execute(),
    );
    expect(changes.slice(0, 3)).toEqual([
      { from_owner_id: null, owner_id: 'boss', reason: expect.anything() },
      { from_owner_id: 'boss', owner_id: 'kim', reason: { kind: 'team' } },
      { from_owner_id: 'kim', owner_id: 'lee', reason: { kind: 'team' } },
    ]);
    for (const [index, { from_owner_id }] of changes.entries())
      expect(from_owner_id).toBe(changes[index - 1]?.owner_id ?? null);
  });
});

describe('roles of many accounts', () => {
  it('are given by a file, all of them', async () => {
    await work.ask('PUT', '/api/accounts/globex/roles/csm', { member: 'lee' });
    const csv = 'member,account,role\nlee,acme,csm\n,globex,csm\n';
    expect(await work.ask('POST', '/api/roles/import', { csv, dryRun: true })).toEqual({
      rows: 2,
      changed: 2,
      unchanged: 0,
      dryRun: true,
    });
    expect(await work.ask('POST', '/api/roles/import', { csv })).toEqual({
      rows: 2,
      changed: 2,
      unchanged: 0,
      dryRun: false,
    });
    await work.become('acme', { kickoff: { owner_id: 'lee', role: 'csm' } });
    await work.become('globex', { kickoff: { owner_id: 'boss', role: null } });
    expect(await work.ask('POST', '/api/roles/import', { csv })).toMatchObject({ changed: 0, unchanged: 2 });
  });

  it('are given to nobody when one row is wrong', async () => {
    const csv = 'account,role,member\nglobex,csm,lee\nacme,cms,le\nnobody,csm,boss\nglobex,csm,boss\n';
    const { detail, mistakes } = await work.ask<{ detail: string; mistakes: object[] }>(
      'POST',
      '/api/roles/import',
      { csv },
      422,
    );
    expect(detail).toMatch(/^Line 3: .*did you mean csm\?\. And 3 more\. Nothing was changed\.$/);
    expect(mistakes).toMatchObject([
      { line: 3 },
      { line: 3, message: expect.stringContaining('did you mean lee?') },
      { line: 4 },
      { line: 5 },
    ]);
    expect((await owners('globex'))['kickoff']).toBe('boss');
    const header = await work.ask('POST', '/api/roles/import', { csv: 'account,rol,member\n' }, 422);
    expect(header['detail']).toContain('did you mean role?');
    const width = await work.ask('POST', '/api/roles/import', { csv: 'account,role,member\nacme,csm\n' }, 422);
    expect(width['detail']).toContain('Line 2');
  });
});

describe('what goes on at the same time', () => {
  it('no occurrence stays with somebody who was deactivated while it opened', async () => {
    await work.join('ann', 'ben');
    await work.ask('PUT', '/api/pools/csm', { members: ['ann', 'ben'] });
    const accounts = Array.from({ length: 12 }, (_, index) => `crowd-${index}`);
    const opened = Promise.all(accounts.map((account) => work.win(account)));
    for (const active of [false, true, false]) {
      await work.ask('PATCH', '/api/members/ann', { active });
      if (active) await work.ask('PUT', '/api/pools/csm', { members: ['ann', 'ben'] });
    }
    await opened;
    for (const account of accounts) expect(await owners(account)).toEqual({ first_login: 'ben', kickoff: 'ben' });
  });
});
