import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { randomId } from '../../src/lib/id.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { dropDatabase } from '../support/databases.ts';
import { testLog } from '../support/log.ts';
import { rapport, type Server, startServer, waitFor } from '../support/server.ts';
import { testSettings } from '../support/settings.ts';
import { type Shards, startEventsServer } from '../support/shards.ts';

const directory = mkdtempSync(join(tmpdir(), 'rapport-moments-'));
const database = randomId('moments').replaceAll('-', '0').toLowerCase();
const modelFile = join(directory, 'model.yaml');
const accounts = 40;
/** Deadlines lie behind all kills: an event that a kill holds up beyond its deadline is late, and rightly seen as such. */
const horizonSeconds = 10 + 4 * testSettings.tortureRounds;
const model = `rapport: 1
name: Torture
catalog:
  Deal Won: {}
  Signed In: {}
  Case Opened: { severity: string }
segments: { everybody: { otherwise: true, touch: high } }
measures: { logins: { count: Signed In, within: 7d } }
indicators: { logins: { domain: adoption, value: measures.logins, cuts: [0, 2, 5], weight: 1 } }
score: { domains: { adoption: 100 } }
phases: { onboarding: { starts: { on: Deal Won } } }
moments:
  first_login: { phase: onboarding, objective: In the product, due: ${horizonSeconds}s, done: { on: Signed In }, escalate: [{ after: 1s, to: manager }] }
  severe_case: { objective: React, on: Case Opened, where: 'properties.severity == "sev1"', within: 4h }
  silence: { phase: onboarding, objective: Ask, absent: { of: Signed In, for: ${horizonSeconds}s } }
  monthly: { phase: onboarding, objective: Review, schedule: { rrule: 'FREQ=MONTHLY;BYMONTHDAY=1', from: phase } }
`;

let events: Shards | null = null;
let ports: readonly number[] = [];
const servers: (Server | null)[] = [null, null, null];
const settings = (): Record<string, string> => {
  const { host, port, user, password } = inject('engines').superuser;
  return {
    RAPPORT_MIN_FREE_SPACE: '0',
    RAPPORT_CLICKHOUSE_URL: events?.url ?? '',
    RAPPORT_POSTGRES_URL: `postgres://${user}:${encodeURIComponent(String(password))}@${host}:${port}/${database}`,
  };
};

async function start(index: number): Promise<void> {
  const dataDir = join(directory, `process-${index}`);
  servers[index] = await startServer({ dataDir, port: ports[index] ?? 0, settings: settings() });
}

beforeAll(async () => {
  chmodSync(directory, 0o755);
  writeFileSync(modelFile, model);
  events = await startEventsServer(join(directory, 'events'), testLog);
  ports = await Promise.all([freePort(), freePort(), freePort()]);
  for (const index of servers.keys()) await start(index);
});

afterAll(async () => {
  for (const server of servers) await server?.stop();
  await events?.stop();
  await dropDatabase(inject('engines').superuser, database);
  rmSync(directory, { recursive: true, force: true });
});

interface Workspace {
  readonly slug: string;
  readonly write: string;
}

async function workspace(slug: string): Promise<Workspace> {
  const here = { RAPPORT_DATA_DIR: join(directory, 'process-0') };
  await rapport(['workspace', 'create', slug], here);
  await rapport(['publish', modelFile, '--workspace', slug], here);
  const { stdout } = await rapport(['key', 'create', '--kind', 'write', '--workspace', slug], here);
  return { slug, write: stdout.trim() };
}

type Message = Readonly<Record<string, unknown>>;

/** What happens to the accounts within two seconds from an instant: everybody begins, half of them log in, some have cases. */
function story(from: number): Message[] {
  const messages: Message[] = [];
  const add = (account: number, event: string, offset: number, properties = {}): void => {
    messages.push({
      type: 'track',
      messageId: `${event}-${account}-${offset}`,
      userId: `person-${account}`,
      event,
      properties,
      timestamp: new Date(from + offset).toISOString(),
      context: { groupId: `account-${account}` },
    });
  };
  for (let account = 0; account < accounts; account++) {
    add(account, 'Deal Won', account);
    if (account % 2 === 0) add(account, 'Signed In', 500 + account);
    for (let number = 0; number < account % 4; number++)
      add(account, 'Case Opened', 1_000 + account + 100 * number, { severity: number === 1 ? 'sev2' : 'sev1' });
  }
  return messages;
}

/** Sends each message until some process has acknowledged it; every third one twice. */
async function send({ write }: Workspace, messages: readonly Message[], pauseMs: number): Promise<void> {
  for (const [index, message] of messages.entries()) {
    for (let attempt = 0; ; attempt++) {
      const url = `http://127.0.0.1:${ports[(index + attempt) % ports.length]}/v1/batch`;
      const body = JSON.stringify({ writeKey: write, batch: [message] });
      const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(5_000) }).catch(() => null);
      await answer?.arrayBuffer().catch(() => null);
      if (answer?.status === 200 && (index % 3 !== 0 || attempt > 0)) break;
      if (answer === null) await sleep(30);
    }
    await sleep(pauseMs);
  }
}

async function query<Row>(sql: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new Client({ ...inject('engines').superuser, database });
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Every occurrence by what it is, without what depends on when it was looked at: its phase is the one known then. */
function occurrences({ slug }: Workspace): Promise<object[]> {
  return query(
    `SELECT account_id, moment, cause, state, opens_at, due_at, escalation, segment FROM occurrence
     JOIN workspace ON workspace.id = occurrence.workspace_id WHERE slug = $1
     ORDER BY account_id COLLATE "C", moment COLLATE "C", opens_at, cause::text COLLATE "C"`,
    [slug],
  );
}

async function quiet(): Promise<void> {
  let left: unknown;
  await waitFor(
    async () => {
      const spools = await Promise.all(
        ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text().catch(() => '')),
      );
      const [work] = await query<{ dirty: string; due: string }>(
        `SELECT (SELECT count(*) FROM dirty_account) AS dirty,
          (SELECT count(*) FROM journey WHERE next_at < now() + interval '30 seconds') AS due`,
        [],
      );
      left = work;
      return spools.every((text) => /^rapport_spool_bytes 0$/m.test(text)) && work?.dirty === '0' && work.due === '0';
    },
    (horizonSeconds + 60) * 1_000,
    () => `Not all is decided: ${JSON.stringify(left)}`,
  );
}

it(
  `${testSettings.tortureRounds} SIGKILLs of three processes leave the occurrences of an undisturbed run`,
  { timeout: 900_000 },
  async () => {
    const [calm, disturbed] = [await workspace('calm'), await workspace('disturbed')];
    const from = Date.now() + 100;
    const messages = story(from);
    await sleep(2_500); // what has not happened yet would count as received
    await send(calm, messages, 0);

    const sending = send(disturbed, messages, Math.min(60, 6 * testSettings.tortureRounds));
    for (let round = 0; round < testSettings.tortureRounds; round++) {
      await sleep(100 + Math.random() * 900);
      const index = Math.floor(Math.random() * servers.length);
      await servers[index]?.kill();
      await start(index);
    }
    await sending;
    await quiet();

    const [expected, got] = [await occurrences(calm), await occurrences(disturbed)];
    expect(expected.length).toBeGreaterThan(3 * accounts);
    expect(got).toEqual(expected);
    const gaps = await query(
      `SELECT occurrence_id FROM occurrence_change GROUP BY occurrence_id HAVING max(number) <> count(*)`,
      [],
    );
    expect(gaps, 'every change is in the history once').toEqual([]);
  },
);
