import { type EventStreamReader, readStream } from '../test/support/event-stream.ts';
import { type BigServer, startBigServer } from './support/big-server.ts';
import { type Bench, type Figure, percentile } from './support/report.ts';
import { latenciesOf, send, toldOf } from './support/sending.ts';

const accounts = Number(process.env['BENCH_ACCOUNTS'] ?? 100_000);
const seconds = Number(process.env['BENCH_LIVE_SECONDS'] ?? 20);

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
  /** Number of the first account. */
  readonly from: number;
}

interface Measured {
  readonly latencies: readonly number[];
  readonly perSecond: number;
  readonly missing: number;
}

async function measure(big: BigServer, stream: EventStreamReader, load: Load): Promise<Measured> {
  const from = stream.received.length;
  const count = Math.min(load.perSecond * load.seconds, accounts - load.from);
  const names = Array.from({ length: count }, (_, index) => `account-${load.from + index}`);
  const { acknowledged, perSecond } = await send(big, { perSecond: load.perSecond, accounts: names, messageOf });
  const counts = () => true;
  const told = await toldOf(stream, new Set(names), { from, patienceMs: 30_000, counts });
  return { latencies: latenciesOf(acknowledged, told), perSecond, missing: count - told.size };
}

function messageOf(account: string): object {
  return {
    type: 'track',
    event: 'Report Viewed',
    messageId: `live-${process.pid}-${account}`,
    userId: `p-${account}`,
    timestamp: new Date().toISOString(),
    context: { groupId: account },
    properties: { minutes: 7 },
  };
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
