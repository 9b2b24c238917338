import * as fc from 'fast-check';
import { sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { connect } from './events/client.ts';
import { quoteIdentifier } from './events/identifier.ts';
import type { Query } from './events/store.ts';

const stores = useStores();

function named(text: string, params: Query<unknown>['params'] = {}): Query<Record<string, unknown>> {
  return { name: 'test-query', sql: text, params, row: (raw) => raw };
}

const noon = 1_795_317_500_357;
const event = { workspace: 'w', account: 'a', time: noon, id: '1', kind: 'track', name: 'x', segment: 's1' };
const hostile = [
  "'; DROP TABLE events; --",
  '\\',
  '\\N',
  '\t\n\r',
  '{x:String}',
  '`"\'',
  '\u0000',
  '🙂',
  '',
  '$1',
  '*',
  "') OR 1=1 --",
];

const echo = async (texts: string[]): Promise<unknown> =>
  (await stores.events.query(named('SELECT {texts:Array(String)} AS texts', { texts })))[0]?.['texts'];

const workspace = async (id: string): Promise<void> => {
  await stores.state.everywhere((state) =>
    state
      .insertInto('workspace')
      .values({ id, slug: id, name: id })
      .onConflict((on) => on.doNothing())
      .execute(),
  );
};
const aliases = (id: string, alias: string): Promise<unknown> =>
  stores.state.within(id, (state) =>
    state
      .insertInto('person_alias')
      .values({ workspace_id: id, alias, person_id: 'p', linked_at: new Date(noon) })
      .execute(),
  );

describe('events', () => {
  test('instants go in and come out as epoch milliseconds', async () => {
    const { events } = stores;
    await events.insert('events', [{ ...event, times: { due: 5_000, past: -1 } }]);
    const rows = await events.query(
      named(`SELECT id, toUnixTimestamp64Milli(time) AS time, toUnixTimestamp64Milli(times['past']) AS past
             FROM ${events.table('events')} FINAL WHERE account = 'a'`),
    );
    expect(rows).toEqual([{ id: '1', time: String(noon), past: '-1' }]);
  });

  test('a day begins just after midnight and contains the next one', async () => {
    const { events } = stores;
    const midnight = Date.UTC(2026, 0, 2);
    const times = [midnight, midnight + 1, midnight + 86_400_000];
    await events.insert(
      'events',
      times.map((time, index) => ({ ...event, account: 'days', time, id: String(index) })),
    );
    const rows = await events.query(
      named(`SELECT toString(day) AS day FROM ${events.table('events')} FINAL WHERE account = 'days' ORDER BY id`),
    );
    expect(rows.map((row) => row['day'])).toEqual(['2026-01-01', '2026-01-02', '2026-01-02']);
  });

  test('ready-made JSON lines are inserted too, and nothing is a valid insert', async () => {
    const { events } = stores;
    await events.insert('events', []);
    await events.insert('events', Buffer.from(`${JSON.stringify({ ...event, account: 'buffer' })}\n`));
    const rows = await events.query(
      named(`SELECT count() AS n FROM ${events.table('events')} WHERE account = 'buffer'`),
    );
    expect(rows).toEqual([{ n: '1' }]);
  });

  test('a higher version replaces a row, and a deleted one removes it', async () => {
    const { events } = stores;
    const row = { ...event, account: 'versions' };
    const live = named(`SELECT person FROM ${events.table('events')} FINAL WHERE account = 'versions'`);
    await events.insert('events', [row]);
    await events.insert('events', [{ ...row, person: 'p', version: 1 }]);
    expect(await events.query(live)).toEqual([{ person: 'p' }]);
    await events.insert('events', [{ ...row, version: 2, deleted: 1 }]);
    expect(await events.query(live)).toEqual([]);
  });

  test('event_ids knows the segment of first rows only', async () => {
    const { events } = stores;
    await events.insert('events', [{ ...event, id: 'known', segment: 's7' }]);
    await events.insert('events', [{ ...event, id: 'known', segment: 's8', version: 1 }]);
    const rows = await events.query(
      named(
        `SELECT segment FROM ${events.table('event_ids')} FINAL
             WHERE workspace = 'w' AND hash = reinterpretAsUInt128(sipHash128({id:String}))`,
        { id: 'known' },
      ),
    );
    expect(rows).toEqual([{ segment: 's7' }]);
  });

  test('twenty thousand account ids fit into one bound value, for queries and for statements', async () => {
    const { events } = stores;
    const accounts = Array.from({ length: 20_000 }, (_, index) => `account-${index}`);
    const rows = await events.query(named('SELECT length({accounts:Array(String)}) AS n', { accounts }));
    expect(rows).toEqual([{ n: '20000' }]);
    await events.execute(
      named(
        `INSERT INTO ${events.table('scores')} (workspace, account) SELECT 'many', arrayJoin({accounts:Array(String)})`,
        { accounts },
      ),
    );
    expect(
      await events.query(named(`SELECT count() AS n FROM ${events.table('scores')} WHERE workspace = 'many'`)),
    ).toEqual([{ n: '20000' }]);
  });

  test('results stream in blocks', async () => {
    let rows = 0;
    let blocks = 0;
    for await (const block of stores.events.stream(named('SELECT number FROM numbers(200000)'))) {
      rows += block.length;
      blocks++;
    }
    expect(rows).toBe(200_000);
    expect(blocks).toBeGreaterThan(1);
  });

  test('whatever is bound arrives unchanged', async () => {
    expect(await echo(hostile)).toEqual(hostile);
    for (const text of hostile) {
      expect(await stores.events.query(named('SELECT {text:String} AS text', { text }))).toEqual([{ text }]);
    }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 10 }), async (texts) => {
        expect(await echo(texts)).toEqual(texts);
      }),
      { numRuns: 30 },
    );
  });

  test('whatever is quoted is one name', async () => {
    for (const name of hostile.filter((text) => text !== '' && text !== '\u0000')) {
      const rows = await stores.events.query(named(`SELECT 1 AS ${quoteIdentifier(name)}`));
      expect(Object.keys(rows[0] ?? {})).toEqual([name]);
    }
    expect(() => quoteIdentifier('')).toThrow('Not a name');
  });

  test('queries cannot write and statements cannot change tables', async () => {
    const { events } = stores;
    const table = events.table('events');
    await expect(events.query(named(`INSERT INTO ${table} (id) SELECT 'x'`))).rejects.toThrow(/readonly|privileges/);
    await expect(events.execute(named(`DROP TABLE ${table}`))).rejects.toThrow('Not enough privileges');
    await expect(events.execute(named(`ALTER TABLE ${table} ADD COLUMN x String`))).rejects.toThrow(
      'Not enough privileges',
    );
    await expect(events.execute(named('SELECT 1; SELECT 2'))).rejects.toThrow(/Multi-statements|Syntax error/);
  });

  test('a query that runs over its deadline is stopped, and leaves the connection usable', async () => {
    const slow = {
      ...named('SELECT sum(sleepEachRow(0.1)) AS n FROM numbers(100) SETTINGS max_block_size = 1'),
      deadlineSeconds: 1,
    };
    await expect(stores.events.query(slow)).rejects.toMatchObject({ name: 'DeadlineExceeded' });
    expect(await stores.events.query(named('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  test('who stops reading early stops the query', async () => {
    const { access } = stores;
    const endless = named('SELECT number, repeat(toString(number), 100) AS text FROM system.numbers');
    const owner = connect(access.events, access.events.urls[0] ?? '', access.events.owner);
    const running = async (): Promise<number> => {
      const result = await owner.query({
        query: `SELECT query_id FROM system.processes WHERE query LIKE '%FROM system.numbers%' AND user = 'reader'`,
        format: 'JSONEachRow',
      });
      return (await result.json()).length;
    };
    let blocks = 0;
    for await (const block of stores.events.stream(endless)) {
      expect(block.length).toBeGreaterThan(0);
      expect(await running()).toBe(1);
      if (++blocks === 3) break;
    }
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
    await owner.close();
  });

  test('a table is made once, and grows the columns that it lacks', async () => {
    const { events } = stores;
    const table = {
      name: 'rollup_ws_1',
      columns: ['workspace String', 'account String', 'count_1 Float64', 'version UInt64', 'deleted UInt8'],
      replacing: { version: 'version', deleted: 'deleted' },
      orderBy: 'account',
    };
    await Promise.all([events.ensureTable(table), events.ensureTable(table)]);
    await events.ensureTable({ ...table, columns: [...table.columns, 'count_2 Float64'] });
    const rows = await events.query(named(`SELECT count_1, count_2 FROM ${events.table('rollup_ws_1')}`));
    expect(rows).toEqual([]);
  });
});

describe('state', () => {
  test("another workspace's rows are invisible, also to a query that forgets to ask for one", async () => {
    await workspace('one');
    await workspace('two');
    await aliases('one', 'a1');
    await aliases('two', 'a2');
    const seen = await stores.state.within('one', (state) =>
      state.selectFrom('person_alias').select('alias').execute(),
    );
    expect(seen).toEqual([{ alias: 'a1' }]);
    const byHand = await stores.state.within('one', (state) =>
      sql<{ n: number }>`SELECT count(*) AS n FROM person_alias WHERE workspace_id = 'two' OR true`.execute(state),
    );
    expect(byHand.rows).toEqual([{ n: 1 }]);
    expect(await stores.state.within('one', (state) => state.selectFrom('workspace').select('id').execute())).toEqual([
      { id: 'one' },
    ]);
  });

  test('a row for another workspace is refused, an update or delete of one does nothing', async () => {
    await workspace('one');
    await workspace('two');
    const foreign = stores.state.within('one', (state) =>
      state.insertInto('account_domain').values({ workspace_id: 'two', domain: 'x.org', account_id: 'x' }).execute(),
    );
    await expect(foreign).rejects.toThrow('row-level security');
    const changed = await stores.state.within('one', (state) =>
      state.deleteFrom('person_alias').where('workspace_id', '=', 'two').executeTakeFirst(),
    );
    expect(changed.numDeletedRows).toBe(0n);
  });

  test('no table of a workspace is without protection, and nothing is seen without naming one', async () => {
    const client = new Client(stores.access.state.app);
    await client.connect();
    try {
      const tables = await client.query<{ table_name: string }>(
        `SELECT table_name FROM information_schema.columns WHERE column_name = 'workspace_id' AND table_schema = 'public'`,
      );
      expect(tables.rows.length).toBeGreaterThan(10);
      for (const { table_name: table } of tables.rows) {
        const rows = await client.query(`SELECT 1 FROM ${client.escapeIdentifier(table)}`);
        expect({ table, rows: rows.rowCount }).toEqual({ table, rows: 0 });
      }
      await expect(client.query('CREATE TABLE mine (id text)')).rejects.toThrow('permission denied');
      await expect(client.query('ALTER TABLE account DISABLE ROW LEVEL SECURITY')).rejects.toThrow('must be owner');
      await expect(client.query(`SELECT pg_read_file('/etc/passwd')`)).rejects.toThrow('permission denied');
      await expect(client.query(`COPY workspace FROM PROGRAM 'id'`)).rejects.toThrow('permission denied');
    } finally {
      await client.end();
    }
  });

  test('the reader may not look at all workspaces, nor write', async () => {
    await workspace('one');
    const client = new Client(stores.access.state.reader);
    await client.connect();
    try {
      await client.query(`SELECT set_config('rapport.workspace', '*', false)`);
      expect((await client.query('SELECT id FROM workspace')).rowCount).toBe(0);
      await client.query(`SELECT set_config('rapport.workspace', 'one', false)`);
      expect((await client.query('SELECT id FROM workspace')).rows).toEqual([{ id: 'one' }]);
      await expect(client.query('DELETE FROM workspace')).rejects.toThrow('permission denied');
    } finally {
      await client.end();
    }
  });

  test('a transaction is within one workspace', async () => {
    await expect(stores.state.within('*', async () => {})).rejects.toThrow('everywhere');
  });

  test('a failed transaction leaves nothing, and the next one does not inherit its workspace', async () => {
    await workspace('one');
    const failing = stores.state.within('one', async (state) => {
      await state
        .insertInto('account_domain')
        .values({ workspace_id: 'one', domain: 'gone.org', account_id: 'x' })
        .execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(
      await stores.state.within('one', (state) => state.selectFrom('account_domain').selectAll().execute()),
    ).toEqual([]);
  });

  test('counts are numbers, days are texts, instants are dates', async () => {
    await workspace('one');
    const row = await stores.state.within('one', async (state) => {
      await state.insertInto('stale_day').values({ workspace_id: 'one', account_id: 'a', day: '2026-03-29' }).execute();
      return state
        .selectFrom('stale_day')
        .select(['day', 'marked_at', (eb) => eb.fn.countAll().over().as('n')])
        .executeTakeFirstOrThrow();
    });
    expect(row).toMatchObject({ day: '2026-03-29', n: 1 });
    expect(row.marked_at).toBeInstanceOf(Date);
  });

  test('exclusive work of one name never overlaps, not even from another connection', async () => {
    const running: string[] = [];
    const overlaps: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      if (running.includes(name)) overlaps.push(name);
      running.push(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.splice(running.indexOf(name), 1);
    };
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => stores.state.exclusively(`job-${index % 2}`, work(`job-${index % 2}`))),
    );
    expect(overlaps).toEqual([]);
  });

  test('failing exclusive work lets the next one in', async () => {
    await expect(stores.state.exclusively('fails', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await stores.state.exclusively('fails', () => Promise.resolve('yes'))).toBe('yes');
  });

  test('notifications reach every listener of the channel until it leaves', async () => {
    const heard: string[] = [];
    const leave = await stores.state.listen('Some "channel"', (payload) => heard.push(`first ${payload}`));
    const stay = await stores.state.listen('Some "channel"', (payload) => heard.push(`second ${payload}`));
    await stores.state.notify('Some "channel"', 'a');
    await expect.poll(() => heard.length).toBe(2);
    await leave();
    await stores.state.notify('Some "channel"', 'b');
    await expect.poll(() => heard).toEqual(['first a', 'second a', 'second b']);
    await stay();
  });
});
