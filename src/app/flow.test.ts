import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
const start = Date.UTC(2026, 0, 5, 9);
const dayMs = 86_400_000;
const clock = { at: start, now: () => clock.at };
let rapport: TestRapport;
let writeKey = '';
let readKey = '';
let adminKey = '';

const yaml = `
rapport: 1
name: Flow
catalog:
  Deal Won: {}
  Signed In: {}
  Meeting Held: { kind: string }
  Cancelled: {}
traits: { account: { region: string, plan: string } }
segments:
  large: { when: account.plan == "large", touch: high }
  small: { otherwise: true, touch: high }
outcomes: { churned: { on: Cancelled } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
phases:
  onboarding: { starts: { on: Deal Won }, ends: { completed: review } }
moments:
  first_login: { phase: onboarding, objective: Somebody is in, owner: onboarding, due: 7d, done: { on: Signed In } }
  kickoff:
    phase: onboarding
    objective: They met the team
    due: 10d
    done: { on: Meeting Held, where: properties.kind == "kickoff" }
  review:
    phase: onboarding
    objective: They saw their first numbers
    due: 30d
    done: { on: Meeting Held, where: properties.kind == "review" }
`;

interface Flow {
  readonly transitions: readonly Record<string, unknown>[];
  readonly timeToValue: { readonly moment: string | null; readonly groups: readonly Record<string, unknown>[] };
  readonly conformance: Record<string, unknown> & { readonly model: Record<string, unknown> };
}

beforeAll(async () => {
  rapport = await openTestRapport(stores, { clock, firstModel: null });
  writeKey = await rapport.key('write');
  readKey = await rapport.key('read');
  adminKey = await rapport.key('admin');
  const { published, diagnostics } = await rapport.control.publish(
    rapport.firstRun.workspace,
    { file: 'flow.yaml', yaml, extended: {} },
    '',
  );
  if (published === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
});
afterAll(() => rapport.close());

let sent = 0;
async function send(account: string, event: string, properties = {}): Promise<void> {
  const timestamp = new Date(clock.at).toISOString();
  const context = { groupId: account };
  await rapport.track(writeKey, { messageId: `m${sent++}`, userId: 'ada', event, properties, timestamp, context });
}

const companies = [
  ['a', 'large', 'north'],
  ['b', 'small', 'south'],
  ['c', 'small', 'north'],
  ['d', 'small', 'south'],
] as const;

async function group(account: string, traits: object): Promise<void> {
  const response = await fetch(`${rapport.url}/v1/group`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ userId: 'ada', groupId: account, traits, timestamp: new Date(clock.at).toISOString() }),
  });
  expect(response.status).toBe(200);
}

/** The days on which each account does what; the clock goes through all of them, so that everything is decided live. */
const days: readonly (readonly [day: number, account: string, event: string, kind?: string])[] = [
  [0, 'a', 'Deal Won'],
  [0, 'b', 'Deal Won'],
  [1, 'c', 'Deal Won'],
  [2, 'a', 'Signed In'],
  [4, 'b', 'Signed In'],
  [4, 'd', 'Deal Won'],
  [5, 'a', 'Meeting Held', 'kickoff'],
  [9, 'c', 'Signed In'],
  [15, 'b', 'Meeting Held', 'kickoff'],
  [20, 'a', 'Meeting Held', 'review'],
  [24, 'd', 'Cancelled'],
];

async function flow(query = ''): Promise<Flow> {
  const { status, body } = await rapport.get(`/api/flow${query}`, readKey);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Flow;
}

describe('the flow of a workspace', () => {
  it('is told as it was decided live', { timeout: 60_000 }, async () => {
    for (const [account, plan, region] of companies) await group(account, { plan, region });
    for (const [day, account, event, kind] of days) {
      clock.at = start + day * dayMs;
      await send(account, event, kind === undefined ? {} : { kind });
      await rapport.settled();
    }
    clock.at = start + 40 * dayMs;
    // First logins after 2, 4 and 8 days; d was lost after 20. The kickoff after 3 and 11, c waits since day 9.
    const expected = [
      { from: 'first_login', to: 'kickoff', n: 3, events: 2, medianDays: 11, excessAccountDays: 0 + 8 + 28 },
      { from: 'phase:onboarding', to: 'first_login', n: 4, events: 3, medianDays: 6, excessAccountDays: 1 + 13 },
      { from: 'kickoff', to: 'review', n: 2, events: 1, medianDays: 15, excessAccountDays: 5 },
    ].map((one) => expect.objectContaining({ group: 'all', systemic: false, ...one }) as unknown);
    await expect.poll(async () => (await flow()).transitions, { timeout: 30_000, interval: 200 }).toEqual(expected);
    const { transitions, timeToValue, conformance } = await flow();
    expect(Object.keys(transitions[0] ?? {})).toEqual([
      'from',
      'to',
      'group',
      'n',
      'events',
      'medianDays',
      'low',
      'high',
      'excessAccountDays',
      'systemic',
    ]);
    expect(timeToValue).toMatchObject({
      moment: 'review',
      groups: [{ group: 'all', n: 4, events: 1, medianDays: null }],
    });
    expect(conformance.model).toMatchObject({ onTime: 4, late: 2, overdue: 6, conformance: 4 / 12 });
  });

  it.each([null, 'segment', 'owner', 'region'])(
    'is the same when the same model is replayed over what is stored, by %s',
    async (by) => {
      const stored = await flow(`?accounts=1000${by === null ? '' : `&by=${by}`}`);
      const asked = { model: { yaml }, accounts: 1000, ...(by === null ? {} : { by }) };
      const { status, body } = await rapport.send('POST', '/api/flow', adminKey, asked);
      expect(status).toBe(200);
      expect(body['report']).toEqual(stored);
    },
  );

  it('is as of the end of the time that is asked for', async () => {
    const to = new Date(start + 8 * dayMs).toISOString();
    const { transitions } = await flow(`?to=${to}`);
    expect(transitions.map(({ from, to: moment, n, events }) => [from, moment, n, events])).toEqual([
      ['first_login', 'kickoff', 2, 1],
      ['kickoff', 'review', 1, 0],
      ['phase:onboarding', 'first_login', 4, 2],
    ]);
  });

  it('can be told by group, and the groups add up', async () => {
    for (const [by, groups] of [
      ['segment', ['large', 'small']],
      ['owner', ['none']],
      ['region', ['north', 'south']],
    ] as const) {
      const { transitions } = await flow(`?by=${by}`);
      expect([...new Set(transitions.map(({ group: one }) => String(one)))].toSorted()).toEqual(groups);
      const sum = transitions.reduce((total, { n }) => total + Number(n), 0);
      expect(sum, by).toBe(9);
    }
  });

  it.each([
    ['?by=colour', 400, 'by'],
    ['?from=yesterday', 400, 'is not an instant'],
    ['?from=2026-02-01&to=2026-01-01', 400, 'before'],
    ['?value=kickof', 400, 'Did you mean kickoff'],
    ['?colour=red', 400, 'colour'],
  ])('says what is wrong with %s', async (query, status, text) => {
    const answer = await rapport.get(`/api/flow${query}`, readKey);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([status, expect.stringContaining(text)]);
  });

  it('is not told to a write key, and other models only to an admin', async () => {
    expect((await rapport.get('/api/flow', writeKey)).status).toBe(403);
    expect((await rapport.send('POST', '/api/flow', readKey, { model: { yaml } })).status).toBe(403);
    const refused = await rapport.send('POST', '/api/flow', adminKey, { model: { yaml: 'rapport: 1\nnme: x\n' } });
    expect(refused.status).toBe(422);
  });

  it('is of one workspace, and of one with a model', async () => {
    await rapport.control.createWorkspace({ slug: 'other', name: 'Other' });
    const [other] = (await rapport.control.listWorkspaces()).filter(({ slug }) => slug === 'other');
    const key = await rapport.key('read', other?.id);
    expect((await rapport.get('/api/flow', key)).status).toBe(409);
    const admin = await rapport.key('admin', other?.id);
    const { body } = await rapport.send('POST', '/api/flow', admin, { model: { yaml } });
    expect(body['report']).toMatchObject({ transitions: [], conformance: { model: { conformance: null } } });
  });
});
