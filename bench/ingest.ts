import { spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { freePort } from '../src/store/embedded/port.ts';
import { rapport, startServer, temporaryFolder, waitFor } from '../test/support/server.ts';
import { type Bench, median } from './support/report.ts';

const seconds = Number(process.env['BENCH_INGEST_SECONDS'] ?? 6);
const rounds = 3;
const eventsPerBatch = Number(process.env['BENCH_INGEST_EVENTS'] ?? 100);
const connections = 32;
const stock = 400;

/** Acknowledged and on disk, against parsed and thrown away, and against the disk alone. */
export const ingest: Bench = {
  name: 'ingest',
  about: `batches of ${eventsPerBatch} events over HTTP, ${connections} connections; server, engines and load on this machine`,
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
      const key = (await rapport(['key', 'create', '--kind', 'write', '--data-dir', folder.path])).stdout.trim();
      const durable: number[] = [];
      const discarded: number[] = [];
      const written: number[] = [];
      for (let round = 0; round < rounds; round++) {
        say(`round ${round + 1} of ${rounds}`);
        discarded.push(await load(`http://127.0.0.1:${discardPort}`, key));
        durable.push(await load(server.url, key));
        await loaded(server.url);
        written.push(await diskAlone(folder.path, Buffer.from(batch(key))));
      }
      const [value, baseline, disk] = [median(durable), median(discarded), median(written)];
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
        {
          name: 'durable ingest',
          value: value * eventsPerBatch,
          unit: 'events/s',
          baseline: { name: 'the same bytes appended and synced, nothing else', value: disk * eventsPerBatch },
          ratio: value / disk,
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

/** Requests per second that were answered with success. */
async function load(url: string, key: string): Promise<number> {
  // A stock of bodies made before, so that making the load costs little. Later turns bring the same ids again: they are
  // acknowledged and stored like the first, and refused as duplicates after the answer.
  const requests = Array.from({ length: stock }, () => ({
    method: 'POST' as const,
    path: '/v1/batch',
    body: batch(key),
  }));
  const result = await autocannon({ url, connections, duration: seconds, requests });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} requests were refused.`);
  return result['2xx'] / result.duration;
}

/** What the disk takes: as many bodies as there are connections at a time, appended and synced. Bodies per second. */
async function diskAlone(folder: string, body: Buffer): Promise<number> {
  const path = join(folder, 'disk-alone');
  const file = await open(path, 'w');
  const group = Array.from({ length: connections }, () => body);
  const started = performance.now();
  let bodies = 0;
  while (performance.now() - started < 2_000) {
    await file.writev(group);
    await file.datasync();
    bodies += group.length;
  }
  const elapsed = performance.now() - started;
  await file.close();
  await rm(path);
  return (bodies * 1000) / elapsed;
}

/** Waits until everything acknowledged is loaded, so that rounds do not disturb each other. */
async function loaded(url: string): Promise<void> {
  await waitFor(
    async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return /^rapport_spool_bytes 0$/m.test(metrics);
    },
    120_000,
    () => 'The backlog is not loaded after two minutes.',
  );
}
