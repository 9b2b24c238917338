import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the command line finds the Rapport that runs on a data directory, and proves that it may read it. */
export interface ServerFile {
  readonly url: string;
  /** Made for this start; opens every workspace. */
  readonly token: string;
  readonly pid: number;
}

/** Writes it, readable for this user alone; the returned function removes it. */
export function writeServerFile(dataDir: string, file: ServerFile): () => void {
  const path = join(dataDir, 'server.json');
  rmSync(path, { force: true }); // an old file would keep its mode
  writeFileSync(path, `${JSON.stringify(file)}\n`, { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** What a Rapport that runs, or one that was killed, has left; null when there is none. */
export function readServerFile(dataDir: string): ServerFile | null {
  try {
    const { url, token, pid } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as Partial<ServerFile>;
    return url && token && pid ? { url, token, pid } : null;
  } catch {
    return null;
  }
}
