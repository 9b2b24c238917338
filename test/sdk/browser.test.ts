import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createWorkspace,
  startPipeline,
  type StoredRow,
  storedEvents,
  type TestPipeline,
} from '../../src/ingest/pipeline.testing.ts';
import { launchBrowser } from '../support/browser.ts';
import { useStores } from '../support/engines.ts';
import { closeServer, type Edge, openEdge, type Trouble } from './edge.ts';

const stores = useStores();
let pipeline: TestPipeline;
let browser: Browser;
let shop: Server;
let shopUrl: string;
let edge: Edge;
const storm: readonly Trouble[] = [429, 'pass', 'answer-lost', 500, 'pass', 'answer-lost', 429];

beforeAll(async () => {
  pipeline = await startPipeline(stores);
  edge = await openEdge(await pipeline.server.listen({ port: 0, host: '127.0.0.1' }), (post) => storm[post] ?? 'pass');
  shop = createServer(servePage);
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await closeServer(shop);
  await edge.close();
  await pipeline.close();
});

const library = join(import.meta.dirname, '../../node_modules/@segment/analytics-next/dist/umd');

/** Another origin than the server's, as a customer's site is. */
function servePage(...[request, answer]: Parameters<NonNullable<Parameters<typeof createServer>[1]>>): void {
  const { pathname } = new URL(request.url ?? '/', 'http://shop');
  if (!pathname.endsWith('.js')) {
    answer
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><title>Shop</title><script src="/index.js"></script>');
    return;
  }
  answer
    .writeHead(200, { 'content-type': 'text/javascript' })
    .end(readFileSync(join(library, pathname.slice(1).replaceAll('/', ''))));
}

interface BrowserAnalytics {
  load(settings: object, options?: object): BrowserAnalytics;
  identify(id: string, traits: object): Promise<unknown>;
  group(id: string, traits: object): Promise<unknown>;
  page(name: string): Promise<unknown>;
  track(name: string, properties: object): Promise<unknown>;
}

/** What a site does with the library; runs inside the page. */
async function visit({
  key,
  url,
  options,
  events,
}: {
  key: string;
  url: string;
  options: object;
  events: number;
}): Promise<void> {
  const { AnalyticsBrowser } = (globalThis as unknown as { AnalyticsNext: { AnalyticsBrowser: BrowserAnalytics } })
    .AnalyticsNext;
  const analytics = AnalyticsBrowser.load({ writeKey: key, cdnURL: url }, options);
  await analytics.page('Home');
  await analytics.identify('u', { email: 'u@acme.example' });
  await analytics.group('acme', { name: 'Acme' });
  await Promise.all(Array.from({ length: events }, (_, n) => analytics.track('Order Placed', { n })));
}

async function waitForTracks(workspace: string, count: number): Promise<StoredRow[]> {
  for (let wait = 0; wait < 400; wait++) {
    await pipeline.loader.settled();
    const rows = await storedEvents(stores, workspace);
    if (rows.filter(({ kind }) => kind === 'track').length >= count && rows.some(({ kind }) => kind === 'page'))
      return rows;
    await sleep(100);
  }
  return storedEvents(stores, workspace);
}

async function openPage(): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(shopUrl);
  return { page, errors };
}

describe('@segment/analytics-next in a real browser, from another origin', () => {
  it.each([
    ['one request per event', {}],
    [
      'batches',
      {
        integrations: {
          'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 5, timeout: 300 } } },
        },
      },
    ],
  ])('sends every event exactly once through a storm: %s', { timeout: 120_000 }, async (_, options) => {
    const { workspace, key } = await createWorkspace(stores);
    const { page, errors } = await openPage();
    await page.evaluate(visit, { key, url: edge.url, options, events: 12 });
    const rows = await waitForTracks(workspace, 12);
    await page.close();
    expect(errors).toEqual([]);
    const numbers = rows.filter(({ kind }) => kind === 'track').map(({ numbers: { n } }) => n ?? -1);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (__, n) => n));
    expect(rows.filter(({ kind }) => kind === 'page').length).toBe(1);
    expect(new Set(rows.map(({ account, person }) => `${account} ${person}`))).toEqual(new Set(['acme u']));
  });

  it('asked before sending (preflight), met refusals, and was told about its settings', () => {
    const asked = (method: string): string[] => [
      ...new Set(edge.log.filter((one) => one.method === method).map(({ path }) => path)),
    ];
    expect(asked('OPTIONS')).toEqual(expect.arrayContaining(['/v1/t', '/v1/p', '/v1/i', '/v1/g', '/v1/b']));
    expect(asked('GET').every((path) => path.endsWith('/settings'))).toBe(true);
    expect(edge.log.filter(({ trouble }) => trouble !== 'pass').length).toBe(
      storm.filter((trouble) => trouble !== 'pass').length,
    );
  });
});
