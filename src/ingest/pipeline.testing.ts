import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { type Clock, systemClock } from '../lib/clock.ts';
import { randomId, randomSecret } from '../lib/id.ts';
import { silentLog } from '../lib/log.ts';
import type { Stores } from '../store/open.ts';
import { registerIngest } from './http/register.ts';
import type { LoadDeps } from './loader/batch.ts';
import { createLoader, type Loader } from './loader/loader.ts';
import { newCounters } from './reasons.ts';
import { createSpool, type Spool } from './spool/spool.ts';
import { Tail } from './tail.ts';

/** A whole ingest in one process, for tests: server, spool and loader over real stores. */
export interface TestPipeline {
  readonly server: FastifyInstance;
  readonly spool: Spool;
  readonly loader: Loader;
  readonly deps: LoadDeps;
  close(): Promise<void>;
}

/** What loading needs, over real stores. */
export function loadDeps(stores: Stores, clock: Clock = systemClock): LoadDeps {
  return {
    events: stores.events,
    state: stores.state,
    clock,
    log: silentLog,
    counters: newCounters(),
    tail: new Tail(),
  };
}

/** A workspace with a write key; the text of the key is only here. */
export async function createWorkspace(
  stores: Stores,
  accountKind: 'group' | 'person' = 'group',
): Promise<{
  workspace: string;
  key: string;
  keyOf(kind: 'read' | 'admin' | 'write', revoked?: boolean): Promise<string>;
}> {
  const workspace = randomId('ws');
  await stores.state.everywhere((state) =>
    state
      .insertInto('workspace')
      .values({ id: workspace, slug: workspace, name: 'Test', account_kind: accountKind })
      .execute(),
  );
  const keyOf = async (kind: 'read' | 'admin' | 'write', revoked = false): Promise<string> => {
    const key = randomSecret(24);
    await stores.state.everywhere((state) =>
      state
        .insertInto('api_key')
        .values({
          workspace_id: workspace,
          id: randomId('key'),
          kind,
          hash: hash('sha256', key, 'hex'),
          prefix: key.slice(0, 4),
          name: kind,
          revoked_at: revoked ? new Date(0) : null,
        })
        .execute(),
    );
    return key;
  };
  return { workspace, key: await keyOf('write'), keyOf };
}

/** Starts everything; `close` stops it and removes the spool's folder. */
export async function startPipeline(
  stores: Stores,
  options: { unknownKey?: 'accept' | 'reject'; publicUrl?: string; clock?: Clock } = {},
): Promise<TestPipeline> {
  const dir = await mkdtemp(join(tmpdir(), 'rapport-spool-'));
  const deps = loadDeps(stores, options.clock);
  const spool = await createSpool({ dir, clock: deps.clock, log: silentLog, minFreeBytes: 0 });
  const loader = createLoader({ ...deps, spool });
  const server = fastify();
  const { unknownKey = 'reject', publicUrl = null } = options;
  registerIngest(server, { ...deps, spool, unknownKey, publicUrl });
  await server.ready();
  return {
    server,
    spool,
    loader,
    deps,
    close: async () => {
      await server.close();
      await loader.close();
      await rm(dir, { recursive: true });
    },
  };
}

/** An event as it is stored now, without what a test rarely looks at. */
export interface StoredRow {
  readonly id: string;
  readonly account: string;
  readonly person: string;
  readonly kind: string;
  readonly name: string;
  readonly at: number;
  readonly texts: Record<string, string>;
  readonly numbers: Record<string, number>;
  readonly segment: string;
}

/** All events of the workspace, by id. */
export async function storedEvents(stores: Stores, workspace: string): Promise<StoredRow[]> {
  return stores.events.query({
    name: 'test-events',
    sql: `SELECT id, account, person, kind, name, toUnixTimestamp64Milli(time) AS at, texts, numbers, segment
      FROM ${stores.events.table('events')} FINAL WHERE workspace = {workspace:String} ORDER BY id`,
    params: { workspace },
    row: (raw) => ({ ...(raw as unknown as StoredRow), at: Number(raw['at']) }),
  });
}
