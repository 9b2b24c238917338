import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Monday at nine, UTC. */
const start = Date.UTC(2026, 4, 4, 9);
const clock = { at: start + 60 * dayMs, now: () => clock.at };
let rapport: TestRapport;
let admin = '';

const yaml = `
rapport: 1
name: First steps
catalog: { Deal Won: {}, Signed In: {}, Case Opened: { severity: string } }
traits: { account: { seats: number } }
segments: { everybody: { otherwise: true, touch: high } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
roles: { csm: { label: Success }, manager: { label: Manager } }
phases: { onboarding: { starts: { on: Deal Won } } }
moments:
  first_login:
    phase: onboarding
    objective: In the product
    owner: csm
    due: 7d
    done: { on: Signed In }
    escalate: [{ after: 1d, to: manager }]
    minutes: 200
  severe_case: { objective: React, owner: csm, on: Case Opened, where: properties.severity == "sev1", within: 4h, minutes: 30 }
`;
const model = { file: 'first.yaml', yaml, extended: {} };

beforeAll(async () => {
  rapport = await openTestRapport(stores, { clock, firstModel: null });
  admin = await rapport.key('admin');
  const workspace = rapport.firstRun.workspace;
  const track = (account: string, event: string, at: number, properties = {}): object => ({
    type: 'track',
    event,
    properties,
    messageId: `${account}-${event}-${at}`,
    userId: 'ada',
    timestamp: new Date(at).toISOString(),
    context: { groupId: account },
  });
  const messages = [
    track('acme', 'Deal Won', start + hourMs),
    track('acme', 'Case Opened', start + 2 * dayMs, { severity: 'sev1' }),
    track('acme', 'Case Opened', start + 3 * dayMs, { severity: 'sev3' }),
    track('acme', 'Signed In', start + 10 * dayMs),
    track('bolt', 'Deal Won', start + 2 * hourMs),
  ];
  await loadMessages(rapport.ingest, { workspace, source: 'test', segment: 'test', messages, receivedAt: null });
  const member = { workspace_id: workspace, most_accounts: null, removed_at: null };
  await rapport.core.state.within(workspace, async (db) => {
    const members = [
      { ...member, id: 'kim', name: 'Kim', weekly_minutes: 300 },
      { ...member, id: 'boss', name: 'Boss', role: 'manager' as const },
    ];
    await db.insertInto('member').values(members).execute();
    await db.insertInto('pool_member').values({ workspace_id: workspace, role: 'csm', member_id: 'kim' }).execute();
  });
});
afterAll(() => rapport.close());

const period = { from: new Date(start).toISOString(), to: new Date(start + 21 * dayMs).toISOString() };

/** The lines of the answer. */
async function simulate(body: object): Promise<object[]> {
  const response = await fetch(`${rapport.url}/api/simulate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...period, ...body }),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as object);
}

const iso = (after: number): string => new Date(start + after).toISOString();

describe('a simulation', () => {
  it('says of each occurrence what one would find by hand', async () => {
    expect(await simulate({ model })).toEqual([
      {
        account: 'acme',
        moment: 'first_login',
        cause: { kind: 'phase', phase: 'onboarding', at: iso(hourMs) },
        openedAt: iso(hourMs),
        dueAt: iso(hourMs + 7 * dayMs),
        state: 'done',
        doneAt: iso(10 * dayMs),
        owner: 'boss',
        escalations: [{ step: 1, at: iso(hourMs + 8 * dayMs), to: 'manager', owner: 'boss' }],
      },
      {
        account: 'acme',
        moment: 'severe_case',
        cause: { kind: 'event', event: `acme-Case Opened-${start + 2 * dayMs}`, at: iso(2 * dayMs) },
        openedAt: iso(2 * dayMs),
        dueAt: iso(2 * dayMs + 4 * hourMs),
        state: 'open',
        doneAt: null,
        owner: 'kim',
        escalations: [],
      },
      {
        account: 'bolt',
        moment: 'first_login',
        cause: { kind: 'phase', phase: 'onboarding', at: iso(2 * hourMs) },
        openedAt: iso(2 * hourMs),
        dueAt: iso(2 * hourMs + 7 * dayMs),
        state: 'open',
        doneAt: null,
        owner: 'boss',
        escalations: [{ step: 1, at: iso(2 * hourMs + 8 * dayMs), to: 'manager', owner: 'boss' }],
      },
    ]);
  });

  it('adds up the weeks of each member when a report is asked for', async () => {
    const lines = await simulate({ model, report: true, accounts: ['acme'] });
    expect(lines.at(-1)).toEqual({
      accounts: 1,
      load: [
        { week: '2026-05-04', owner: 'kim', occurrences: 2, minutes: 230, capacity: 300 },
        { week: '2026-05-11', owner: 'boss', occurrences: 1, minutes: 200, capacity: 1800 },
      ],
    });
    expect(lines).toContainEqual({ progress: { step: 'accounts', done: 1, of: 1 } });
  });

  it('takes a published model by its name, and writes nothing', async () => {
    const workspace = rapport.firstRun.workspace;
    const before = await simulate({ model });
    const refused = await rapport.send('POST', '/api/simulate', admin, { ...period, name: 'First steps' });
    expect(refused).toMatchObject({ status: 404, body: { detail: expect.stringContaining('None is published') } });
    const { published } = await rapport.control.publish(workspace, model, '');
    expect(published?.name).toBe('First steps');
    expect(await simulate({ name: 'First steps' })).toEqual(before);
    const misspelt = await rapport.send('POST', '/api/simulate', admin, { ...period, name: 'First step' });
    expect(misspelt).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining('Published are "First steps"') },
    });
    const counts = await rapport.core.state.within(workspace, (db) =>
      db.selectFrom('model_version').select('version').execute(),
    );
    expect(counts).toHaveLength(1);
  });

  it('refuses what it cannot answer, and says why', async () => {
    const refusal = async (body: object) => {
      const { status, body: problem } = await rapport.send('POST', '/api/simulate', admin, { ...period, ...body });
      return [status, problem['detail']];
    };
    expect(await refusal({ model, accounts: ['nobody'] })).toEqual([
      404,
      expect.stringContaining('no account "nobody"'),
    ]);
    expect(await refusal({ model, to: period.from })).toEqual([400, expect.stringContaining('not after `from`')]);
    expect(await refusal({ model, to: '2200-01-01' })).toEqual([400, expect.stringContaining('in the future')]);
    expect(await refusal({ model, name: 'First steps' })).toEqual([400, expect.stringContaining('one of them')]);
    expect(await refusal({})).toEqual([400, expect.stringContaining('one of them')]);
    const without = yaml.slice(0, yaml.indexOf('phases:'));
    expect(await refusal({ model: { ...model, yaml: without } })).toEqual([422, expect.stringContaining('no moments')]);
    expect(await refusal({ model: { ...model, yaml: 'rapport: 1' } })).toEqual([422, expect.stringContaining('error')]);
    const key = await rapport.key('read');
    const { status } = await rapport.send('POST', '/api/simulate', key, { ...period, model });
    expect(status).toBe(403);
  });
});
