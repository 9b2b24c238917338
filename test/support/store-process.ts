/**
 * A process that opens the stores of a data directory and writes events and rows until it is killed. Prints one JSON
 * line per fact: `{ opened: { engines } }`, `{ refused }`, `{ acknowledged }`. Arguments: data directory, `write` or `idle`.
 */
import { randomId } from '../../src/lib/id.ts';
import { openStores, type Stores } from '../../src/store/open.ts';
import { testLog } from './log.ts';

const [dataDir = '', mode = 'idle'] = process.argv.slice(2);

function say(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

async function write(stores: Stores): Promise<never> {
  const workspace = 'torture';
  await stores.state.everywhere((state) =>
    state
      .insertInto('workspace')
      .values({ id: workspace, slug: workspace, name: workspace })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  for (;;) {
    const batch = randomId('batch');
    const rows = Array.from({ length: 20 }, (_, index) => ({
      workspace,
      account: 'a',
      time: index,
      id: `${batch}-${index}`,
      kind: 'track',
      name: 'x',
      segment: batch,
    }));
    try {
      await stores.events.insert('events', rows);
      await stores.state.within(workspace, (state) =>
        state
          .insertInto('account_domain')
          .values({ workspace_id: workspace, domain: batch, account_id: 'a' })
          .execute(),
      );
      say({ acknowledged: batch });
    } catch (error) {
      say({ failed: error instanceof Error ? error.name : String(error) });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

try {
  const stores = await openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: testLog });
  say({ opened: { engines: Object.fromEntries(stores.engines.map(({ name, pid }) => [name, pid])) } });
  process.stdin.resume().once('end', () => {
    void stores.close().then(() => process.exit(0));
  });
  if (mode === 'write') await write(stores);
} catch (error) {
  say({ refused: error instanceof Error ? error.name : String(error), message: String(error) });
  process.exit(2);
}
