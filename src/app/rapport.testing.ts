import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyKind } from '../api/control.ts';
import type { Clock } from '../lib/clock.ts';
import { silentLog } from '../lib/log.ts';
import type { Stores } from '../store/open.ts';
import { type Flags, readConfig } from './config.ts';
import { openRapport, type Rapport } from './open.ts';
import { readServerFile } from './server-file.ts';

/** A whole Rapport inside a test, on the stores of the test file. */
export interface TestRapport extends Rapport {
  readonly dataDir: string;
  /** The operator's token. */
  readonly token: string;
  key(kind: KeyKind, workspace?: string): Promise<string>;
  get(path: string, key: string): Promise<{ status: number; body: Record<string, unknown> }>;
  send(
    method: string,
    path: string,
    key: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  track(writeKey: string, message: object): Promise<void>;
}

/** Opens it; `close` also removes its data directory. */
export async function openTestRapport(
  stores: Pick<Stores, 'events' | 'state'>,
  { flags = {}, ...options }: { clock?: Clock; firstModel?: string | null; flags?: Flags; web?: Promise<string> } = {},
): Promise<TestRapport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rapport-app-'));
  const config = readConfig({ dataDir, port: '0', minFreeSpace: '0', ...flags }, {});
  const { events, state } = stores;
  const rapport = await openRapport({
    config,
    log: silentLog,
    stores: { events, state },
    firstModel: 'minimal',
    ...options,
  });
  const send: TestRapport['send'] = async (method, path, key, body) => {
    const response = await fetch(`${rapport.url}${path}`, {
      method,
      headers: {
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  };
  return {
    ...rapport,
    dataDir,
    token: readServerFile(dataDir)?.token ?? '',
    key: async (kind, workspace = rapport.firstRun.workspace) =>
      (await rapport.control.createKey(workspace, { kind, name: 'test' })).key,
    send,
    get: (path, key) => send('GET', path, key),
    track: async (writeKey, message) => {
      const response = await fetch(`${rapport.url}/v1/track`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
        body: JSON.stringify(message),
      });
      if (response.status !== 200) throw new Error(`refused: ${await response.text()}`);
    },
    close: async () => {
      await rapport.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
