import { spawn } from 'node:child_process';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { freePort } from '../src/store/embedded/port.ts';
import { rapport, startServer, temporaryFolder, waitFor } from '../test/support/server.ts';
import { type Bench, median } from './support/report.ts';

const seconds = Number(process.env['BENCH_INGEST_SECONDS'] ?? 6);
const rounds = 3;
const eventsPerBatch = 100;

/** Acknowledged and on disk, against parsed and thrown away. */
export const ingest: Bench = {
  name: 'ingest',
  about: `batches of ${eventsPerBatch} events over HTTP, 8 connections; server, engines and load on this machine`,
  async run(say) {
    const folder = await temporaryFolder('bench');
    const discardPort = await freePort();
    const discard = spawn(
      process.execPath,
      [join(import.meta.dirname, 'support/discard-server.ts'), String(discardPort)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => discard.stdout.once('data', resolve));
    const server = await startServer({ dataDir: folder.path, settings: { RAPPORT_LOG_LEVEL: 'error' } });
    try {
      const settings = { RAPPORT_DATA_DIR: folder.path };
      const key = (await rapport(['key', 'create', '--kind', 'write'], settings)).stdout.trim();
      const read = (await rapport(['key', 'create', '--kind', 'read'], settings)).stdout.trim();
      const durable: number[] = [];
      const discarded: number[] = [];
      let accepted = 0;
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        discarded.push((await load(`http://127.0.0.1:${discardPort}`, key)).perSecond);
        const result = await load(server.url, key);
        accepted += result.accepted;
        durable.push(result.perSecond);
        await loaded(server.url, read, accepted * eventsPerBatch);
      }
      const [value, baseline] = [median(durable), median(discarded)];
      return [
        {
          name: 'durable ingest',
          value: value * eventsPerBatch,
          unit: 'events/s',
          baseline: { name: 'parse and discard', value: baseline * eventsPerBatch },
          ratio: value / baseline,
          promise: '≥ 0.6 ×',
          kept: value / baseline >= 0.6,
        },
      ];
    } finally {
      discard.kill();
      await server.stop();
      await folder.remove();
    }
  },
};

let sequence = 0;

function batch(key: string): string {
  const time = new Date().toISOString();
  return JSON.stringify({
    writeKey: key,
    sentAt: time,
    batch: Array.from({ length: eventsPerBatch }, () => {
      const at = sequence++;
      return {
        type: 'track',
        event: 'Report Viewed',
        messageId: `bench-${process.pid}-${at}`,
        userId: `person-${at % 5000}`,
        timestamp: time,
        context: { groupId: `account-${at % 1000}`, library: { name: 'bench', version: '1' } },
        properties: { minutes: at % 40, report: `report-${at % 20}`, format: 'table', shared: at % 2 === 0 },
      };
    }),
  });
}

async function load(url: string, key: string): Promise<{ perSecond: number; accepted: number }> {
  const result = await autocannon({
    url: `${url}/v1/batch`,
    method: 'POST',
    connections: 8,
    duration: seconds,
    // A stock of bodies made before, so that the load costs little: duplicates are refused after the answer.
    requests: Array.from({ length: 400 }, () => ({ method: 'POST', path: '/v1/batch', body: batch(key) })),
  });
  return { perSecond: result['2xx'] / result.duration, accepted: 400 };
}

/** Waits until the backlog is empty, so that rounds do not disturb each other. */
async function loaded(url: string, key: string, atLeast: number): Promise<void> {
  await waitFor(async () => {
    const answer = await fetch(`${url}/api/events?limit=1`, { headers: { authorization: `Bearer ${key}` } });
    return answer.ok && ((await answer.json()) as { total: number }).total >= atLeast * 0.9;
  }, 120_000);
}
