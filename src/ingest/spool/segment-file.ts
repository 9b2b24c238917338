import { open as openFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What the spool needs of an open file; a `FileHandle` is one. */
export type SegmentHandle = Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'close'>;

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
  async append(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const position = this.durableBytes + done;
        done += (await this.#handle.write(bytes, done, bytes.length - done, position)).bytesWritten;
      }
    } catch (error) {
      await this.#handle.truncate(this.durableBytes).catch(() => undefined);
      throw error;
    }
    await this.#handle.datasync().catch((cause: unknown) => {
      throw new SyncFailed('The disk did not confirm that the events are stored.', { cause });
    });
    this.durableBytes += bytes.length;
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
  }
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

/** Puts a file that could not be understood out of the way, keeping it. */
export async function setAside(path: string): Promise<string> {
  const kept = `${path}.damaged`;
  await rename(path, kept);
  return kept;
}
