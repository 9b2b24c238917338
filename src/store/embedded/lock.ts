import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another Rapport holds the data directory. */
export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse';
  constructor(dataDir: string) {
    super(
      `The data directory ${dataDir} is in use by another Rapport. Stop that one first, or start this one with another ` +
        `directory (RAPPORT_DATA_DIR).`,
    );
  }
}

/**
 * Takes the data directory for this process until the returned function is called or the process is gone.
 *
 * The lock is an exclusive transaction on an empty SQLite file: an operating-system lock on every platform, seen from
 * other containers that share the volume too, and released by the kernel however the process ends. A pid file would
 * need guessing after kill -9.
 */
export function lockDataDirectory(dataDir: string): () => void {
  const database = new DatabaseSync(join(dataDir, 'lock'));
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === sqliteBusy) {
      throw new DataDirectoryInUse(dataDir);
    }
    throw cause;
  }
  return () => database.close();
}

const sqliteBusy = 5;
