import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { readConfig } from '../src/app/config.ts';
import { markDue } from '../src/app/due.ts';
import { evaluateDirty } from '../src/app/live.ts';
import { openRapport, type Rapport } from '../src/app/open.ts';
import { createWorkspace } from '../src/app/workspaces.ts';
import { loadMessages } from '../src/ingest/loader/load-messages.ts';
import { silentLog } from '../src/lib/log.ts';
import { type Bench, type Figure, median, timed } from './support/report.ts';
import { fill, fillDeals, withStores } from './support/stores.ts';

const most = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const sizes = [most / 100, most / 10, most].map((size) => Math.max(20, Math.round(size)));
const rounds = 5;
const dayMs = 86_400_000;

/** What a tick costs: a load that touches some accounts → evaluated → decided → rows; and one that finds nothing to do. */
export const tick: Bench = {
  name: 'tick',
  about: `${sizes.map((size) => size.toLocaleString('en')).join(', ')} accounts with deadlines before them; the smallest is the baseline`,
  async run(say) {
    const touched = Math.min(250, Math.floor((sizes[0] ?? 0) / (2 * rounds)));
    const bySize: Measured[] = [];
    for (const accounts of sizes) bySize.push(await measure({ accounts, days: 10, touched }, say));
    const [few, , many] = sizes;
    const middle = sizes[1] ?? most;
    const long = await measure({ accounts: middle, days: 100, touched }, say);
    const fewer = await measure({ accounts: middle, days: 10, touched: Math.max(1, Math.round(touched / 10)) }, say);
    const [small, medium, large] = bySize;
    if (small === undefined || medium === undefined || large === undefined) throw new Error('three sizes are measured');
    const name = (what: string) => `${touched} accounts touched ${what}`;
    return [
      flat(`${name('first')}, among ${many}`, large.cold, `among ${few}`, small.cold),
      flat(`${name('again')}, among ${many}`, large.warm, `among ${few}`, small.warm),
      flat(`nothing due, among ${many}`, large.idle, `among ${few}`, small.idle),
      against(`${name('first')}, 100 days of events`, long.cold, '10 days', medium.cold),
      against(name('again'), medium.warm, `a tenth of them`, fewer.warm),
    ];
  },
};

interface Measured {
  /** Milliseconds, medians. `cold`: read from the engines; `warm`: remembered. */
  readonly cold: number;
  readonly warm: number;
  readonly idle: number;
}

interface Size {
  readonly accounts: number;
  readonly days: number;
  readonly touched: number;
}

async function measure(size: Size, say: (progress: string) => void): Promise<Measured> {
  const { accounts, days, touched } = size;
  return withStores(async (stores, dataDir) => {
    say(`filling ${accounts.toLocaleString('en')} accounts with ${days} days`);
    const workspace = await createWorkspace(stores.state, { slug: 'default', name: 'Default' });
    if (workspace === null) throw new Error('The folder was not empty.');
    const end = Math.floor(Date.now() / dayMs) * dayMs;
    await fill(stores, { workspace: workspace.id, accounts, days, eventsPerDay: 1, end });
    await fillDeals(stores, { workspace: workspace.id, accounts, days, eventsPerDay: 1, end });
    await stores.state.within(workspace.id, (db) =>
      sql`INSERT INTO account (workspace_id, id, name, first_seen_at, last_seen_at)
SELECT ${workspace.id}, 'account-' || n, '', ${new Date(end - days * dayMs)}, ${new Date(end)}
FROM generate_series(0, ${accounts - 1}::int) AS n`.execute(db),
    );
    say('evaluating everybody');
    // Nothing is remembered of the accounts at first: the memory for it is kept small until then.
    const config = readConfig({ dataDir, port: '0', minFreeSpace: '0' }, {});
    const rapport = await openRapport({ config, log: silentLog, stores });
    try {
      await settled(rapport);
      say(`${rounds} rounds of ${touched} accounts`);
      return await measureRounds(rapport, workspace.id, touched);
    } finally {
      await rapport.close();
    }
  });
}

async function measureRounds(rapport: Rapport, workspace: string, touched: number): Promise<Measured> {
  const times: { cold: number[]; warm: number[]; idle: number[] } = { cold: [], warm: [], idle: [] };
  for (let round = 0; round < rounds; round++) {
    const names = Array.from({ length: touched }, (_, index) => `account-${round * touched + index}`);
    times.cold.push(await timed(() => touch(rapport, workspace, names, `cold-${round}`)));
    times.warm.push(await timed(() => touch(rapport, workspace, names, `warm-${round}`)));
    times.idle.push(await timed(() => markDue(rapport.core)));
  }
  return { cold: median(times.cold), warm: median(times.warm), idle: median(times.idle) };
}

/** One event of each account, and all that follows. */
async function touch(rapport: Rapport, workspace: string, names: readonly string[], segment: string): Promise<void> {
  const now = Date.now();
  const messages = names.map((account) => ({
    type: 'track',
    event: 'Signed In',
    messageId: `${segment}-${account}`,
    userId: `p-${account}`,
    timestamp: new Date(now).toISOString(),
    context: { groupId: account },
  }));
  await loadMessages(rapport.ingest, { workspace, source: 'bench', segment, messages, receivedAt: now });
  await settled(rapport);
}

async function settled({ core }: Rapport): Promise<void> {
  for (;;) {
    if ((await evaluateDirty(core)) > 0) continue;
    const waiting = await core.state.everywhere((db) =>
      db.selectFrom('dirty_account').select('account_id').limit(1).executeTakeFirst(),
    );
    if (waiting === undefined) return;
    await sleep(5); // the loops of the process have the rest
  }
}

function against(name: string, value: number, baseline: string, other: number): Figure {
  return { name, value, unit: 'ms', baseline: { name: baseline, value: other }, ratio: value / other };
}

function flat(name: string, value: number, baseline: string, other: number): Figure {
  const figure = against(name, value, baseline, other);
  return { ...figure, promise: '≤ 2 ×', kept: value <= 2 * other };
}
