import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../lib/log.ts';
import type { EventsAccess, StateAccess } from './access.ts';
import { startClickHouse } from './embedded/clickhouse.ts';
import { lockDataDirectory } from './embedded/lock.ts';
import { startPostgres } from './embedded/postgres.ts';
import type { Engine } from './embedded/supervise.ts';
import { migrateEvents } from './events/migrate.ts';
import { openEvents } from './events/open.ts';
import type { EventStore } from './events/store.ts';
import { migrateState } from './state/migrate.ts';
import { openState } from './state/open.ts';
import type { StateStore } from './state/store.ts';

/** What the stores are opened with. */
export interface StoreOptions {
  /** Everything the embedded engines keep lies below it; taken for this process alone. */
  readonly dataDir: string;
  /** Null: the embedded engine. */
  readonly clickhouseUrl: string | null;
  /** Null: the embedded engine. */
  readonly postgresUrl: string | null;
  readonly log: Log;
}

/** Both stores, migrated and checked. Who opens, closes. */
export interface Stores {
  readonly events: EventStore;
  readonly state: StateStore;
  /** The engines that this process runs; empty when both are servers. */
  readonly engines: readonly Engine[];
  close(): Promise<void>;
}

/** Starts the embedded engines where no URL is given, migrates, checks that nothing is open that must not be. */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const closers: (() => Promise<void> | void)[] = [];
  const engines: Engine[] = [];
  try {
    const dataDir = resolve(options.dataDir);
    mkdirSync(dataDir, { recursive: true });
    closers.push(lockDataDirectory(dataDir));
    const events = await startClickHouse({ directory: join(dataDir, 'events'), log: options.log });
    engines.push(events.engine);
    closers.push(() => events.engine.stop());
    const state = await startPostgres({
      directory: join(dataDir, 'state'),
      secretsFile: join(dataDir, 'state-secrets.json'),
      log: options.log,
    });
    engines.push(state.engine);
    closers.push(() => state.engine.stop());
    const stores = await connectStores(events.access, state.access, options.log);
    closers.push(() => stores.close());
    return { ...stores, engines, close: () => closeAll(closers) };
  } catch (cause) {
    await closeAll(closers);
    throw cause;
  }
}

/** The same on engines that already run. */
export async function connectStores(events: EventsAccess, state: StateAccess, log: Log): Promise<Stores> {
  await migrateState(state, () => migrateEvents(events));
  const eventStore = openEvents(events);
  const stateStore = openState(state, log);
  return {
    events: eventStore,
    state: stateStore,
    engines: [],
    close: async () => {
      await Promise.all([eventStore.close(), stateStore.close()]);
    },
  };
}

/** In reverse order of opening. */
async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}
