import { setTimeout as sleep } from 'node:timers/promises';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  startPipeline,
  type StoredRow,
  storedEvents,
  type TestPipeline,
} from '../../src/ingest/pipeline.testing.ts';
import { useStores } from '../support/engines.ts';
import { type Edge, openEdge, type Trouble } from './edge.ts';

const stores = useStores();
let pipeline: TestPipeline;
let address: string;
beforeAll(async () => {
  pipeline = await startPipeline(stores);
  address = await pipeline.server.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => pipeline.close());

/** Refusals and lost answers for the first requests, then a quiet network. */
const storm: readonly Trouble[] = [429, 'pass', 500, 'answer-lost', 'pass', 'answer-lost', 503, 'pass', 429];
const events = 60;

async function through<T>(work: (edge: Edge) => Promise<T>): Promise<Edge> {
  const edge = await openEdge(address, (post) => storm[post] ?? 'pass');
  try {
    await work(edge);
  } finally {
    await edge.close();
  }
  return edge;
}

async function waitForTracks(workspace: string, count: number): Promise<StoredRow[]> {
  for (let wait = 0; wait < 300; wait++) {
    await pipeline.loader.settled();
    const rows = await storedEvents(stores, workspace);
    if (rows.filter(({ kind }) => kind === 'track').length >= count) return rows;
    await sleep(100);
  }
  return storedEvents(stores, workspace);
}

function expectEachOnce(rows: readonly StoredRow[]): void {
  const numbers = rows.filter(({ kind }) => kind === 'track').map(({ numbers: { n } }) => n ?? -1);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: events }, (_, index) => index));
}

describe('official clients, unchanged, through a storm of refusals and lost answers: every event exactly once', () => {
  it('@segment/analytics-node', { timeout: 90_000 }, async () => {
    const { workspace, key } = await createWorkspace(stores);
    const edge = await through(async ({ url }) => {
      const client = new Analytics({ writeKey: key, host: url, flushAt: 10, maxRetries: 10 });
      client.identify({ userId: 'u', anonymousId: 'a', traits: { email: 'u@acme.example' } });
      client.group({ userId: 'u', groupId: 'acme', traits: { name: 'Acme' } });
      for (let n = 0; n < events; n++) client.track({ userId: 'u', event: 'Order Placed', properties: { n } });
      await client.closeAndFlush({ timeout: 60_000 });
    });
    const rows = await waitForTracks(workspace, events);
    expectEachOnce(rows);
    expect(new Set(rows.map(({ account, person }) => `${account} ${person}`))).toEqual(new Set(['acme u']));
    expect(edge.log.filter(({ trouble }) => trouble !== 'pass').length).toBeGreaterThan(2);
    expect(pipeline.deps.counters.duplicates).toBeGreaterThan(0);
  });

  it('@rudderstack/rudder-sdk-node', { timeout: 90_000 }, async () => {
    const { workspace, key } = await createWorkspace(stores);
    let rows: StoredRow[] = [];
    await through(async ({ url }) => {
      const client = new RudderAnalytics(key, {
        dataPlaneUrl: url,
        flushAt: 10,
        flushInterval: 300,
        maxInternalQueueSize: 1_000,
      });
      for (let n = 0; n < events; n++) {
        client.track({ userId: 'u', event: 'Order Placed', properties: { n }, context: { groupId: 'acme' } });
      }
      await client.flush();
      rows = await waitForTracks(workspace, events);
    });
    expectEachOnce(rows);
    expect(new Set(rows.map(({ account }) => account))).toEqual(new Set(['acme']));
  });

  it('posthog-node', { timeout: 90_000 }, async () => {
    const { workspace, key } = await createWorkspace(stores);
    let rows: StoredRow[] = [];
    await through(async ({ url }) => {
      const client = new PostHog(key, {
        host: url,
        flushAt: 10,
        flushInterval: 200,
        fetchRetryDelay: 200,
        fetchRetryCount: 8,
      });
      client.identify({ distinctId: 'u', properties: { email: 'u@acme.example' } });
      client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { name: 'Acme' } });
      for (let n = 0; n < events; n++) {
        client.capture({ distinctId: 'u', event: 'order placed', properties: { n }, groups: { company: 'acme' } });
      }
      await client.shutdown(60_000);
      rows = await waitForTracks(workspace, events);
    });
    expectEachOnce(rows);
    expect(
      new Set(rows.filter(({ kind }) => kind === 'track').map(({ account, person }) => `${account} ${person}`)),
    ).toEqual(new Set(['acme u']));
    const accounts = await stores.state.within(workspace, (state) =>
      state.selectFrom('account').select(['id', 'name']).execute(),
    );
    expect(accounts).toEqual([{ id: 'acme', name: 'Acme' }]);
  });
});
