import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';
import { useStores } from '../../test/support/engines.ts';

const stores = useStores();
let rapport: TestRapport;
const keys = { write: '', admin: '' };
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

beforeAll(async () => {
  rapport = await openTestRapport(stores);
  for (const kind of ['write', 'admin'] as const) keys[kind] = await rapport.key(kind);
  for (const [index, groupId] of names.entries()) {
    const traits = index % 3 === 0 ? {} : { seats: index % 3 === 1 ? 10 : 'many', region: `r${index % 2}` };
    await rapport.track(keys.write, { type: 'group', userId: `p-${groupId}`, groupId, traits });
    const context = { groupId };
    await rapport.track(keys.write, { userId: `p-${groupId}`, event: 'Signed In', context });
  }
  await rapport.track(keys.write, { type: 'identify', userId: 'ida', traits: { email: 'ida@Globex.com' } });
  await rapport.track(keys.write, { userId: 'ida', event: 'Signed In' });
  await rapport.settled();
});
afterAll(() => rapport.close());

function nextOf(body: Record<string, unknown>): string {
  return typeof body['next'] === 'string' ? body['next'] : '';
}

async function idsBy(query: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ;) {
    const { status, body } = await rapport.get(`/api/accounts?limit=2&${query}${cursor}`, keys.admin);
    expect(status, JSON.stringify(body)).toBe(200);
    ids.push(...(body['data'] as { id: string }[]).map(({ id }) => id));
    if (body['next'] === null) return ids;
    cursor = `&cursor=${nextOf(body)}`;
  }
}

describe('pages of accounts', () => {
  it.each([
    'sort=id',
    'sort=id&order=desc',
    'sort=name',
    'sort=score',
    'sort=score&order=desc',
    'sort=segment',
    'sort=bandSince',
    'sort=lastSeenAt&order=desc',
    'sortTrait=seats',
    'sortTrait=seats&order=desc',
    'sortTrait=nobody-has-it',
    // Again when a score is computed anew between two pages: then its account may rightly stand elsewhere.
  ])('by %s hold every account once, in the order of one long page', { retry: 2 }, async (query) => {
    const paged = await idsBy(query);
    const { body } = await rapport.get(`/api/accounts?limit=100&${query}`, keys.admin);
    expect(paged).toEqual((body['data'] as { id: string }[]).map(({ id }) => id));
    expect(paged.toSorted()).toEqual(names);
  });

  it('go on where they were when an account before the place is gone', async () => {
    const { body } = await rapport.get('/api/accounts?sort=id&limit=3', keys.admin);
    await rapport.send('POST', '/api/accounts/a/merge', keys.admin, { into: 'b' });
    const rest = await rapport.get(`/api/accounts?sort=id&limit=9&cursor=${nextOf(body)}`, keys.admin);
    expect((rest.body['data'] as { id: string }[]).map(({ id }) => id)).toEqual(['d', 'e', 'f', 'g']);
  });

  it('refuse the cursor of a list that is sorted by something else', async () => {
    const { body } = await rapport.get('/api/accounts?sort=id&limit=1', keys.admin);
    expect((await rapport.get(`/api/accounts?sort=score&cursor=${nextOf(body)}`, keys.admin)).status).toBe(400);
  });
});

describe('accounts that are one', () => {
  it('are merged: events past and future belong to the one that stays', async () => {
    const merge = () => rapport.send('POST', '/api/accounts/f/merge', keys.admin, { into: 'g' });
    expect((await merge()).body).toEqual({ moved: 2 });
    expect((await merge()).body).toEqual({ moved: 0 });
    await rapport.track(keys.write, { userId: 'p-f', event: 'Signed In', context: { groupId: 'f' } });
    await rapport.settled();
    expect((await rapport.get('/api/events?account=g', keys.admin)).body).toMatchObject({ total: 5 });
    expect((await rapport.get('/api/accounts/f', keys.admin)).status).toBe(404);
  });

  it('are not merged when there is no such account, or the other way round afterwards', async () => {
    const into = (from: string, account: string) =>
      rapport.send('POST', `/api/accounts/${from}/merge`, keys.admin, { into: account });
    expect((await into('nobody', 'g')).status).toBe(404);
    expect((await into('d', 'misspelt')).status).toBe(404);
    expect(await into('f', 'c')).toMatchObject({
      status: 409,
      body: { detail: 'f was merged into g; merge g instead. Nothing was changed.' },
    });
    expect(await into('c', 'c')).toMatchObject({ status: 409, body: { title: 'Cannot be merged' } });
    expect(await into('g', 'f')).toMatchObject({ status: 409, body: { title: 'Cannot be merged' } });
  });
});

describe('domains', () => {
  it('place people whose address belongs to an account', async () => {
    const answer = await rapport.send('PUT', '/api/domains/globex.com', keys.admin, { account: 'c' });
    expect([answer.status, answer.body]).toEqual([200, { moved: 2 }]);
    const { body } = await rapport.get('/api/events?account=c&person=ida', keys.admin);
    expect(body).toMatchObject({ total: 2 });
    expect((await rapport.send('PUT', '/api/domains/globex', keys.admin, { account: 'c' })).status).toBe(400);
  });
});

describe('a model with the longest durations', () => {
  it('is evaluated as of now and of a day in 1990', async () => {
    const yaml = `rapport: 1
name: Long
catalog: { Signed In: {} }
traits: { account: { seats: number } }
measures: { all: { count: Signed In, within: 36500d }, blocks: { count: Signed In, every: 1400d, for: 26 } }
indicators:
  all: { domain: adoption, value: measures.all, cuts: [0, 1, 2], weight: 1 }
  blocks: { domain: adoption, value: trend(measures.blocks), weight: 1 }
  seats: { domain: adoption, value: 'before(account.seats, 36500)', cuts: [0, 1, 2], weight: 1 }
`;
    const request = { model: { yaml }, accounts: ['d'] };
    const now = await rapport.send('POST', '/api/evaluate', keys.admin, request);
    expect(now).toMatchObject({ status: 200, body: { account: 'd', measures: { all: 1 } } });
    // There was no account yet, and no mistake either.
    const asOf = '1990-01-01T12:34:56Z';
    const then = await rapport.send('POST', '/api/evaluate', keys.admin, { ...request, asOf });
    expect(then).toEqual({ status: 200, body: { text: '' } });
  });
});

describe('a model about people', () => {
  const yaml =
    'rapport: 1\nname: People\naccount: person\ncatalog:\n  Signed In: {}\nindicators:\n  use: [active_days]\n';

  it('is refused where events of companies are, by publishing and not by evaluating', async () => {
    const answer = await rapport.send('POST', '/api/models', keys.admin, { yaml });
    expect([answer.status, answer.body['title']], JSON.stringify(answer.body)).toEqual([
      409,
      'Another kind of accounts',
    ]);
    expect((await rapport.get('/api/models', keys.admin)).body).toMatchObject({ total: 1 });
    const trial = { model: { yaml }, accounts: ['p-b'] };
    expect((await rapport.send('POST', '/api/evaluate', keys.admin, trial)).body).toMatchObject({ account: 'p-b' });
  });

  it('is published into an empty workspace, whose accounts are people from then on', async () => {
    await rapport.control.createWorkspace({ slug: 'shop', name: 'Shop' });
    const shop = (await rapport.control.listWorkspaces()).find(({ slug }) => slug === 'shop')?.id ?? '';
    const admin = await rapport.key('admin', shop);
    expect((await rapport.send('POST', '/api/models', admin, { yaml })).status).toBe(201);
    await rapport.track(await rapport.key('write', shop), { userId: 'zoe', event: 'Signed In' });
    await rapport.settled();
    expect((await rapport.get('/api/accounts', admin)).body).toMatchObject({ total: 1, data: [{ id: 'zoe' }] });
  });
});
