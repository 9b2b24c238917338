import { expect, test } from 'vitest';
import { useStores } from '../../test/support/engines.ts';

const stores = useStores();

test('events go in as objects with epoch milliseconds and come out by bound parameters', async () => {
  const { events } = stores;
  const row = {
    workspace: 'w',
    account: 'a',
    time: 1_795_317_500_357,
    id: '1',
    kind: 'track',
    name: 'x',
    segment: 's',
  };
  await events.insert('events', [row]);
  const rows = await events.query({
    name: 'test-read',
    sql: `SELECT id, toUnixTimestamp64Milli(time) AS time FROM ${events.table('events')} FINAL WHERE account IN {accounts:Array(String)}`,
    params: { accounts: ['a'] },
    row: (raw) => ({ id: raw['id'], time: Number(raw['time']) }),
  });
  expect(rows).toEqual([{ id: '1', time: 1_795_317_500_357 }]);
});
