import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { createWorkspace, startPipeline, storedEvents, type TestPipeline } from './pipeline.testing.ts';

const stores = useStores();
let pipeline: TestPipeline;
beforeAll(async () => {
  pipeline = await startPipeline(stores);
});
afterAll(() => pipeline.close());

const noon = Date.UTC(2026, 2, 1, 12);
const at = (minutes: number): string => new Date(noon + minutes * 60_000).toISOString();

async function send(key: string, batch: object[], path = '/v1/batch'): Promise<void> {
  const answer = await pipeline.server.inject({ method: 'POST', url: path, payload: { batch, writeKey: key } });
  expect(answer.statusCode).toBe(200);
}

describe('from a request to rows', () => {
  it('stores what was sent, attributed and typed, and marks what must be computed again', async () => {
    const { workspace, key } = await createWorkspace(stores);
    await send(key, [
      {
        type: 'identify',
        messageId: 'i',
        userId: 'u',
        anonymousId: 'a',
        traits: { email: 'u@x.org' },
        timestamp: at(0),
      },
      {
        type: 'group',
        messageId: 'g',
        userId: 'u',
        groupId: 'acme',
        traits: { name: 'Acme', seats: 5 },
        timestamp: at(1),
      },
      {
        type: 'track',
        messageId: 't',
        userId: 'u',
        event: 'Paid',
        properties: { amount: 1.5, on: true },
        timestamp: at(2),
      },
      {
        type: 'track',
        messageId: 't',
        userId: 'u',
        event: 'Paid',
        properties: { amount: 1.5, on: true },
        timestamp: at(2),
      },
      { type: 'page', messageId: 'p', anonymousId: 'a', name: 'Home', timestamp: at(-5) },
      { type: 'nonsense', messageId: 'n', userId: 'u' },
    ]);
    await pipeline.loader.settled();
    const rows = await storedEvents(stores, workspace);
    expect(rows.map(({ id, account, person, name, at: time }) => [id, account, person, name, time])).toEqual([
      ['g', 'acme', 'u', 'Group', noon + 60_000],
      ['i', 'acme', 'u', 'Identify', noon],
      ['p', 'acme', 'u', 'Page Viewed', noon - 300_000],
      ['t', 'acme', 'u', 'Paid', noon + 120_000],
    ]);
    expect(rows[3]?.numbers).toEqual({ amount: 1.5, on: 1 });
    const known = await stores.state.within(workspace, async (state) => ({
      accounts: await state.selectFrom('account').select(['id', 'name', 'traits']).execute(),
      people: await state.selectFrom('person').select(['id', 'traits']).execute(),
      days: await state.selectFrom('stale_day').select(['account_id', 'day']).execute(),
    }));
    expect(known).toEqual({
      accounts: [{ id: 'acme', name: 'Acme', traits: { name: 'Acme', seats: 5 } }],
      people: [{ id: 'u', traits: { email: 'u@x.org' } }],
      days: [{ account_id: 'acme', day: '2026-03-01' }],
    });
  });

  it('moves stored events when their person joins an account later', async () => {
    const { workspace, key } = await createWorkspace(stores);
    await send(key, [{ type: 'track', messageId: '1', anonymousId: 'a', event: 'Seen', timestamp: at(0) }]);
    await pipeline.loader.settled();
    expect((await storedEvents(stores, workspace))[0]).toMatchObject({ account: '', person: '' });
    await send(key, [{ type: 'identify', messageId: '2', anonymousId: 'a', userId: 'u', timestamp: at(1) }]);
    await pipeline.loader.settled();
    expect((await storedEvents(stores, workspace))[0]).toMatchObject({ account: '', person: 'u' });
    await send(key, [{ type: 'group', messageId: '3', userId: 'u', groupId: 'acme', timestamp: at(2) }]);
    await pipeline.loader.settled();
    const rows = await storedEvents(stores, workspace);
    expect(rows.map(({ id, account, person }) => [id, account, person])).toEqual([
      ['1', 'acme', 'u'],
      ['2', 'acme', 'u'],
      ['3', 'acme', 'u'],
    ]);
  });
});
