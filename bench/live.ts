import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStreamReader, readStream } from '../test/support/event-stream.ts';
import { type BigServer, startBigServer } from './support/big-server.ts';
import { type Bench, type Figure, percentile } from './support/report.ts';

const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const seconds = Number(process.env['BENCH_LIVE_SECONDS'] ?? 20);
const eventsPerRequest = 10;

/** From the acknowledged response to the score that a subscriber is told. */
export const live: Bench = {
  name: 'live',
  about: `${accounts.toLocaleString('en')} accounts, each event another account; server, engines and load on this machine`,
  async run(say) {
    const big = await startBigServer({ accounts, days: 10, eventsPerDay: 1 }, say);
    try {
      const stream = readStream(`${big.server.url}/api/live`, big.read);
      await stream.opened;
      say('warming up');
      await measure(big, stream, { perSecond: 200, seconds: 3, from: 0 });
      say(`1,000 events/s for ${seconds} s`);
      const steady = await measure(big, stream, { perSecond: 1_000, seconds, from: 1_000 });
      say(`5,000 events/s for ${seconds / 2} s`);
      const busy = await measure(big, stream, {
        perSecond: 5_000,
        seconds: seconds / 2,
        from: 1_000 + 1_000 * seconds,
      });
      await stream.close();
      return [...figuresOf('1,000 events/s', steady, 'p99'), ...figuresOf('5,000 events/s', busy, 'max')];
    } finally {
      await big.remove();
    }
  },
};

interface Load {
  readonly perSecond: number;
  readonly seconds: number;
  /** Number of the first account; every event is of another one, so that each push answers one event. */
  readonly from: number;
}

interface Measured {
  readonly latencies: readonly number[];
  readonly perSecond: number;
  readonly missing: number;
}

async function measure({ server, write }: BigServer, stream: EventStreamReader, load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const acknowledged = new Map<string, number>();
  const before = stream.received.length;
  const count = Math.min(load.perSecond * load.seconds, accounts - load.from);
  const pauseMs = (1000 * eventsPerRequest) / load.perSecond;
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < count; sent += eventsPerRequest) {
    const due = start + (sent / eventsPerRequest) * pauseMs;
    if (due > performance.now() + 1) await sleep(due - performance.now());
    const names = Array.from({ length: eventsPerRequest }, (_, index) => `account-${load.from + sent + index}`);
    const deliver = async (): Promise<void> => {
      const at = await post(agent, `${server.url}/v1/batch`, bodyOf(write, names));
      for (const name of names) acknowledged.set(name, at);
    };
    sending.push(deliver());
  }
  await Promise.all(sending);
  const took = performance.now() - start;
  const latencies = await latenciesOf(stream, before, acknowledged);
  agent.destroy();
  return { latencies, perSecond: (1000 * count) / took, missing: count - latencies.length };
}

/** Waits until every account was told, 30 s at most. Told before the response came is no latency at all. */
async function latenciesOf(
  stream: EventStreamReader,
  before: number,
  acknowledged: ReadonlyMap<string, number>,
): Promise<number[]> {
  const told = new Map<string, number>();
  const end = performance.now() + 30_000;
  for (let at = before; told.size < acknowledged.size && performance.now() < end; await sleep(20)) {
    for (; at < stream.received.length; at++) {
      const account = String(stream.received[at]?.['account']);
      if (acknowledged.has(account) && !told.has(account)) told.set(account, stream.times[at] ?? 0);
    }
  }
  return [...told].map(([account, at]) => Math.max(0, at - (acknowledged.get(account) ?? at)));
}

function bodyOf(writeKey: string, names: readonly string[]): string {
  const time = new Date().toISOString();
  return JSON.stringify({
    writeKey,
    sentAt: time,
    batch: names.map((name) => ({
      type: 'track',
      event: 'Report Viewed',
      messageId: `live-${process.pid}-${name}`,
      userId: `p-${name}`,
      timestamp: time,
      context: { groupId: name },
      properties: { minutes: 7 },
    })),
  });
}

function post(agent: Agent, url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve(performance.now());
        else reject(new Error(`ingest answered ${response.statusCode}`));
      });
    });
    sending.once('error', reject);
    sending.end(body);
  });
}

function figuresOf(name: string, { latencies, perSecond, missing }: Measured, promised: 'p99' | 'max'): Figure[] {
  const p50 = percentile(latencies, 0.5);
  const p99 = percentile(latencies, 0.99);
  const max = percentile(latencies, 1);
  const promise = (limit: number, value: number) => ({
    promise: `< ${limit} ms`,
    kept: missing === 0 && value < limit,
  });
  return [
    { name: `${name}: p50`, value: p50, unit: 'ms', ...(promised === 'p99' ? promise(80, p50) : {}) },
    { name: `${name}: p99`, value: p99, unit: 'ms', ...(promised === 'p99' ? promise(250, p99) : {}) },
    { name: `${name}: longest`, value: max, unit: 'ms', ...(promised === 'max' ? promise(1_000, max) : {}) },
    { name: `${name}: rate reached`, value: perSecond, unit: 'events/s' },
    { name: `${name}: never told`, value: missing, unit: 'events' },
  ];
}
