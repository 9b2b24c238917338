import { mkdir, readdir, readFile, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.ts';
import { randomSecret } from '../../lib/id.ts';
import type { Log } from '../../lib/log.ts';
import { encodeFrame, type FrameReport, readFrames, type SpoolRecord } from './frame.ts';
import { type RefusalReason, SpoolRefusal } from './refusal.ts';
import { Inflow } from './inflow.ts';
import { type OpenSegment, openSegment, SegmentFile, SyncFailed } from './segment-file.ts';

export interface SpoolOptions {
  /** A folder of this process alone. Made if missing. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the first record of a segment waits for company when the loader is idle. */
  readonly lingerMs?: number;
  /** A segment is closed at this size even when the loader is busy. */
  readonly maxSegmentBytes?: number;
  /** More than this not yet loaded: records are refused as 'behind'. */
  readonly maxBacklogBytes?: number;
  /** Less than this free on the disk: records are refused as 'disk-full'. The engines need the rest to work. */
  readonly minFreeBytes?: number;
  /** How often the free space is looked at. */
  readonly checkMs?: number;
  /** How files are opened; tests open ones that fail. */
  readonly open?: OpenSegment;
}

/** A segment that will not be written again: its first `bytes` bytes are acknowledged records. */
export interface ClosedSegment {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  /** True if no load of it can have been tried before: it was written by this process and is handed out first now. */
  readonly fresh: boolean;
}

export interface SpoolStatus {
  readonly accepting: RefusalReason | 'yes';
  readonly backlogBytes: number;
  readonly backlogSegments: number;
  /** More comes in than can be loaded meanwhile, and there is room to let it wait: loading would only slow it down. */
  readonly flooded: boolean;
}

/**
 * The append-only log between "acknowledged" and "loaded". `append` resolves when the record is on the disk (group
 * commit, fdatasync); segments are handed to one loader in order and deleted by `done`. See src/ingest/README.md.
 */
export interface Spool {
  /** Rejects with `SpoolRefusal` when the record was not stored. */
  append(record: SpoolRecord): Promise<void>;
  /** The oldest segment not handed out yet; closes the current one if it has records; else waits. Null after `close`. */
  next(): Promise<ClosedSegment | null>;
  read(segment: ClosedSegment): Promise<FrameReport>;
  /** The segment is loaded for good: forget it. */
  done(segment: ClosedSegment): Promise<void>;
  status(): SpoolStatus;
  /** Commits what is waiting, stops accepting, and wakes up `next`. Segments not loaded stay on the disk. */
  close(): Promise<void>;
}

/** Opens the spool: finds the segments that an earlier process left behind and starts a new one. */
export async function createSpool(options: SpoolOptions): Promise<Spool> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const left = await leftBehind(options.dir);
  const spool = new FileSpool(options, left);
  await spool.start();
  if (left.length > 0) options.log.info({ segments: left.length }, 'Loading events that were acknowledged before.');
  return spool;
}

/** About 30,000 events: some times what two cores load in a second. */
const floodBytesPerSecond = 12 << 20;

const extension = '.segment';

async function leftBehind(dir: string): Promise<ClosedSegment[]> {
  const segments: ClosedSegment[] = [];
  for (const name of (await readdir(dir)).filter((file) => file.endsWith(extension)).toSorted()) {
    const path = join(dir, name);
    const { size } = await stat(path);
    if (size === 0) await unlink(path);
    else segments.push({ id: name.slice(0, -extension.length), path, bytes: size, fresh: false });
  }
  return segments;
}

interface Waiting {
  readonly frame: readonly Buffer[];
  readonly resolve: () => void;
  readonly reject: (refusal: SpoolRefusal) => void;
}

class FileSpool implements Spool {
  readonly #options: Required<SpoolOptions>;
  /** Start time and random part make ids that never repeat over restarts and processes, and sort by age. */
  readonly #prefix: string;
  #sequence = 0;
  #current: SegmentFile | null = null;
  /** The next file, opened ahead so that closing a segment costs no wait. */
  #spare: Promise<SegmentFile> | null = null;
  readonly #closed: ClosedSegment[];
  #backlogBytes = 0;
  #backlogSegments = 0;
  #waiting: Waiting[] = [];
  #committing = false;
  #refusing: RefusalReason | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => undefined;
  #timer: NodeJS.Timeout | null = null;
  readonly #inflow: Inflow;

  constructor(options: SpoolOptions, left: ClosedSegment[]) {
    this.#options = {
      lingerMs: 5,
      maxSegmentBytes: 8 << 20,
      maxBacklogBytes: 1 << 30,
      minFreeBytes: 512 << 20,
      checkMs: 1_000,
      open: openSegment,
      ...options,
    };
    this.#inflow = new Inflow(options.clock);
    this.#prefix = `${options.clock.now().toString(36).padStart(9, '0')}-${randomSecret(9)}`;
    this.#closed = [...left];
    this.#backlogSegments = left.length;
    this.#backlogBytes = left.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async start(): Promise<void> {
    await this.#checkSpace();
    if (this.#refusing === null) this.#prepareSpare();
    this.#timer = setInterval(() => void this.#checkSpace(), this.#options.checkMs);
    this.#timer.unref();
  }

  append(record: SpoolRecord): Promise<void> {
    const refusing = this.#refusing ?? (this.#backlogBytes > this.#options.maxBacklogBytes ? 'behind' : null);
    if (refusing !== null) return Promise.reject(new SpoolRefusal(refusing));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frame: encodeFrame(record), resolve, reject });
      if (!this.#committing) void this.#commitAll();
    });
  }

  /** Group commit: whatever came in during one sync goes into the next one together. */
  async #commitAll(): Promise<void> {
    this.#committing = true;
    // One turn of the event loop, so that requests that arrived together share their sync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      await this.#exclusively(() => this.#commit(group));
    }
    this.#committing = false;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      if (this.#refusing !== null && this.#refusing !== 'closed') throw new SpoolRefusal(this.#refusing);
      const file = (this.#current ??= await this.#takeSpare());
      const before = file.durableBytes;
      await file.append(group.flatMap(({ frame }) => frame));
      this.#backlogBytes += file.durableBytes - before;
      this.#inflow.add(file.durableBytes - before);
      for (const { resolve } of group) resolve();
      if (file.durableBytes >= this.#options.maxSegmentBytes) await this.#closeCurrent();
      this.#wake();
    } catch (error) {
      const refusal = error instanceof SpoolRefusal ? error : await this.#fail(error);
      for (const { reject } of group) reject(refusal);
    }
  }

  /** The current file keeps what is acknowledged and is loaded; nothing is written to it again. Only a failed sync or a
   * broken disk is final: what fails otherwise (no space, no file handles) is tried again when `#checkSpace` allows. */
  async #fail(error: unknown): Promise<SpoolRefusal> {
    const full = !(error instanceof SyncFailed) && codeOf(error) !== 'EIO';
    this.#refusing = full ? 'disk-full' : 'disk-failed';
    this.#options.log.error({ error }, `The spool stops accepting: ${this.#refusing}.`);
    await this.#closeCurrent();
    return new SpoolRefusal(this.#refusing, { cause: error });
  }

  async next(): Promise<ClosedSegment | null> {
    for (;;) {
      const oldest = this.#closed.shift();
      if (oldest) return oldest;
      if (this.#refusing === 'closed') return null;
      if (this.#current && this.#current.durableBytes > 0) {
        await sleep(this.#options.lingerMs);
        if (this.#closed.length === 0) await this.#exclusively(() => this.#closeCurrent());
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  async read(segment: ClosedSegment): Promise<FrameReport> {
    const bytes = await readFile(segment.path);
    return readFrames(segment.fresh ? bytes.subarray(0, segment.bytes) : bytes);
  }

  async done(segment: ClosedSegment): Promise<void> {
    await unlink(segment.path).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
    this.#backlogBytes -= segment.bytes;
    this.#backlogSegments -= 1;
  }

  status(): SpoolStatus {
    const { maxBacklogBytes } = this.#options;
    const behind = this.#backlogBytes > maxBacklogBytes;
    return {
      accepting: this.#refusing ?? (behind ? 'behind' : 'yes'),
      backlogBytes: this.#backlogBytes,
      backlogSegments: this.#backlogSegments + (this.#current ? 1 : 0),
      flooded: this.#inflow.bytesPerSecond() > floodBytesPerSecond && this.#backlogBytes < maxBacklogBytes / 2,
    };
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#refusing !== 'disk-failed') this.#refusing = 'closed';
    while (this.#committing) await sleep(1);
    await this.#exclusively(async () => {
      await this.#closeCurrent();
      const spare = await this.#spare?.catch(() => null);
      this.#spare = null;
      if (spare) {
        await spare.close();
        await unlink(spare.path).catch(() => undefined);
      }
    });
    this.#refusing = 'closed';
    this.#wake();
  }

  async #closeCurrent(): Promise<void> {
    const file = this.#current;
    if (!file) return;
    this.#current = null;
    await file.close();
    if (file.durableBytes === 0) await unlink(file.path).catch(() => undefined);
    else {
      this.#closed.push({ id: file.id, path: file.path, bytes: file.durableBytes, fresh: true });
      this.#backlogSegments += 1;
    }
    this.#wake();
  }

  #prepareSpare(): void {
    const id = `${this.#prefix}-${(this.#sequence++).toString(36).padStart(6, '0')}`;
    this.#spare = SegmentFile.create(id, join(this.#options.dir, id + extension), this.#options.open);
    // Whoever takes it sees the error; an unused one must not end the process.
    this.#spare.catch(() => undefined);
  }

  async #takeSpare(): Promise<SegmentFile> {
    if (!this.#spare) this.#prepareSpare();
    const spare = this.#spare;
    this.#spare = null;
    const file = await spare;
    if (!file) throw new Error('The spool has no file to write to.');
    this.#prepareSpare();
    return file;
  }

  async #checkSpace(): Promise<void> {
    if (this.#refusing !== null && this.#refusing !== 'disk-full') return;
    const { bavail, bsize } = await statfs(this.#options.dir).catch(() => ({ bavail: 0, bsize: 0 }));
    // After a write that did not fit, wait until a whole segment would: else every second record fails.
    const needed = this.#refusing ? Math.max(this.#options.minFreeBytes, 1 << 20) : this.#options.minFreeBytes;
    const full = bavail * bsize < needed;
    if (full === (this.#refusing === 'disk-full')) return;
    this.#refusing = full ? 'disk-full' : null;
    this.#options.log.warn(full ? 'The disk is almost full: no events are accepted.' : 'Events are accepted again.');
  }

  #exclusively(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
