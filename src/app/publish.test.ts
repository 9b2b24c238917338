import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { rollupTable } from '../evaluate/rollup.ts';
import { lastMidnight } from './days.ts';
import { runNight, runNights } from './nightly.ts';
import { evaluatedAll } from './publish.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let workspace = '';
let adminKey = '';
const dayMs = 86_400_000;

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  workspace = rapport.firstRun.workspace;
  adminKey = await rapport.key('admin');
  const writeKey = await rapport.key('write');
  const now = rapport.core.clock.now();
  for (const [index, account] of ['acme', 'globex', 'initech'].entries()) {
    for (let day = 0; day <= index; day++) {
      const timestamp = new Date(now - (day + 1) * dayMs).toISOString();
      await rapport.track(writeKey, {
        userId: `u${index}`,
        event: 'Signed In',
        context: { groupId: account },
        timestamp,
      });
    }
  }
  await rapport.settled();
});
afterAll(() => rapport.close());

const yaml = `rapport: 1
name: Sign-ins
catalog: { Signed In: {} }
measures:
  sign_ins: { count: Signed In, within: 28d }
indicators:
  sign_ins: { domain: adoption, value: measures.sign_ins, cuts: [0, 2, 4], weight: 1 }
score: { domains: { adoption: 100 } }
`;

describe('publishing', () => {
  it('fills the new columns with the past, then scores everybody by the new version', async () => {
    const { status, body } = await rapport.send('POST', '/api/models', adminKey, { yaml, note: 'simpler' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ published: { version: 2, status: 'live', note: 'simpler' } });
    expect(await evaluatedAll(rapport.core, workspace, 20_000, sleep)).toBe(true);
    const { body: list } = await rapport.get('/api/accounts?sort=name', adminKey);
    const rows = (list['data'] as { id: string; score: number; modelVersion: number }[]).map(
      ({ id, score, modelVersion }) => [id, score, modelVersion],
    );
    expect(rows.toSorted((one, other) => String(one).localeCompare(String(other)))).toEqual([
      ['acme', 25, 2],
      ['globex', 50, 2],
      ['initech', 75, 2],
    ]);
  });

  it('gives the same numbers from the rollup as from raw events', async () => {
    const asOf = new Date(rapport.core.clock.now()).toISOString();
    const lines = async (model: object | null): Promise<unknown> => {
      const { body } = await rapport.send('POST', '/api/evaluate', adminKey, { model, asOf, accounts: ['initech'] });
      return { indicators: body['indicators'], score: body['score'] };
    };
    expect(await lines(null)).toEqual(await lines({ yaml }));
  });

  it('goes back to an old version as a new one', async () => {
    const { body } = await rapport.send('POST', '/api/models/1/publish', adminKey, {});
    expect(body).toMatchObject({ published: { version: 3, name: 'Minimal', note: 'Back to version 1' } });
    const { body: list } = await rapport.get('/api/models', adminKey);
    expect((list['data'] as { status: string }[]).map(({ status }) => status)).toEqual(['live', 'retired', 'retired']);
    expect((await rapport.send('POST', '/api/models/99/publish', adminKey, {})).status).toBe(404);
  });
});

describe('roles that nobody holds', () => {
  const asking = `${yaml}roles: { csm: {}, lead: {} }
moments:
  greeting: { label: A greeting, objective: They are known, on: Signed In, owner: lead, within: 1d }
  call: { label: A call, objective: They are heard, on: Signed In, owner: csm, within: 1d, escalate: [{ after: 1d, to: lead }] }
`;
  const warningsOf = async (path: string, body: object): Promise<unknown> => {
    const answer = await rapport.send('POST', path, adminKey, body);
    expect([answer.status, answer.body]).toMatchObject([201, { published: { status: 'live' } }]);
    return answer.body['warnings'];
  };

  it('are told when a model that asks them is published, with who gets their work', async () => {
    expect(await warningsOf('/api/models', { yaml })).toEqual([]);
    expect(await warningsOf('/api/models', { yaml: asking })).toEqual([expect.stringContaining('has no team yet')]);
    await rapport.core.state.within(workspace, async (db) => {
      const person = { workspace_id: workspace, most_accounts: null, removed_at: null };
      await db
        .insertInto('member')
        .values([
          { ...person, id: 'kim', name: 'Kim' },
          { ...person, id: 'gone', name: 'Gone', removed_at: new Date(0) },
          { ...person, id: 'boss', name: 'Ada Boss', role: 'manager' },
        ])
        .execute();
      const pool = { workspace_id: workspace };
      await db
        .insertInto('pool_member')
        .values([
          { ...pool, role: 'csm', member_id: 'kim' },
          { ...pool, role: 'lead', member_id: 'gone' },
        ])
        .execute();
    });
    const told = [
      'Nobody has the role lead: its work goes to the manager (Ada Boss). Moment: A greeting.',
      'Nobody has the role lead: its work goes to csm. Moment: A call.',
    ];
    expect(await warningsOf('/api/models', { yaml: asking })).toEqual(told);
    const { body } = await rapport.get('/api/models', adminKey);
    const [newest] = body['data'] as { version: number }[];
    expect(await warningsOf(`/api/models/${newest?.version}/publish`, {})).toEqual(told);
    await giveRole('lead', 'kim');
    expect(await warningsOf('/api/models', { yaml: asking })).toEqual([]);
    expect(await warningsOf('/api/models', { yaml })).toEqual([]);
  });

  async function giveRole(role: string, member: string): Promise<void> {
    await rapport.core.state.within(workspace, (db) =>
      db
        .insertInto('account_role')
        .values({
          workspace_id: workspace,
          account_id: 'acme',
          role,
          from_at: new Date(0),
          until_at: null,
          member_id: member,
          given_by: 'test',
        })
        .execute(),
    );
  }
});

describe('nights', () => {
  it('are evaluated once, whoever asks', async () => {
    const midnight = lastMidnight(rapport.core.clock.now()) - 3 * dayMs;
    const done = await Promise.all([
      runNight({ ...rapport.core, process: 'one' }, workspace, midnight),
      runNight({ ...rapport.core, process: 'two' }, workspace, midnight),
    ]);
    expect(done.filter(Boolean)).toEqual([true]);
    expect(await runNight(rapport.core, workspace, midnight)).toBe(false);
  });

  it('drop the columns that no model in force reads', async () => {
    const { core } = rapport;
    const live = await core.models.live(workspace);
    const stored = await core.events.query({
      name: 'test-columns',
      sql: 'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String}',
      params: { database: core.events.profile.database, table: rollupTable(workspace) },
      row: (raw) => String(raw['name']),
    });
    const needed = live?.compiled.rollup.columns.map(({ name }) => name) ?? [];
    expect(stored.toSorted()).toEqual(['account', 'day', 'deleted', 'version', ...needed].toSorted());
  });

  it('that were missed are caught up, each with a point in the history', async () => {
    const { core } = rapport;
    const newest = lastMidnight(core.clock.now());
    await core.state.within(workspace, (db) =>
      db
        .deleteFrom('evaluation_run')
        .where('as_of', '>', new Date(newest - 3 * dayMs))
        .execute(),
    );
    await runNights(core);
    const { body } = await rapport.get('/api/accounts/initech/history?nightly=true', adminKey);
    const instants = (body['data'] as { asOf: string }[]).map(({ asOf }) => Date.parse(asOf));
    expect(instants).toEqual(expect.arrayContaining([newest, newest - dayMs, newest - 2 * dayMs]));
  });
});
