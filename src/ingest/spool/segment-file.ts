import { open as openFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the spool needs of an open file; a `FileHandle` is one. */
export type SegmentHandle = Pick<FileHandle, 'writev' | 'datasync' | 'truncate' | 'close'>;

/** Opens a file that must not exist yet. */
export type OpenSegment = (path: string) => Promise<SegmentHandle>;

export const openSegment: OpenSegment = (path) => openFile(path, 'wx', 0o600);

/** The disk did not confirm a sync. What is on it is unknown, and asking again would lie (the pages count as clean). */
export class SyncFailed extends Error {
  override readonly name = 'SyncFailed';
}

/** A segment file that is being written: bytes are durable when `append` has resolved. */
export class SegmentFile {
  readonly id: string;
  readonly path: string;
  /** Bytes that are known to be on the disk. */
  durableBytes = 0;
  readonly #handle: SegmentHandle;

  private constructor(id: string, path: string, handle: SegmentHandle) {
    this.id = id;
    this.path = path;
    this.#handle = handle;
  }

  /** Makes the file and syncs its folder, so that the name survives a power cut as well. */
  static async create(id: string, path: string, open: OpenSegment): Promise<SegmentFile> {
    const handle = await open(path);
    await syncFolder(dirname(path));
    return new SegmentFile(id, path, handle);
  }

  /** Writes and syncs. After a failed write the file is cut back to what was durable; a failed sync is `SyncFailed`. */
  async append(parts: readonly Buffer[]): Promise<void> {
    const end = this.durableBytes + parts.reduce((sum, { length }) => sum + length, 0);
    try {
      await this.#writeAll(parts);
    } catch (error) {
      await this.#handle.truncate(this.durableBytes).catch(() => undefined);
      throw error;
    }
    await this.#handle.datasync().catch((cause: unknown) => {
      throw new SyncFailed('The disk did not confirm that the events are stored.', { cause });
    });
    this.durableBytes = end;
  }

  async #writeAll(parts: readonly Buffer[]): Promise<void> {
    let position = this.durableBytes;
    for (let from = 0; from < parts.length; from += maxParts) {
      let rest = parts.slice(from, from + maxParts);
      while (rest.length > 0) {
        const { bytesWritten } = await this.#handle.writev(rest, position);
        position += bytesWritten;
        rest = after(rest, bytesWritten);
      }
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }
}

/** How many pieces one call of the system writes at most (IOV_MAX). */
const maxParts = 1_000;

/** What is left of the parts after `written` bytes; usually nothing. */
function after(parts: readonly Buffer[], written: number): Buffer[] {
  const rest: Buffer[] = [];
  let skip = written;
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest;
}

/** Makes additions, removals and renames in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await openFile(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
