import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import type { OccurrenceBody, OccurrenceDetail } from '../api/moments/shapes.ts';
import { type AtWork, dayMs, hourMs, openAtWork, start } from './at-work.testing.ts';

const stores = useStores();
let work: AtWork;

beforeAll(async () => {
  work = await openAtWork(stores);
  await work.join({ id: 'boss', role: 'manager' }, 'kim', 'lee');
  await work.ask('PUT', '/api/pools/csm', { members: ['kim'] });
  await work.win('acme', { name: 'Acme' });
  await work.win('globex');
  work.clock.at += hourMs;
  await work.track('acme', 'Case Opened', { severity: 'sev1' });
  await work.become('acme', { severe_case: { state: 'open', owner_id: 'kim' } });
});
afterAll(() => work.rapport.close());

interface Page {
  readonly data: readonly OccurrenceBody[];
  readonly total: number;
  readonly next: string | null;
}

async function list(query: string): Promise<Page> {
  return work.ask('GET', `/api/occurrences?${query}`);
}

async function find(account: string, moment: string): Promise<OccurrenceDetail> {
  const { data } = await list(`account=${account}&moment=${moment}&sort=opensAt&order=desc`);
  return work.ask('GET', `/api/occurrences/${data[0]?.id}`);
}

async function act(
  id: string,
  body: object,
  status = 200,
  key?: string,
): Promise<OccurrenceDetail & { detail: string; occurrence: OccurrenceDetail }> {
  const response = await fetch(`${work.rapport.url}/api/occurrences/${id}/acts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${work.admin}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as OccurrenceDetail & { detail: string; occurrence: OccurrenceDetail };
  expect(response.status, JSON.stringify(answer)).toBe(status);
  return answer;
}

describe('the list of occurrences', () => {
  it('is in the order of deadlines, a page after the other, without gaps', async () => {
    const seen: string[] = [];
    let query = 'owner=kim&limit=2';
    for (;;) {
      const { data, total, next } = await list(query);
      expect(total).toBe(5);
      seen.push(...data.map(({ account, moment }) => `${account} ${moment}`));
      if (next === null) break;
      query = `owner=kim&limit=2&cursor=${next}`;
    }
    expect(seen.slice(0, 1)).toEqual(['acme severe_case']);
    expect(seen.slice(1, 3).toSorted()).toEqual(['acme first_login', 'globex first_login']);
    expect(seen.slice(3).toSorted()).toEqual(['acme kickoff', 'globex kickoff']);
  });

  it.each([
    ['state=open', 5],
    ['state=open&state=done', 5],
    ['state=done', 0],
    ['account=globex', 2],
    ['owner=lee', 0],
    ['overdue=true', 0],
    ['snoozed=true', 0],
    [`dueBefore=${new Date(start + 5 * hourMs).toISOString()}`, 0],
    [`dueBefore=${new Date(start + 5 * hourMs + 1).toISOString()}`, 1],
  ])('%s finds %i', async (query, count) => {
    expect((await list(query)).total).toBe(count);
  });

  it('says what is overdue as of now', async () => {
    const before = work.clock.at;
    work.clock.at = start + 5 * hourMs;
    expect((await list('overdue=true')).data).toMatchObject([{ moment: 'severe_case', overdue: true }]);
    work.clock.at = before;
  });
});

describe('one occurrence', () => {
  it('shows its objective, its appeals, the event that caused it, and its history', async () => {
    expect(await find('acme', 'severe_case')).toMatchObject({
      accountName: 'Acme',
      label: 'Severe case',
      objective: 'They could feel that we are on their side',
      owner: 'kim',
      role: 'csm',
      cause: { kind: 'event', at: new Date(start + hourMs).toISOString() },
      evidence: {
        text: 'Case Opened on 2026-05-04: severity sev1.',
        events: [{ name: 'Case Opened', properties: { severity: 'sev1' } }],
      },
      history: [{ number: 1, from: null, to: 'open', owner: 'kim', reason: { kind: 'event' } }],
      version: 1,
    });
    expect(await find('acme', 'first_login')).toMatchObject({
      appeals: { logos: 'The first minutes shorten the way to value', pathos: null },
      evidence: { text: 'The phase Onboarding began on 2026-05-04.', events: [] },
      nextStep: expect.stringContaining('the next Signed In'),
    });
  });

  it('shows the event that completed it', async () => {
    await work.track('globex', 'Signed In');
    await work.become('globex', { first_login: { state: 'done' } });
    expect(await find('globex', 'first_login')).toMatchObject({
      endedBy: { kind: 'event' },
      evidence: { events: [{ name: 'Signed In', person: 'somebody at globex' }] },
      nextStep: 'Nothing: it has ended.',
    });
  });

  it('is found in its workspace alone', async () => {
    const other = await work.rapport.control.createWorkspace({ slug: 'other', name: 'Other' });
    const foreign = await work.rapport.key('admin', other?.id ?? '');
    const { id } = await find('acme', 'kickoff');
    expect((await work.rapport.get(`/api/occurrences/${id}`, foreign)).status).toBe(404);
    const path = `/api/occurrences/${id}/acts`;
    expect((await work.rapport.send('POST', path, foreign, { kind: 'complete' })).status).toBe(404);
    await work.rapport.control.publish(other?.id ?? '', { file: 'x.yaml', yaml: minimal, extended: {} }, '');
    expect((await work.rapport.send('POST', path, foreign, { kind: 'complete' })).status).toBe(404);
    expect(await find('acme', 'kickoff')).toMatchObject({ state: 'open', version: 1 });
  });
});

const minimal = `
rapport: 1
name: Other
catalog: { Signed In: {} }
segments: { everybody: { otherwise: true, touch: high } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
`;

describe('an act', () => {
  it('puts off: out of sight until then, and back by itself', async () => {
    const { id } = await find('globex', 'kickoff');
    const put = await act(id, { kind: 'snooze', for: '2h', note: 'They are at a fair', by: 'kim' });
    const until = new Date(work.clock.at + 2 * hourMs).toISOString();
    expect(put).toMatchObject({ state: 'open', snoozedUntil: until, version: 2 });
    expect(put.history.at(-1)).toMatchObject({
      reason: { kind: 'person', member: 'kim', note: 'They are at a fair', through: expect.stringMatching(/^key_/) },
    });
    expect((await list('snoozed=true')).data).toMatchObject([{ id }]);
    work.clock.at += 2 * hourMs;
    await work.become('globex', { kickoff: { snoozed_until: null } });
  });

  it('hands over, and live subscribers are told', async () => {
    const { id } = await find('globex', 'kickoff');
    expect(await act(id, { kind: 'assign', to: 'lee' })).toMatchObject({ owner: 'lee', role: null });
    expect(work.news.at(-1)).toMatchObject({ occurrence: id, owner: 'lee' });
    expect((await act(id, { kind: 'assign', to: 'nobody' }, 400)).detail).toContain('there is no member "nobody"');
    expect((await find('globex', 'kickoff')).history.at(-1)).toMatchObject({
      fromOwner: 'kim',
      owner: 'lee',
      reason: { member: expect.stringMatching(/^key_/) },
    });
  });

  it('skips with a reason, and opens again', async () => {
    const { id } = await find('globex', 'kickoff');
    expect((await act(id, { kind: 'skip', note: '  ' }, 400)).detail).toContain('say why');
    expect(await act(id, { kind: 'skip', note: 'They know us' })).toMatchObject({
      state: 'skipped',
      endedBy: { note: 'They know us' },
    });
    expect(await act(id, { kind: 'reopen' })).toMatchObject({ state: 'open', endedAt: null, owner: 'lee' });
  });

  it('completes with an interaction, which becomes an event of the account, once', async () => {
    const { id } = await find('acme', 'kickoff');
    const body = {
      kind: 'complete',
      by: 'kim',
      note: 'Good start',
      interaction: { text: 'They want fewer cases', properties: { mood: 'keen' } },
    };
    const done = await act(id, body, 200, 'tab-1');
    expect(done).toMatchObject({
      state: 'done',
      endedAt: new Date(work.clock.at).toISOString(),
      endedBy: { member: 'kim', note: 'Good start' },
    });
    expect(await act(id, body, 200, 'tab-1')).toMatchObject({ state: 'done', version: done.version });
    expect((await act(id, { kind: 'reopen' }, 409, 'tab-1')).detail).toContain('was used for another act');
    await work.rapport.settled();
    const { data } = await work.ask<{ data: object[] }>(
      'GET',
      '/api/accounts/acme/timeline?event=Interaction%20Logged',
    );
    expect(data).toMatchObject([
      { properties: { text: 'They want fewer cases', mood: 'keen', member: 'kim', occurrence: id } },
    ]);
    expect(await find('acme', 'kickoff')).toMatchObject({ evidence: { events: [{ name: 'Interaction Logged' }] } });
  });

  it('is refused with the present state when it comes too late, and changes nothing', async () => {
    const { id, version } = await find('acme', 'kickoff');
    const late = await act(id, { kind: 'complete' }, 409);
    expect(late.detail).toContain('It has ended.');
    expect(late.occurrence).toMatchObject({ id, state: 'done', version });
    const stale = await act((await find('acme', 'first_login')).id, { kind: 'complete', version: 0 }, 409);
    expect([stale.detail, stale.occurrence.version]).toEqual([expect.stringContaining('changed since you saw it'), 1]);
    expect((await find('acme', 'first_login')).state).toBe('open');
  });

  it('of two that come at the same time, one is done', async () => {
    const { id, version } = await find('acme', 'severe_case');
    const both = ['complete', 'skip'].map((kind) =>
      work.rapport.send('POST', `/api/occurrences/${id}/acts`, work.admin, { kind, note: 'at once', version }),
    );
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect([statuses.length, new Set(statuses)]).toEqual([2, new Set([200, 409])]);
    expect((await find('acme', 'severe_case')).version).toBe(version + 1);
  });

  it.each([
    [{ kind: 'snooze' }, /say `until` when, or `for` how long/],
    [{ kind: 'snooze', for: 'a while' }, /no duration such as 3d/],
    [{ kind: 'complete', by: 'nobody' }, /no member "nobody"/],
    [{ kind: 'complete', until: '2026-06-01' }, /until/],
    [{ kind: 'explode' }, /kind/],
  ])('%j is refused', async (body, detail) => {
    const { id } = await find('acme', 'first_login');
    expect((await act(id, body, 400)).detail).toMatch(detail);
  });

  it('that puts off until the past is refused', async () => {
    const { id } = await find('acme', 'first_login');
    expect((await act(id, { kind: 'snooze', until: '2026-01-01' }, 409)).detail).toContain('a later time');
  });

  it('stays when the account is looked at again, also after its deadline', async () => {
    const { id } = await find('globex', 'kickoff');
    work.clock.at = start + 30 * dayMs;
    await work.track('globex', 'Signed In');
    await work.become('acme', { first_login: { escalation: 1, owner_id: 'boss' } });
    expect(await work.ask('GET', `/api/occurrences/${id}`)).toMatchObject({
      owner: 'lee',
      state: 'open',
      overdue: true,
    });
  });
});

describe('the journey of an account', () => {
  it('has its phases, and its moments past, open and planned', async () => {
    expect(await work.ask('GET', '/api/accounts/acme/journey')).toMatchObject({
      phase: 'onboarding',
      phaseLabel: 'Onboarding',
      phases: [{ phase: 'onboarding', since: new Date(start).toISOString(), until: null }],
      open: [{ moment: 'first_login' }],
      planned: [],
      past: [{ moment: expect.any(String) }, { moment: expect.any(String) }],
    });
    await work.ask('GET', '/api/accounts/nobody/journey', undefined, 404);
  });
});
