import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/lib/log.ts';
import { openStores, type Stores } from '../../src/store/open.ts';

/** Runs the work on fresh embedded engines in a temporary folder. */
export async function withStores<T>(work: (stores: Stores, dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rapport-bench-'));
  const stores = await openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: silentLog });
  try {
    return await work(stores, dataDir);
  } finally {
    await stores.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What `fill` writes. Days end at `end`; every account has the same number of events each day. */
export interface Filling {
  readonly workspace: string;
  readonly accounts: number;
  readonly days: number;
  readonly eventsPerDay: number;
  /** UTC midnight, epoch milliseconds. */
  readonly end: number;
}

/** Events and traits made by the engine itself, so that filling millions takes seconds. */
export async function fill(stores: Stores, { workspace, accounts, days, eventsPerDay, end }: Filling): Promise<void> {
  const perAccount = days * eventsPerDay;
  const slice = Math.max(1, Math.floor(2_000_000 / perAccount));
  for (let from = 0; from < accounts; from += slice) {
    const count = Math.min(slice, accounts - from) * perAccount;
    await stores.events.define(`
      INSERT INTO ${stores.events.table('events')}
        (workspace, account, time, id, kind, name, person, user_id, received_at, texts, numbers, segment, version, deleted)
      SELECT '${workspace}', 'account-' || toString(a), t, 'm' || toString(${from * perAccount} + number), 'track', n,
        'p' || toString(a) || '-' || toString(cityHash64(number) % 7), '', t,
        map('case_id', toString(number), 'severity', 'sev2'), if(n = 'Report Viewed', map('minutes', toFloat64(number % 41)), map()),
        'fill', 1, 0
      FROM (
        SELECT number, ${from} + intDiv(number, ${perAccount}) AS a,
          fromUnixTimestamp64Milli(toInt64(${end}) - (number % ${days}) * 86400000 - cityHash64(number, 1) % 86400000, 'UTC') AS t,
          ['Signed In', 'Report Viewed', 'Report Viewed', 'Signed In', 'Case Opened', 'Case Resolved'][cityHash64(number, 2) % 6 + 1] AS n
        FROM numbers(${count})
      )`);
  }
  await stores.events.define(`
    INSERT INTO ${stores.events.table('traits')} (workspace, kind, id, trait, time, message, received_at, text, number, removed, segment, version, deleted)
    SELECT '${workspace}', 'account', 'account-' || toString(intDiv(number, 2)), ['seats', 'arr'][number % 2 + 1],
      fromUnixTimestamp64Milli(toInt64(${end - (days + 1) * 86_400_000}), 'UTC'), 't' || toString(number),
      fromUnixTimestamp64Milli(toInt64(${end - (days + 1) * 86_400_000}), 'UTC'),
      toString(v), v, 0, 'fill', 1, 0
    FROM (SELECT number, toFloat64(if(number % 2 = 0, 5 + intDiv(number, 2) % 50, 1000 * (intDiv(number, 2) % 100))) AS v FROM numbers(${accounts * 2}))`);
}

/** A deal of every account at the end of the days. */
export async function fillDeals(stores: Stores, { workspace, accounts, end }: Filling): Promise<void> {
  await stores.events.define(`
    INSERT INTO ${stores.events.table('events')}
      (workspace, account, time, id, kind, name, person, user_id, received_at, texts, numbers, segment, version, deleted)
    SELECT '${workspace}', 'account-' || toString(number), fromUnixTimestamp64Milli(toInt64(${end}), 'UTC'),
      'deal' || toString(number), 'track', 'Deal Won', '', '', fromUnixTimestamp64Milli(toInt64(${end}), 'UTC'),
      map(), map(), 'fill', 1, 0
    FROM numbers(${accounts})`);
}
