import { afterAll, beforeAll, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { waitFor } from '../../test/support/server.ts';
import { openTestRapport, type TestRapport } from './rapport.testing.ts';

const stores = useStores();
let rapport: TestRapport;
beforeAll(async () => {
  rapport = await openTestRapport(stores);
});
afterAll(() => rapport.close());

it('an account has one band wherever one looks: the one that was decided, not the one its score asks for', async () => {
  const { core, firstRun } = rapport;
  const [write, read] = [await rapport.key('write'), await rapport.key('read')];
  await rapport.track(write, { userId: 'ada', event: 'Signed In', context: { groupId: 'acme' } });
  const row = () =>
    core.state.within(firstRun.workspace, (db) =>
      db.selectFrom('account').select(['band', 'evaluated_at']).where('id', '=', 'acme').executeTakeFirst(),
    );
  await waitFor(async () => (await row())?.band !== undefined && (await row())?.band !== null, 10_000);
  const asked = (await row())?.band;
  const held = asked === 'engaged' ? 'neutral' : 'engaged';
  // As the dwell leaves it: the score asks for another band, not for long enough.
  await core.state.within(firstRun.workspace, (db) =>
    db.updateTable('account').set({ band: held }).where('id', '=', 'acme').execute(),
  );
  const account = await rapport.get('/api/accounts/acme', read);
  const score = await rapport.get('/api/accounts/acme/score', read);
  const why = await rapport.get('/api/accounts/acme/why', read);
  expect(account.body['band']).toBe(held);
  expect(score.body['band']).toBe(held);
  expect((why.body['evaluation'] as { band: string }).band).toBe(held);
});

it('in the past it has the band of then', async () => {
  const { core, firstRun } = rapport;
  const read = await rapport.key('read');
  const then = core.clock.now() - 86_400_000;
  const point = {
    workspace: firstRun.workspace,
    account: 'acme',
    model_version: 1,
    segment: '',
    score: 50,
    coverage: 1,
  };
  await core.events.insert('scores', [
    { ...point, as_of: then - 1_000, band: 'disengaged', nightly: 1, domains: {}, indicators: [], version: 1 },
  ]);
  await rapport.track(await rapport.key('write'), {
    userId: 'ada',
    event: 'Signed In',
    timestamp: new Date(then - 60_000).toISOString(),
    context: { groupId: 'acme' },
  });
  await rapport.settled();
  const at = new Date(then).toISOString();
  const score = await rapport.get(`/api/accounts/acme/score?asOf=${at}`, read);
  expect(score.body).toMatchObject({ asOf: at, band: 'disengaged' });
});
