import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { randomId } from '../../src/lib/id.ts';
import type { EventsAccess, StateAccess } from '../../src/store/access.ts';
import { connect } from '../../src/store/events/client.ts';
import { quoteIdentifier } from '../../src/store/events/identifier.ts';
import { connectStores, type Stores } from '../../src/store/open.ts';
import { connectionsTo, createDatabase, dropDatabase } from './databases.ts';
import { testLog } from './log.ts';

/** The stores of one test file, and how to reach the same databases by other ways. */
export interface TestStores extends Stores {
  readonly access: { readonly events: EventsAccess; readonly state: StateAccess };
}

/**
 * Gives the test file empty databases of its own on the engines of the run: call it at the top of the file and use
 * the result inside tests. Afterwards the databases are dropped, and connections that are still open fail the file.
 */
export function useStores(): TestStores {
  let open: TestStores | null = null;
  let before: string[] = [];
  beforeAll(async () => {
    before = handles();
    open = await openTestStores();
  });
  afterAll(async () => {
    await open?.close();
    if (open) await dropTestDatabases(open);
    await expectNoNewHandles(before);
  });
  const current = (): TestStores => {
    if (!open) throw new Error('The stores are there inside tests and hooks, not while the file is being read.');
    return open;
  };
  return {
    get events() {
      return current().events;
    },
    get state() {
      return current().state;
    },
    get engines() {
      return current().engines;
    },
    get access() {
      return current().access;
    },
    close: () => current().close(),
  };
}

async function openTestStores(): Promise<TestStores> {
  const access = await testDatabases();
  const stores = await connectStores(access.events, access.state, testLog);
  return { ...stores, access };
}

/** Empty databases of a new name: on the events engine only the name, on the state engine a copy of the template. */
export async function testDatabases(): Promise<TestStores['access']> {
  const engines = inject('engines');
  const database = randomId('rapport').replaceAll('-', '0').toLowerCase();
  await createDatabase(engines.superuser, database, engines.template);
  const at = <Login extends object>(login: Login): Login => ({ ...login, database });
  const { owner, app, reader, kind } = engines.state;
  return {
    events: { ...engines.events, profile: { ...engines.events.profile, database } },
    state: { kind, owner: at(owner), app: at(app), reader: at(reader) },
  };
}

/** Fails when something of this file is still connected, then drops both databases. */
export async function dropTestDatabases({ access }: { access: TestStores['access'] }): Promise<void> {
  const { superuser } = inject('engines');
  const database = access.events.profile.database;
  let leaked = await connectionsTo(superuser, database);
  for (let attempt = 0; leaked.length > 0 && attempt < 20; attempt++) {
    await sleep(50); // a closed connection leaves the server's list a moment later
    leaked = await connectionsTo(superuser, database);
  }
  await dropDatabase(superuser, database);
  const owner = connect(access.events, access.events.urls[0] ?? '', access.events.owner);
  await owner.command({ query: `DROP DATABASE IF EXISTS ${quoteIdentifier(database)} SYNC` });
  await owner.close();
  expect(leaked, 'connections to the state database that the test file left open').toEqual([]);
}

/** Sockets, servers and child processes of this test process. */
function handles(): string[] {
  const kinds = ['TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap'];
  return process.getActiveResourcesInfo().filter((kind) => kinds.includes(kind));
}

async function expectNoNewHandles(before: readonly string[]): Promise<void> {
  for (let attempt = 0; handles().length > before.length && attempt < 40; attempt++) await sleep(50);
  const after = handles();
  expect(
    after.length > before.length ? after : [],
    'sockets, servers or processes that the test file left open',
  ).toEqual([]);
}
