import { type EventStreamReader, readStream } from '../test/support/event-stream.ts';
import { type BigServer, startBigServer } from './support/big-server.ts';
import { cpuBetween, type CpuTimes, cpuTimes } from './support/cpu.ts';
import { type Bench, type Figure, percentile } from './support/report.ts';
import { latenciesOf, send, toldOf } from './support/sending.ts';

const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const seconds = Number(process.env['BENCH_LIVE_SECONDS'] ?? 20);
const rate = Number(process.env['BENCH_RATE'] ?? 1_000);
const warmUpSeconds = 3;
const warmUpRate = 200;

/** From the acknowledged response to the open occurrence that a subscriber is told. */
export const momentsLive: Bench = {
  name: 'moments-live',
  about: `${accounts.toLocaleString('en')} accounts, ${rate.toLocaleString('en')} events/s, each a severe case of another account; server, engines and load on this machine`,
  async run(say) {
    const big = await startBigServer({ accounts, days: 10, eventsPerDay: 1 }, say);
    try {
      const stream = readStream(`${big.server.url}/api/live`, big.read);
      await stream.opened;
      say('warming up');
      const warmUp = Math.min(warmUpRate * warmUpSeconds, Math.floor(accounts / 4));
      await measure(big, stream, { perSecond: warmUpRate, from: 0, count: warmUp });
      say(`${rate.toLocaleString('en')} events/s for ${seconds} s`);
      const count = Math.min(rate * seconds, accounts - warmUp);
      const measured = await measure(big, stream, { perSecond: rate, from: warmUp, count });
      await stream.close();
      return figuresOf(measured);
    } finally {
      await big.remove();
    }
  },
};

interface Measured {
  readonly moments: readonly number[];
  readonly scores: readonly number[];
  readonly perSecond: number;
  readonly missing: number;
  readonly cpu: CpuTimes;
  readonly tookMs: number;
}

async function measure(
  big: BigServer,
  stream: EventStreamReader,
  { perSecond, from, count }: { readonly perSecond: number; readonly from: number; readonly count: number },
): Promise<Measured> {
  const begun = stream.received.length;
  const names = Array.from({ length: count }, (_, index) => `account-${from + index}`);
  const pid = big.server.process.pid ?? 0;
  const [before, start] = [cpuTimes(pid), performance.now()];
  const { acknowledged, perSecond: reached } = await send(big, { perSecond, accounts: names, messageOf: severeCase });
  const wanted = new Set(names);
  const isOpen = (message: Readonly<Record<string, unknown>>) =>
    message['moment'] === 'severe_case' && message['state'] === 'open';
  const moments = await toldOf(stream, wanted, { from: begun, patienceMs: 30_000, counts: isOpen });
  const [after, tookMs] = [cpuTimes(pid), performance.now() - start];
  const isScore = (message: Readonly<Record<string, unknown>>) => 'score' in message;
  const scores = await toldOf(stream, wanted, { from: begun, patienceMs: 5_000, counts: isScore });
  return {
    moments: latenciesOf(acknowledged, moments),
    scores: latenciesOf(acknowledged, scores),
    perSecond: reached,
    missing: count - moments.size,
    cpu: cpuBetween(before, after),
    tookMs,
  };
}

function severeCase(account: string): object {
  return {
    type: 'track',
    event: 'Case Opened',
    messageId: `case-${process.pid}-${account}`,
    userId: `p-${account}`,
    timestamp: new Date().toISOString(),
    context: { groupId: account },
    properties: { case_id: account, severity: 'sev1' },
  };
}

function figuresOf({ moments, scores, perSecond, missing, cpu, tookMs }: Measured): Figure[] {
  const [p50, p99] = [percentile(moments, 0.5), percentile(moments, 0.99)];
  const promise = (limit: number, value: number) => ({
    promise: `< ${limit} ms`,
    kept: missing === 0 && value < limit,
  });
  const score = percentile(scores, 0.5);
  const share = (name: string, used: number): Figure => ({
    name: `processor time of ${name}`,
    value: used / tookMs,
    unit: 'cores',
  });
  return [
    {
      name: 'occurrence open: p50',
      value: p50,
      unit: 'ms',
      baseline: { name: 'score told', value: score },
      ratio: p50 / Math.max(1, score),
      ...promise(80, p50),
    },
    { name: 'occurrence open: p99', value: p99, unit: 'ms', ...promise(250, p99) },
    { name: 'occurrence open: longest', value: percentile(moments, 1), unit: 'ms' },
    { name: 'rate reached', value: perSecond, unit: 'events/s' },
    { name: 'never told', value: missing, unit: 'events' },
    share('the server', cpu.server),
    share('the events engine', cpu.events),
    share('the state engine', cpu.state),
  ];
}
