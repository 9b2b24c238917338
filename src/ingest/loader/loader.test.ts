import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { useStores } from '../../../test/support/engines.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLog } from '../../lib/log.ts';
import { createWorkspace, loadDeps, storedEvents } from '../pipeline.testing.ts';
import { createSpool } from '../spool/spool.ts';
import { createLoader } from './loader.ts';

const stores = useStores();

function body(id: string): Buffer {
  return Buffer.from(JSON.stringify({ type: 'track', messageId: id, userId: 'u', event: 'E' }));
}

it(
  'a segment that cannot be loaded does not hold up later ones, and is loaded when it can be; a restart finds the rest',
  { timeout: 60_000 },
  async () => {
    const { workspace } = await createWorkspace(stores);
    const dir = await mkdtemp(join(tmpdir(), 'rapport-spool-'));
    const options = { dir, clock: systemClock, log: silentLog, minFreeBytes: 0 };
    const record = (id: string) => ({
      workspace,
      source: 'k',
      receivedAt: systemClock.now(),
      route: '/v1/track',
      body: body(id),
    });
    const ids = async (): Promise<string[]> => (await storedEvents(stores, workspace)).map(({ id }) => id);
    let blocked = true;
    const deps = {
      ...loadDeps(stores),
      onStep: (step: string, batch: { messages: readonly { id: string }[] }) => {
        if (blocked && step === 'rows' && batch.messages.some(({ id }) => id === 'bad')) throw new Error('a bug');
      },
    };
    const spool = await createSpool(options);
    await spool.append(record('bad'));
    const loader = createLoader({ ...deps, spool, maxRetryMs: 5, stuckRetryMs: 50 });
    for (let wait = 0; deps.counters.failedLoads < 5 && wait < 200; wait++) await sleep(20);
    await spool.append(record('good'));
    for (let wait = 0; !(await ids()).includes('good') && wait < 200; wait++) await sleep(20);
    expect(await ids()).toEqual(['good']);
    blocked = false;
    await loader.settled();
    expect(await ids()).toEqual(['bad', 'good']);
    await loader.close();

    const before = await createSpool(options);
    await before.append(record('left'));
    await before.close();
    const again = await createSpool(options);
    const second = createLoader({ ...loadDeps(stores), spool: again });
    await second.settled();
    expect(await ids()).toEqual(['bad', 'good', 'left']);
    await second.close();
    await rm(dir, { recursive: true });
  },
);
