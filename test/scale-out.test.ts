import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { randomId } from '../src/lib/id.ts';
import { dropDatabase } from './support/databases.ts';
import { readStream } from './support/event-stream.ts';
import { testLog } from './support/log.ts';
import { storedIds } from './support/sender.ts';
import { rapport, type Server, startServer, waitFor } from './support/server.ts';
import { type Shards, startShards } from './support/shards.ts';

const directory = mkdtempSync(join(tmpdir(), 'rapport-scale-'));
const database = randomId('scale').replaceAll('-', '0').toLowerCase();
const modelFile = join(directory, 'model.yaml');
const model = `rapport: 1
name: Scale
catalog:
  Signed In: {}
  Report Viewed: { minutes: number }
traits:
  account: { seats: number, plan: string }
segments:
  pro: { when: 'account.plan == "pro"', touch: high }
  rest: { otherwise: true, touch: low }
measures:
  active_people: { unique: person, within: 28d }
  active_days: { days: any, within: 28d }
  minutes_28d: { sum: properties.minutes, of: Report Viewed, within: 28d }
  logins_7d: { count: Signed In, within: 7d }
indicators:
  people_share: { domain: adoption, value: measures.active_people / account.seats, cuts: [0.1, 0.35, 0.7], weight: 3 }
  active_days: { domain: adoption, value: measures.active_days, cuts: [1, 6, 15], weight: 3 }
  minutes: { domain: value, value: measures.minutes_28d, cuts: [0, 20, 90], weight: 2 }
  logins: { domain: value, value: measures.logins_7d, cuts: [0, 1, 3], weight: 1 }
score:
  domains: { adoption: 60, value: 40 }
`;

interface Site {
  readonly server: Server;
  readonly write: string;
  readonly read: string;
}

let shards: Shards | null = null;
const started: Site[] = [];
let first: Site;
let second: Site;
let alone: Site;

beforeAll(async () => {
  chmodSync(directory, 0o755);
  writeFileSync(modelFile, model);
  shards = await startShards(join(directory, 'shards'), testLog);
  const shared = { RAPPORT_CLICKHOUSE_URL: shards.url, RAPPORT_POSTGRES_URL: postgresUrl() };
  // Both at once: migrations, the first workspace and its model are made by one of them.
  const starting = [site('one', shared), site('two', shared), site('alone', {})] as const;
  // All of them are waited for, so that none is left running when another one fails to start.
  for (const one of await Promise.allSettled(starting)) if (one.status === 'fulfilled') started.push(one.value);
  [first, second, alone] = await Promise.all(starting);
});

afterAll(async () => {
  await Promise.all(started.map(({ server }) => server.stop()));
  await shards?.stop();
  await dropDatabase(inject('engines').superuser, database);
  rmSync(directory, { recursive: true, force: true });
});

function postgresUrl(): string {
  const { host, port, user, password } = inject('engines').superuser;
  return `postgres://${user}:${encodeURIComponent(String(password))}@${host}:${port}/${database}`;
}

async function site(name: string, shared: Record<string, string>): Promise<Site> {
  const settings = { RAPPORT_DATA_DIR: join(directory, name), RAPPORT_MIN_FREE_SPACE: '0', ...shared };
  const server = await startServer({ dataDir: settings.RAPPORT_DATA_DIR, settings });
  const key = async (kind: string) => (await rapport(['key', 'create', '--kind', kind], settings)).stdout.trim();
  return { server, write: await key('write'), read: await key('read') };
}

type Message = Readonly<Record<string, unknown>> & { readonly messageId: string };

const start = Date.UTC(2025, 0, 1);
const hour = 3_600_000;
const accounts = 40;

/** Sixty days of forty accounts. People of every fourth account say late where they belong, some say late who they were. */
function history(): { early: Message[]; late: Message[] } {
  const early: Message[] = [];
  const late: Message[] = [];
  for (let account = 0; account < accounts; account++) {
    const isLate = account % 4 === 0;
    const groupId = `account-${account}`;
    for (let person = 0; person < 3; person++) {
      const userId = `person-${account}-${person}`;
      const joined = { type: 'group', userId, groupId, traits: { seats: 4, plan: account % 2 === 0 ? 'pro' : 'free' } };
      (isLate ? late : early).push(at(`g-${userId}`, start, joined));
      const isAnonymous = account % 5 === 0;
      const anonymousId = `browser-${account}-${person}`;
      for (let day = person; day < 60; day += 1 + ((account + person) % 6)) {
        const who = isAnonymous && day < 30 ? { anonymousId } : { userId };
        const time = start + day * 24 * hour + (account % 23) * hour + person;
        early.push(at(`s-${userId}-${day}`, time, { type: 'track', event: 'Signed In', ...who }));
        const properties = { minutes: (account * 7 + day) % 30 };
        early.push(at(`r-${userId}-${day}`, time, { type: 'track', event: 'Report Viewed', properties, ...who }));
      }
      if (isAnonymous) late.push(at(`i-${userId}`, start + 40 * 24 * hour, { type: 'identify', userId, anonymousId }));
    }
  }
  return { early, late };
}

function at(messageId: string, time: number, rest: Readonly<Record<string, unknown>>): Message {
  return { messageId, timestamp: new Date(time).toISOString(), ...rest };
}

async function send({ server, write }: Site, batch: readonly Message[]): Promise<void> {
  for (let from = 0; from < batch.length; from += 200) {
    const body = JSON.stringify({ writeKey: write, batch: batch.slice(from, from + 200) });
    const answer = await fetch(`${server.url}/v1/batch`, { method: 'POST', body });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

async function get<Body>({ server, read }: Site, path: string): Promise<Body> {
  const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${read}` } });
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return JSON.parse(text) as Body;
}

/** Everything that was acknowledged is loaded and nothing is left to do. */
async function settled(one: Site, events: number): Promise<void> {
  let last = '';
  await waitFor(
    async () => {
      const { total } = await get<{ total: number }>(one, '/api/events?limit=1');
      const health = await get<object>(one, '/healthz');
      last = `${total} of ${events} events; ${JSON.stringify(health)}`;
      // Moves of stored events come after a segment's own events, and on two shards not at the same instant.
      const sites = await Promise.all([first, second, alone].map(({ server }) => fetch(`${server.url}/metrics`)));
      const spools = await Promise.all(sites.map((answer) => answer.text()));
      return total >= events && spools.every((text) => /^rapport_spool_bytes 0$/m.test(text));
    },
    60_000,
    () => `Not all is loaded: ${last}\n${one.server.output()}`,
  );
}

async function evaluated(one: Site, ...args: string[]): Promise<unknown[]> {
  const settings = { RAPPORT_DATA_DIR: one.server.dataDir };
  const { stdout } = await rapport(['evaluate', '--json', ...args], settings);
  return stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

it('two servers on two shards give the answer of one server, through duplicates and late news', async () => {
  const { early, late } = history();
  const all = [...early, ...late];
  const half = Math.floor(early.length / 2);
  const shared = early.slice(half - 300, half + 300); // both get these, at the same time
  await Promise.all([
    send(first, [...early.slice(0, half), ...shared]),
    send(second, [...shared, ...early.slice(half)]),
    send(alone, early),
  ]);
  await Promise.all([first, alone].map((one) => settled(one, early.length)));
  for (const one of [first, alone]) {
    await rapport(['publish', modelFile], { RAPPORT_DATA_DIR: one.server.dataDir });
  }
  await Promise.all([send(first, late), send(second, late), send(alone, late), send(second, shared)]);
  await Promise.all([first, second, alone].map((one) => settled(one, all.length)));

  const expected = all.map(({ messageId }) => messageId).toSorted();
  for (const one of [first, second, alone]) {
    const ids = await storedIds(one.server.url, one.read);
    expect(ids.toSorted(), 'every event once').toEqual(expected);
  }
  for (const path of ['/api/accounts?limit=1', '/api/people?limit=1']) {
    const totals = await Promise.all([first, second, alone].map((one) => get<{ total: number }>(one, path)));
    expect(new Set(totals.map(({ total }) => total)).size, path).toBe(1);
  }
  for (const asOf of ['2025-02-10T00:00:00.000Z', '2025-02-21T13:45:01.234Z']) {
    const truth = await evaluated(alone, '--as-of', asOf);
    expect(truth).toHaveLength(accounts);
    expect(await evaluated(first, '--as-of', asOf), `the rollup as of ${asOf}`).toEqual(truth);
    expect(await evaluated(second, '--as-of', asOf, '--model', modelFile), `raw events as of ${asOf}`).toEqual(
      await evaluated(alone, '--as-of', asOf, '--model', modelFile),
    );
  }
}, 180_000);

it('what one server takes in, subscribers of the other are told', async () => {
  const scores = readStream(`${second.server.url}/api/live`, second.read);
  const events = readStream(`${second.server.url}/api/live/events`, second.read);
  await Promise.all([scores.opened, events.opened]);
  await waitFor(
    async () => {
      const id = randomId('live');
      const message = { type: 'track', event: 'Signed In', userId: 'person-1-0' };
      await send(first, [at(id, Date.now(), message)]);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return (
        scores.received.some((one) => one['account'] === 'account-1') && events.received.some((one) => one['id'] === id)
      );
    },
    30_000,
    () => `${JSON.stringify(scores.received)} ${JSON.stringify(events.received)}`,
  );
  await Promise.all([scores.close(), events.close()]);
});

it('a version published through one server is what the other evaluates by, on all shards', async () => {
  const file = join(directory, 'slim.yaml');
  writeFileSync(file, model.replaceAll(/^ {2}(logins_7d|logins):.*\n/gm, ''));
  const asOf = ['--as-of', '2025-02-10T00:00:00.000Z'];
  await rapport(['publish', file], { RAPPORT_DATA_DIR: second.server.dataDir });
  const slim = await evaluated(alone, ...asOf, '--model', file);
  expect(await evaluated(first, ...asOf)).toEqual(slim);
  await rapport(['publish', modelFile], { RAPPORT_DATA_DIR: first.server.dataDir });
  expect(await evaluated(second, ...asOf)).toEqual(await evaluated(alone, ...asOf));
});
