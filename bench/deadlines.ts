import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStream } from '../test/support/event-stream.ts';
import { rapport } from '../test/support/server.ts';
import { type BigServer, startBigServer } from './support/big-server.ts';
import { cpuBetween, type CpuTimes, cpuTimes } from './support/cpu.ts';
import { type Bench, type Figure, percentile } from './support/report.ts';
import { send, toldOf } from './support/sending.ts';

const armed = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const idleSeconds = Number(process.env['BENCH_IDLE_SECONDS'] ?? 30);
const firing = Math.min(1_000, Math.floor(armed / 2));
const firingSeconds = 20;
/** Long enough that the events are stored and decided before it. */
const dueSeconds = 20;
/** The shipped model, in which a severe case is due soon and escalates then. */
const model = `extends: b2b-saas\nmoments:\n  severe_case: { within: ${dueSeconds}s, escalate: [{ after: 0h, to: manager }] }\n`;

/** What waiting for deadlines costs, and how late they are noticed. */
export const deadlines: Bench = {
  name: 'deadlines',
  about: `${armed.toLocaleString('en')} armed deadlines, ${firing.toLocaleString('en')} of which come within ${firingSeconds} s; the baseline has none`,
  async run(say) {
    const none = await withServer(say, false, (big) => idle(big, say));
    return withServer(say, true, async (big) => {
      const waiting = await idle(big, say);
      const lateness = await fire(big, say);
      return [...idleFigures(waiting, none), ...latenessFigures(lateness)];
    });
  },
};

async function withServer<Result>(
  say: (progress: string) => void,
  deals: boolean,
  work: (big: BigServer) => Promise<Result>,
): Promise<Result> {
  // Events of one day, else other deadlines (a silence, a date) would be armed everywhere.
  const big = await startBigServer({ accounts: deals ? armed : 10, days: 1, eventsPerDay: 1, deals }, say);
  try {
    say('publishing a model with short deadlines');
    const file = join(big.server.dataDir, 'bench-model.yaml');
    writeFileSync(file, model);
    await rapport(['publish', file], { RAPPORT_DATA_DIR: big.server.dataDir });
    await big.quiet(600_000);
    return await work(big);
  } finally {
    await big.remove();
  }
}

/** Processor time per second while nothing happens. */
async function idle({ server }: BigServer, say: (progress: string) => void): Promise<CpuTimes> {
  say(`idle for ${idleSeconds} s`);
  await sleep(5_000);
  const pid = server.process.pid ?? 0;
  const [before, start] = [cpuTimes(pid), performance.now()];
  await sleep(1_000 * idleSeconds);
  const used = cpuBetween(before, cpuTimes(pid));
  const seconds = (performance.now() - start) / 1_000;
  return { server: used.server / seconds, events: used.events / seconds, state: used.state / seconds };
}

/** Cases that are due some seconds after they happen, one after the other; how late each escalation was told. */
async function fire(big: BigServer, say: (progress: string) => void): Promise<readonly number[]> {
  say(`${firing.toLocaleString('en')} deadlines within ${firingSeconds} s`);
  const stream = readStream(`${big.server.url}/api/live`, big.read);
  await stream.opened;
  const accounts = Array.from({ length: firing }, (_, index) => `account-${index}`);
  const happened = new Map<string, number>();
  const messageOf = (account: string): object => {
    const now = Date.now();
    happened.set(account, performance.now());
    return {
      type: 'track',
      event: 'Case Opened',
      messageId: `deadline-${process.pid}-${account}`,
      userId: `p-${account}`,
      timestamp: new Date(now).toISOString(),
      context: { groupId: account },
      properties: { case_id: account, severity: 'sev1' },
    };
  };
  await send(big, { perSecond: firing / firingSeconds, accounts, messageOf });
  const told = await toldOf(stream, new Set(accounts), {
    from: 0,
    patienceMs: 1_000 * dueSeconds + 30_000,
    counts: (message) => message['moment'] === 'severe_case' && Number(message['escalation']) > 0,
  });
  await stream.close();
  const lateness = [...told].map(([account, at]) => at - (happened.get(account) ?? 0) - 1_000 * dueSeconds);
  return [...lateness, ...Array.from({ length: firing - told.size }, () => Infinity)];
}

function idleFigures(waiting: CpuTimes, none: CpuTimes): Figure[] {
  const row = (name: string, value: number, other: number): Figure => ({
    name: `idle processor time of ${name}`,
    value,
    unit: 'ms/s',
    baseline: { name: 'no deadline armed', value: other },
    ratio: value / Math.max(0.1, other),
  });
  return [
    row('the server', waiting.server, none.server),
    row('the events engine', waiting.events, none.events),
    row('the state engine', waiting.state, none.state),
  ];
}

function latenessFigures(lateness: readonly number[]): Figure[] {
  const longest = percentile(lateness, 1);
  return [
    { name: 'deadline noticed and told: p50', value: percentile(lateness, 0.5), unit: 'ms' },
    { name: 'deadline noticed and told: p99', value: percentile(lateness, 0.99), unit: 'ms' },
    {
      name: 'deadline noticed and told: longest',
      value: longest,
      unit: 'ms',
      promise: '≤ 1,000 ms',
      kept: longest <= 1_000,
    },
  ];
}
