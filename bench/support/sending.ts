import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStreamReader } from '../../test/support/event-stream.ts';
import type { BigServer } from './big-server.ts';

const eventsPerRequest = 10;

/** A steady stream of events. */
export interface Load {
  readonly perSecond: number;
  /** Each event is of another account, so that each push answers one event. */
  readonly accounts: readonly string[];
  readonly messageOf: (account: string) => object;
}

/** Sends it; says when each account's event was acknowledged (`performance.now()`), and the rate that was reached. */
export async function send(
  { server, write }: Pick<BigServer, 'server' | 'write'>,
  { perSecond, accounts, messageOf }: Load,
): Promise<{ readonly acknowledged: ReadonlyMap<string, number>; readonly perSecond: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const acknowledged = new Map<string, number>();
  const pauseMs = (1000 * eventsPerRequest) / perSecond;
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let sent = 0; sent < accounts.length; sent += eventsPerRequest) {
    const due = start + (sent / eventsPerRequest) * pauseMs;
    if (due > performance.now() + 1) await sleep(due - performance.now());
    const names = accounts.slice(sent, sent + eventsPerRequest);
    const body = JSON.stringify({ writeKey: write, sentAt: new Date().toISOString(), batch: names.map(messageOf) });
    const deliver = async (): Promise<void> => {
      const at = await post(agent, `${server.url}/v1/batch`, body);
      for (const name of names) acknowledged.set(name, at);
    };
    sending.push(deliver());
  }
  await Promise.all(sending);
  const took = performance.now() - start;
  agent.destroy();
  return { acknowledged, perSecond: (1000 * accounts.length) / took };
}

/** When each of these accounts was told of by a message that counts; waits until all were, or patience ends. */
export async function toldOf(
  stream: EventStreamReader,
  accounts: ReadonlySet<string>,
  {
    from,
    patienceMs,
    counts,
  }: {
    readonly from: number;
    readonly patienceMs: number;
    readonly counts: (message: Readonly<Record<string, unknown>>) => boolean;
  },
): Promise<ReadonlyMap<string, number>> {
  const told = new Map<string, number>();
  const end = performance.now() + patienceMs;
  for (let at = from; told.size < accounts.size && performance.now() < end; await sleep(20)) {
    for (; at < stream.received.length; at++) {
      const message = stream.received[at] ?? {};
      const account = String(message['account']);
      if (accounts.has(account) && !told.has(account) && counts(message)) told.set(account, stream.times[at] ?? 0);
    }
  }
  return told;
}

/** From the acknowledgement to the message. Told before the response came is no latency at all. */
export function latenciesOf(acknowledged: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>): number[] {
  return [...told].map(([account, at]) => Math.max(0, at - (acknowledged.get(account) ?? at)));
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
