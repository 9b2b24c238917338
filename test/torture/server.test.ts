import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Sender, storedIds } from '../support/sender.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { descendantRunning, descendants, isAlive, signalProcess } from '../support/processes.ts';
import { rapport, type Server, startServer, temporaryFolder, waitFor } from '../support/server.ts';
import { testSettings } from '../support/settings.ts';

/** Twenty by hand (`RAPPORT_TORTURE_ROUNDS=40 npx vitest run test/torture`), fewer in every run of the tests. */
const rounds = Math.ceil(testSettings.tortureRounds / 2);
/** An engine that crashes again and again is started with growing pauses: these rounds take longer. */
const engineRounds = Math.ceil(testSettings.tortureRounds / 4);
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

async function prepare(): Promise<{ dataDir: string; port: number; server: Server; write: string; read: string }> {
  const folder = await temporaryFolder('torture');
  cleanUp.push(() => folder.remove());
  const port = await freePort();
  const server = await startServer({ dataDir: folder.path, port });
  const key = async (kind: string) =>
    (await rapport(['key', 'create', '--kind', kind], { RAPPORT_DATA_DIR: folder.path })).stdout.trim();
  return { dataDir: folder.path, port, server, write: await key('write'), read: await key('read') };
}

async function expectExactlyOnce(sender: Sender, url: string, key: string): Promise<void> {
  let ids: string[] = [];
  await waitFor(
    async () => {
      ids = await storedIds(url, key).catch(() => []);
      const stored = new Set(ids);
      return [...sender.acknowledged].every((id) => stored.has(id));
    },
    60_000,
    () => `${sender.acknowledged.size} events are acknowledged, ${ids.length} are stored.`,
  );
  expect(new Set(ids).size, 'no event is stored twice').toBe(ids.length);
  expect(
    ids.filter((id) => !sender.sent.has(id)),
    'nothing is stored that was not sent',
  ).toEqual([]);
}

it(
  `keeps every acknowledged event exactly once through ${rounds} SIGKILLs of the server`,
  { timeout: 600_000 },
  async () => {
    const setup = await prepare();
    let { server } = setup;
    const { dataDir, port } = setup;
    const sender = new Sender(server.url, setup.write);
    const sending = [sender.run(), sender.run(), sender.run()];
    for (let round = 0; round < rounds; round++) {
      await sleep(300 + Math.random() * 1500);
      const engines = descendants(server.process.pid ?? 0);
      expect(engines.length, 'the engines are children of the server').toBeGreaterThanOrEqual(2);
      await server.kill();
      await waitFor(
        async () => engines.every((pid) => !isAlive(pid)),
        5_000,
        () => `Left after 5 s: ${engines.filter(isAlive).join(', ')}`,
      );
      server = await startServer({ dataDir, port });
    }
    await sleep(500);
    sender.stop();
    await Promise.all(sending);
    expect(sender.acknowledged.size).toBeGreaterThan(100);
    await expectExactlyOnce(sender, server.url, setup.read);
    expect(await server.stop()).toBe(0);
  },
);

it(
  `keeps acknowledging while engines are killed, and brings them back, ${engineRounds} rounds`,
  { timeout: 600_000 },
  async () => {
    const { server, write, read } = await prepare();
    cleanUp.push(() => server.stop());
    const sender = new Sender(server.url, write);
    const sending = [sender.run(), sender.run()];
    for (let round = 0; round < engineRounds; round++) {
      await sleep(500);
      for (const engine of ['clickhouse-child', 'bin/postgres']) {
        await waitFor(async () => descendantRunning(server.process.pid ?? 0, engine) > 1, 30_000);
        signalProcess(descendantRunning(server.process.pid ?? 0, engine), 'SIGKILL');
        const before = sender.acknowledged.size;
        await waitFor(
          async () => sender.acknowledged.size > before,
          10_000,
          () => 'Ingest stopped with the engine.',
        );
        await waitFor(
          async () => (await fetch(`${server.url}/readyz`).catch(() => null))?.status === 200,
          30_000,
          () => `The engine did not come back:\n${server.output()}`,
        );
      }
    }
    sender.stop();
    await Promise.all(sending);
    await expectExactlyOnce(sender, server.url, read);
  },
);

it('says so and stops when a second Rapport opens the same data directory', async () => {
  const { dataDir, server } = await prepare();
  cleanUp.push(() => server.stop());
  await expect(startServer({ dataDir })).rejects.toThrow(/another Rapport|already/i);
});
