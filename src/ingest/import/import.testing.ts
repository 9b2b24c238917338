import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { fixedClock } from '../../lib/clock.ts';
import type { ImportDeps } from './import.ts';
import { type LoadedMapping, loadMapping } from './mapping.ts';
import type { ImportMessage } from './message.ts';
import type { Run, RunKey } from './runs.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder with these files, until the test is over. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-import-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** A mapping that has no mistakes. */
export function mappingOf(text: string): LoadedMapping {
  const { loaded, problems } = loadMapping(text, 'orders.mapping.yaml');
  if (!loaded) throw new Error(JSON.stringify(problems));
  return loaded;
}

/** What the loader and the stores promise, in memory: an id counts once, a run is remembered. */
export class Collector implements ImportDeps {
  readonly clock = fixedClock(Date.UTC(2026, 0, 1));
  readonly byId = new Map<string, { message: ImportMessage; segment: string }>();
  readonly saved = new Map<string, Run>();
  loads = 0;
  failAfter = Number.POSITIVE_INFINITY;

  readonly load: ImportDeps['load'] = ({ messages, segment }) => {
    if (this.loads++ >= this.failAfter) return Promise.reject(new Error('the power went'));
    const fresh = messages.filter(({ messageId }) => !this.byId.has(messageId));
    for (const message of fresh) this.byId.set(message.messageId, { message, segment });
    return Promise.resolve({ accepted: fresh.length, duplicates: messages.length - fresh.length, rejected: [] });
  };

  readonly runs: ImportDeps['runs'] = {
    find: (key) => Promise.resolve(this.saved.get(keyText(key)) ?? null),
    save: (key, { rowsDone, finishedAt }) => {
      this.saved.set(keyText(key), { rowsDone, finishedAt });
      return Promise.resolve();
    },
    storedEvents: (_workspace, prefix) =>
      Promise.resolve([...this.byId.values()].filter(({ segment }) => segment.startsWith(prefix)).length),
    known: () => Promise.resolve({ accounts: 0, persons: this.byId.size > 0 ? 1 : 0 }),
  };

  get messages(): ImportMessage[] {
    return [...this.byId.values()].map(({ message }) => message);
  }
}

const keyText = ({ fileHash, mappingHash }: RunKey): string => `${fileHash}/${mappingHash}`;
