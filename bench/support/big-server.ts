import { sql } from 'kysely';
import { createWorkspace } from '../../src/app/workspaces.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStores } from '../../src/store/open.ts';
import { rapport, type Server, startServer, temporaryFolder, waitFor } from '../../test/support/server.ts';
import { fill, fillDeals } from './stores.ts';

/** A server in its own process, whose workspace has a past. */
export interface BigServer {
  readonly server: Server;
  readonly write: string;
  readonly read: string;
  /** Waits until nobody waits to be evaluated any more. */
  quiet(patienceMs: number): Promise<void>;
  remove(): Promise<void>;
}

const dayMs = 86_400_000;

/** What the stores are filled with. */
export interface Past {
  readonly accounts: number;
  readonly days: number;
  readonly eventsPerDay: number;
  /** Everybody became a customer a day ago: each has the deadlines of onboarding before it. */
  readonly deals?: boolean;
}

/** Fills the stores before the server starts, starts it with the model that comes with Rapport, and waits until everybody is scored. */
export async function startBigServer(size: Past, say: (progress: string) => void): Promise<BigServer> {
  const folder = await temporaryFolder('bench');
  say(`filling ${(size.accounts * size.days * size.eventsPerDay).toLocaleString('en')} events`);
  await fillStores(folder.path, size);
  say('starting the server and evaluating everybody');
  // The first model reads the whole past before the server listens.
  const settings = { RAPPORT_LOG_LEVEL: 'error' };
  const server = await startServer({ dataDir: folder.path, patienceMs: 1_800_000, settings });
  const remove = async (): Promise<void> => {
    await server.stop();
    await folder.remove();
  };
  try {
    const here = { RAPPORT_DATA_DIR: folder.path };
    const key = async (kind: string) => (await rapport(['key', 'create', '--kind', kind], here)).stdout.trim();
    const [write, read] = [await key('write'), await key('read')];
    const quiet = (patienceMs: number) => waitFor(async () => (await dirtyAccounts(server.url)) === 0, patienceMs);
    await quiet(600_000);
    return { server, write, read, quiet, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function fillStores(dataDir: string, size: Past): Promise<void> {
  const stores = await openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: silentLog });
  try {
    const workspace = await createWorkspace(stores.state, { slug: 'default', name: 'Default' });
    if (!workspace) throw new Error('The folder was not empty.');
    const end = Math.floor(Date.now() / dayMs) * dayMs;
    await fill(stores, { ...size, workspace: workspace.id, end });
    if (size.deals === true) await fillDeals(stores, { ...size, workspace: workspace.id, end });
    await stores.state.within(workspace.id, (db) =>
      sql`INSERT INTO account (workspace_id, id, name, first_seen_at, last_seen_at)
SELECT ${workspace.id}, 'account-' || n, 'Account ' || n, ${new Date(end - size.days * dayMs)}, ${new Date(end)}
FROM generate_series(0, ${size.accounts - 1}::int) AS n`.execute(db),
    );
  } finally {
    await stores.close();
  }
}

/** Accounts that wait to be evaluated, as the metrics say. */
export async function dirtyAccounts(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^rapport_dirty_accounts (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}
