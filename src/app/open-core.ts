import { join } from 'node:path';
import { createMemory } from '../evaluate/memory.ts';
import { WarmAccounts } from '../evaluate/warm/accounts.ts';
import type { LoadDeps } from '../ingest/loader/batch.ts';
import { newCounters } from '../ingest/reasons.ts';
import { createSpool, type Spool } from '../ingest/spool/spool.ts';
import { Tail } from '../ingest/tail.ts';
import type { Clock } from '../lib/clock.ts';
import { randomId } from '../lib/id.ts';
import type { Log } from '../lib/log.ts';
import type { Stores } from '../store/open.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { Feeds } from './feeds.ts';
import { followLoad } from './follow-load.ts';
import { Models } from './models.ts';
import { ScoreHistory } from './score-history.ts';

/** What every part works with, on open stores: nothing runs by itself yet. Closers are added in the order of opening. */
export async function openCore(
  { warmMemory }: Pick<Config, 'warmMemory'>,
  { events, state }: Pick<Stores, 'events' | 'state'>,
  { log, clock }: { log: Log; clock: Clock },
  closers: (() => Promise<void> | void)[],
): Promise<{ readonly core: Core; readonly ingest: LoadDeps }> {
  const name = randomId('process');
  const memory = createMemory();
  const warm = new WarmAccounts(warmMemory);
  const tail = new Tail();
  const feeds = new Feeds(state, tail, log, name);
  await feeds.open();
  closers.push(() => feeds.close());
  const history = new ScoreHistory(events, log);
  closers.push(() => history.close());
  const core: Core = {
    events,
    state,
    clock,
    log,
    process: name,
    memory,
    warm,
    models: new Models(state),
    feeds,
    history,
  };
  const ingest: LoadDeps = {
    events,
    state,
    clock,
    log,
    tail,
    counters: newCounters(),
    follow: (batch, db) => followLoad(core, batch, db),
  };
  return { core, ingest };
}

/** Opens the spool below the data directory. */
export async function openSpool(
  config: Pick<Config, 'dataDir' | 'spoolLimit' | 'minFreeSpace'>,
  { log, clock }: { log: Log; clock: Clock },
  closers: (() => Promise<void> | void)[],
): Promise<Spool> {
  const spool = await createSpool({
    dir: join(config.dataDir, 'spool'),
    clock,
    log,
    maxBacklogBytes: config.spoolLimit,
    minFreeBytes: config.minFreeSpace,
  });
  closers.push(() => spool.close());
  return spool;
}
