import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import type { ScoreChange } from '../api/control.ts';
import { evaluateDirty } from './live.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
let rapport: TestRapport;
let writeKey = '';
let readKey = '';

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  writeKey = await rapport.key('write');
  readKey = await rapport.key('read');
});
afterAll(() => rapport.close());

async function until<Value>(ask: () => Promise<Value | null>): Promise<Value> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const value = await ask();
    if (value !== null) return value;
    await sleep(50);
  }
  throw new Error('It did not happen in time.');
}

async function scored(account: string): Promise<Record<string, unknown>> {
  return until(async () => {
    const { status, body } = await rapport.get(`/api/accounts/${account}`, readKey);
    return status === 200 && body['score'] !== null ? body : null;
  });
}

async function nothingMarked(): Promise<void> {
  const { core, firstRun } = rapport;
  await until(async () => {
    const left = await core.state.within(firstRun.workspace, (db) =>
      db.selectFrom('dirty_account').select('account_id').execute(),
    );
    return left.length === 0 ? true : null;
  });
}

describe('the live loop', () => {
  it('scores an account as soon as its first event is acknowledged, and says why', async () => {
    await rapport.track(writeKey, { userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } });
    const account = await scored('acme');
    expect(account).toMatchObject({ id: 'acme', modelVersion: 1, coverage: 1 });
    const { body } = await rapport.get('/api/accounts/acme/why', readKey);
    const evaluation = body['evaluation'] as { score: number; indicators: Record<string, { state: string }> };
    expect(evaluation.score).toBeCloseTo(Number(account['score']), 6);
    expect(evaluation.indicators['active_days']).toMatchObject({ value: 1, state: 'ok' });
    const evidence = await rapport.get('/api/accounts/acme/indicators/active_days/events', readKey);
    expect(evidence.body).toMatchObject({ total: 1, data: [{ name: 'Signed In', person: 'ada' }] });
  });

  it('tells subscribers about a change of the score', async () => {
    const changes: ScoreChange[] = [];
    const stop = rapport.control.onScores(rapport.firstRun.workspace, (some) => void changes.push(...some));
    await rapport.track(writeKey, { userId: 'bob', event: 'Signed In', context: { groupId: 'globex' } });
    await until(async () => (changes.some(({ account }) => account === 'globex') ? true : null));
    stop();
    expect(changes.find(({ account }) => account === 'globex')).toMatchObject({
      previous: { score: null, band: null },
    });
  });

  it('streams the change as a server-sent event', async () => {
    const abort = new AbortController();
    const response = await fetch(`${rapport.url}/api/live?account=initech`, {
      headers: { authorization: `Bearer ${readKey}` },
      signal: abort.signal,
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    await rapport.track(writeKey, { userId: 'eve', event: 'Signed In', context: { groupId: 'initech' } });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"account"')) break;
    }
    abort.abort();
    expect(text).toMatch(/event: score\ndata: \{"account":"initech"/);
  });

  it('keeps a score that changed in the history', async () => {
    await scored('acme');
    const history = await until(async () => {
      const { body } = await rapport.get('/api/accounts/acme/history', readKey);
      return Number(body['total']) > 0 ? body : null;
    });
    expect(history['data']).toMatchObject([{ modelVersion: 1, nightly: false }]);
  });

  it('counts an event of last week after its day is rolled up', async () => {
    const lastWeek = new Date(rapport.core.clock.now() - 7 * 86_400_000).toISOString();
    await rapport.track(writeKey, {
      userId: 'ada',
      event: 'Signed In',
      context: { groupId: 'acme' },
      timestamp: lastWeek,
    });
    const days = await until(async () => {
      const { body } = await rapport.get('/api/accounts/acme/score', readKey);
      const { indicators } = body as unknown as { indicators: Record<string, { value: number }> };
      return indicators['active_days']?.value === 2 ? 2 : null;
    });
    expect(days).toBe(2);
  });

  it('shares claims between loops: each account is claimed once, whatever the number of loops', async () => {
    const { core, firstRun } = rapport;
    await nothingMarked();
    const rows = Array.from({ length: 200 }, (_, index) => ({
      workspace_id: firstRun.workspace,
      account_id: `shared-${index}`,
      received_at: new Date(core.clock.now()),
    }));
    // Claimed by nobody who lives: the running loop must not take them before the two of this test.
    const past = new Date(core.clock.now() - 60_000);
    await core.state.within(firstRun.workspace, (db) =>
      db
        .insertInto('dirty_account')
        .values(rows.map((row) => ({ ...row, claimed_by: 'gone', claimed_until: past })))
        .execute(),
    );
    const done = await Promise.all([
      evaluateDirty({ ...core, process: 'one' }),
      evaluateDirty({ ...core, process: 'two' }),
    ]);
    await nothingMarked();
    expect(done.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(200);
  });
});
