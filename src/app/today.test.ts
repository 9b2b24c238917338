import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import type { TeamLoad, TodayBody } from '../api/moments/today-shapes.ts';
import { type AtWork, dayMs, hourMs, openAtWork, start } from './at-work.testing.ts';
import { itemsQuery } from './today.ts';

const stores = useStores();
let work: AtWork;

beforeAll(async () => {
  work = await openAtWork(stores);
  await work.join(
    { id: 'boss', role: 'manager' },
    { id: 'kim', timezone: 'America/New_York', weeklyMinutes: 150 },
    'lee',
  );
  await work.ask('PUT', '/api/pools/csm', { members: ['kim'] });
  await work.win('large', { name: 'Large Inc.', arr: 120_000 });
  await work.win('small', { name: 'Small Ltd.', arr: 6_000 });
  work.clock.at += dayMs;
  await work.track('small', 'Case Opened', { severity: 'sev1' });
  await work.become('small', { severe_case: { state: 'open', owner_id: 'kim' } });
});
afterAll(() => work.rapport.close());

async function today(owner: string, more = ''): Promise<TodayBody> {
  return work.ask('GET', `/api/today?owner=${owner}${more}`);
}

const names = ({ data }: TodayBody): string[] =>
  data.map(({ account, occurrence, part }) => `${account.id} ${occurrence.moment} ${part}`);

describe('today', () => {
  it('goes by value at risk, urgency and effect for a minute, within the minutes of the week', async () => {
    const answer = await today('kim');
    expect(names(answer)).toEqual([
      'large first_login week',
      'large kickoff week',
      'small first_login week',
      'small severe_case week',
      'small kickoff later',
    ]);
    expect(answer).toMatchObject({
      owner: { id: 'kim', timezone: 'America/New_York' },
      minutes: { week: 150, doneThisWeek: 0, overdue: 0, left: 150 },
      total: 5,
      overdue: 0,
      assumptions: [{ factor: 'risk' }, { factor: 'effect', assumed: true, text: expect.stringContaining('5 %') }],
    });
  });

  it('says why, with objective, evidence, appeals and a next step', async () => {
    const { data } = await today('kim', '&limit=1');
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      rank: 1,
      account: { name: 'Large Inc.', value: 120_000, score: expect.any(Number) },
      factors: { value: 120_000, valueAssumed: false, effect: 0.05 },
      occurrence: { objective: 'Somebody could be in the product', owner: 'kim' },
      appeals: { logos: 'The first minutes shorten the way to value' },
      evidence: { text: 'The phase Onboarding began on 2026-05-04.' },
      nextStep: expect.stringContaining('The first minutes shorten the way to value'),
      reasons: [
        expect.stringMatching(/at risk: 120,000 a year × \d+ % \(score \d+\)\.$/),
        'Due in 6 days: urgency 0.55.',
        expect.stringContaining('assumed to take away 5 % of the risk'),
        'It fits into the 150 minutes that are left this week.',
      ],
    });
  });

  it('puts what is overdue first, and links the event behind it', async () => {
    work.clock.at += 5 * hourMs;
    const answer = await today('kim');
    expect(names(answer)[0]).toBe('small severe_case overdue');
    expect(answer.data[0]).toMatchObject({
      reasons: [expect.stringMatching(/^Overdue by 60 minutes: what is overdue comes first/)],
      evidence: { text: 'Case Opened on 2026-05-05: severity sev1.', events: [{ name: 'Case Opened' }] },
    });
    expect(answer.minutes).toMatchObject({ overdue: 30, left: 120 });
  });

  it('leaves out what was put off, and counts what was done this week', async () => {
    const [first, second] = (await today('kim')).data;
    await work.ask('POST', `/api/occurrences/${first?.occurrence.id}/acts`, { kind: 'complete', by: 'kim' });
    await work.ask('POST', `/api/occurrences/${second?.occurrence.id}/acts`, { kind: 'snooze', for: '1d', by: 'kim' });
    expect(await today('kim')).toMatchObject({
      total: 3,
      snoozed: 1,
      minutes: { doneThisWeek: 30, overdue: 0, left: 120 },
    });
  });

  it('tells what is new, done and handed over since yesterday began where they are', async () => {
    const kickoff = (await today('kim')).data.find(({ occurrence }) => occurrence.moment === 'kickoff');
    await work.ask('POST', `/api/occurrences/${kickoff?.occurrence.id}/acts`, { kind: 'assign', to: 'lee', by: 'kim' });
    const { changes } = await today('kim');
    expect(changes).toMatchObject({
      since: '2026-05-04T04:00:00.000Z',
      new: { total: 5 },
      done: { total: 1, data: [{ moment: 'severe_case', label: 'Severe case', accountName: 'Small Ltd.' }] },
      handedToYou: { total: 0 },
      handedOn: { total: 1, data: [{ moment: 'kickoff', from: 'kim', to: 'lee' }] },
    });
    expect((await today('lee')).changes).toMatchObject({ handedToYou: { total: 1 }, handedOn: { total: 0 } });
    const later = new Date(work.clock.at + 1).toISOString();
    expect((await today('kim', `&since=${later}`)).changes).toMatchObject({
      new: { total: 0 },
      handedOn: { total: 0 },
    });
  });

  it('is empty for who has nothing to do, and knows only its own members', async () => {
    expect(await today('boss')).toMatchObject({ total: 0, data: [] });
    await work.ask('GET', '/api/today?owner=nobody', undefined, 404);
    await work.ask('GET', '/api/today', undefined, 400);
  });
});

describe('the team', () => {
  it('shows everybody with their load, the most overdue first', async () => {
    work.clock.at = start + 9 * dayMs;
    await work.become('small', { first_login: { escalation: 1, owner_id: 'boss' } });
    const until = new Date(work.clock.at + dayMs).toISOString();
    await work.ask('POST', '/api/members/lee/covers', { cover: 'kim', from: '2026-05-01', until }, 201);
    const { data, unowned } = await work.ask<TeamLoad>('GET', '/api/today/team');
    expect(data[0]).toMatchObject({ member: 'boss', overdue: 2, escalated: 2, openMinutes: 30, weeklyMinutes: 1800 });
    expect(data.find(({ member }) => member === 'lee')).toMatchObject({ open: 0, away: { cover: 'kim', until } });
    expect(data.find(({ member }) => member === 'kim')).toMatchObject({ open: 2, overdue: 0 });
    expect(unowned).toBe(0);
  });
});

/** The plan of a query as PostgreSQL makes it. */
interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

function nodes(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

describe('with 100,000 accounts and 200 members', () => {
  it('a day is read through indexes, whatever the others have to do', async () => {
    const { workspace } = work;
    const { state } = work.rapport.core;
    await state.within(workspace, async (db) => {
      await sql`INSERT INTO account (workspace_id, id, traits, first_seen_at, last_seen_at, score)
SELECT ${workspace}, 'crowd-' || n, '{"arr": 1000}', now(), now(), n % 100 FROM generate_series(1, 100000) AS n`.execute(
        db,
      );
      await sql`INSERT INTO occurrence (workspace_id, id, account_id, moment, state, cause, segment, owner_id, opens_at, due_at,
  ended_at, minutes, model_version, changed_at)
SELECT ${workspace}, 'crowd-' || n, 'crowd-' || n, 'kickoff', CASE WHEN n % 3 = 0 THEN 'done' ELSE 'open' END, '{"kind": "phase"}',
  'everybody', 'member-' || n % 200, now(), now() + n * interval '1 minute', CASE WHEN n % 3 = 0 THEN now() END, 30, 1, now()
FROM generate_series(1, 100000) AS n`.execute(db);
    });
    const owner = new Client(stores.access.state.owner);
    await owner.connect();
    await owner.query('ANALYZE account, occurrence');
    await owner.end();
    const plan = await state.within(workspace, async (db) => {
      const query = itemsQuery('member-7', new Date(work.clock.at));
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>`EXPLAIN (FORMAT JSON) ${query}`.execute(db);
      return rows[0]?.['QUERY PLAN'][0].Plan;
    });
    const read = nodes(plan ?? { 'Node Type': 'none' });
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(read.map((node) => node['Index Name'])).toEqual(
      expect.arrayContaining(['occurrence_open_by_owner', 'account_pkey']),
    );
  });
});
