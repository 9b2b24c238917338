import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Log } from '../lib/log.ts';
import type { EventsAccess, StateAccess } from './access.ts';
import { checkCanaries } from './canary.ts';
import { startClickHouse } from './embedded/clickhouse.ts';
import { lockDataDirectory } from './embedded/lock.ts';
import { startPostgres } from './embedded/postgres.ts';
import type { Engine } from './embedded/supervise.ts';
import { migrateEvents } from './events/migrate.ts';
import { openEvents } from './events/open.ts';
import type { EventStore } from './events/store.ts';
import { eventsByUrl } from './server/events-url.ts';
import { prepareByUrl, stateByUrl } from './server/state-url.ts';
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

/** Starts the embedded engines where no URL is given, migrates, and checks that nothing is open that must not be. */
export async function openStores(options: StoreOptions): Promise<Stores> {
  const closers: Closers = [];
  try {
    const dataDir = resolve(options.dataDir);
    // As root, PostgreSQL's account must be able to pass through; what lies below is closed to others.
    mkdirSync(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    closers.push(lockDataDirectory(dataDir));
    const [events, state] = await bothOrNone(
      openEventsEngine(options, dataDir, closers),
      openStateEngine(options, dataDir, closers),
    );
    const stores = await connectStores(events.access, state.access, options.log);
    closers.push(() => stores.close());
    const engines = [events.engine, state.engine].filter((engine) => engine !== null);
    return { ...stores, engines, close: () => closeAll(closers) };
  } catch (cause) {
    await closeAll(closers);
    throw cause;
  }
}

/** The same on engines that already run. */
export async function connectStores(events: EventsAccess, state: StateAccess, log: Log): Promise<Stores> {
  await migrateState(state, () => migrateEvents(events));
  await checkCanaries(events, state, log);
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

interface Opened<Access> {
  readonly access: Access;
  readonly engine: Engine | null;
}

type Closers = (() => Promise<void> | void)[];

async function openEventsEngine(
  options: StoreOptions,
  dataDir: string,
  closers: Closers,
): Promise<Opened<EventsAccess>> {
  if (options.clickhouseUrl !== null) return { access: eventsByUrl(options.clickhouseUrl), engine: null };
  const started = await startClickHouse({ directory: join(dataDir, 'events'), log: options.log });
  closers.push(() => started.engine.stop());
  return started;
}

async function openStateEngine(options: StoreOptions, dataDir: string, closers: Closers): Promise<Opened<StateAccess>> {
  if (options.postgresUrl !== null) {
    await prepareByUrl(options.postgresUrl);
    return { access: stateByUrl(options.postgresUrl), engine: null };
  }
  const started = await startPostgres({
    directory: join(dataDir, 'state'),
    secretsFile: join(dataDir, 'state-secrets.json'),
    log: options.log,
  });
  closers.push(() => started.engine.stop());
  return started;
}

/** Waits for both even if one fails, so that nothing starts after the failure was reported. */
async function bothOrNone<Left, Right>(left: Promise<Left>, right: Promise<Right>): Promise<[Left, Right]> {
  await Promise.allSettled([left, right]);
  return Promise.all([left, right]);
}

/** In reverse order of opening. */
async function closeAll(closers: Closers): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}
