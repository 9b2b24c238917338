import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../../lib/clock.ts';
import { StoreUnavailable } from '../../store/events/store.ts';
import { UnknownWorkspace } from '../identity/read.ts';
import type { SpoolRecord } from '../spool/frame.ts';
import type { ClosedSegment, Spool } from '../spool/spool.ts';
import { type LoadDeps, newBatch } from './batch.ts';
import { LoadLease } from './lease.ts';
import { runSteps } from './steps.ts';

export interface LoaderOptions extends LoadDeps {
  readonly spool: Spool;
  /** Called after a segment is loaded, with the workspaces it touched: the live loop looks for dirty accounts. */
  readonly onLoaded?: (workspaces: readonly string[]) => void;
  /** Longest wait between tries of a segment that cannot be loaded, milliseconds. */
  readonly maxRetryMs?: number;
  /** How often segments that cannot be loaded are tried again, milliseconds. */
  readonly stuckRetryMs?: number;
}

/** Empties the spool into the stores, segment by segment. */
export interface Loader {
  /** Resolves when everything acknowledged before the call is loaded. */
  settled(): Promise<void>;
  /** Stops after the segment it is at; what is left is loaded by the next start. */
  close(): Promise<void>;
}

const ebbMs = 50;

/** Starts loading at once. A segment that fails is tried again for as long as it takes: it is acknowledged. */
export function createLoader(options: LoaderOptions): Loader {
  return new SegmentLoader(options);
}

class SegmentLoader implements Loader {
  readonly #options: LoaderOptions;
  readonly #lease: LoadLease;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Segments that failed for another reason than a store that is down: they must not hold up the others. */
  readonly #stuck: ClosedSegment[] = [];

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#lease = new LoadLease(options.state, monotonic);
    this.#running = this.#run();
  }

  async settled(): Promise<void> {
    while (this.#options.spool.status().backlogBytes > 0) await sleep(5);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#options.spool.close();
    await this.#running;
    await this.#lease.close();
  }

  async #run(): Promise<void> {
    const retry = setInterval(() => void this.#retryStuck(), this.#options.stuckRetryMs ?? 60_000);
    while (!this.#stop.signal.aborted) {
      const segment = await this.#options.spool.next();
      if (segment === null || this.#stop.signal.aborted) break;
      await this.#waitForEbb();
      await this.#loadOrSetAside(segment);
    }
    clearInterval(retry);
    await this.#retrying;
  }

  /** In a flood, acknowledging comes first: loads would take the processor and the disk from it, and stay behind anyway. */
  async #waitForEbb(): Promise<void> {
    const { spool } = this.#options;
    while (spool.status().flooded && !this.#stop.signal.aborted)
      await sleep(ebbMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  /** Tries while a store is down; anything else gets five tries, then waits while later segments go on. */
  async #loadOrSetAside(segment: ClosedSegment): Promise<void> {
    const { log, counters, maxRetryMs = 5_000 } = this.#options;
    let failures = 0;
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        await this.#load(segment, segment.fresh && attempt === 0);
        return;
      } catch (error) {
        counters.failedLoads++;
        log.warn({ error, segment: segment.id, attempt }, 'A segment could not be loaded yet and is tried again.');
        if (!(error instanceof StoreUnavailable)) failures++;
        if (failures >= 5) {
          log.error({ error, segment: segment.id }, 'A segment cannot be loaded. It is kept and tried every minute.');
          this.#stuck.push(segment);
          return;
        }
        const wait = Math.min(maxRetryMs, 100 * 2 ** attempt);
        await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  #retrying: Promise<void> = Promise.resolve();

  #retryStuck(): Promise<void> {
    const segments = this.#stuck.splice(0);
    const before = this.#retrying;
    const retry = async (): Promise<void> => {
      await before;
      for (const segment of segments) {
        if (this.#stop.signal.aborted) break;
        await this.#load(segment, false).catch(() => this.#stuck.push(segment));
      }
    };
    this.#retrying = retry();
    return this.#retrying;
  }

  async #load(segment: ClosedSegment, fresh: boolean): Promise<void> {
    const { spool, clock, counters, log, onLoaded } = this.#options;
    const { records, corruptBytes } = await spool.read(segment);
    if (corruptBytes > 0) {
      log.error({ segment: segment.id, corruptBytes }, 'The disk changed bytes of acknowledged events.');
    }
    const byWorkspace = Map.groupBy(
      records.map((record, position) => ({ record, position })),
      ({ record }) => record.workspace,
    );
    // A removed workspace must not hold up the others.
    for (const [workspace, own] of byWorkspace) {
      await this.#lease.run(workspace, () => this.#loadWorkspace(workspace, segment.id, fresh, own, clock.now()));
    }
    await spool.done(segment);
    counters.segments++;
    onLoaded?.([...byWorkspace.keys()]);
  }

  async #loadWorkspace(
    workspace: string,
    segment: string,
    fresh: boolean,
    records: readonly { record: SpoolRecord; position: number }[],
    now: number,
  ): Promise<void> {
    const batch = newBatch({ workspace, segment, fresh, isHistory: false, now, records });
    await runSteps(batch, this.#options).catch((error: unknown) => {
      if (!(error instanceof UnknownWorkspace)) throw error;
      this.#options.log.warn(
        { workspace, segment, events: records.length },
        'Events of a removed workspace are dropped.',
      );
    });
  }
}
