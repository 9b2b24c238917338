import { mkdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { randomSecret } from '../../lib/id.ts';
import type { Log } from '../../lib/log.ts';
import type { EventsAccess, Login } from '../access.ts';
import { startChild } from './child.ts';
import type { ClickHouseChildSettings } from './clickhouse-child.ts';
import { clickhouseConfig, clickhouseUsers, type ClickHouseConfig, type ClusterShard } from './clickhouse-config.ts';
import { clickhouseLibrary } from './clickhouse-library.ts';
import { freePort } from './port.ts';
import { supervise, type Engine, type Patience } from './supervise.ts';

/** Settings of an embedded ClickHouse; everything but the directory and the log has a default. */
export interface ClickHouseOptions {
  readonly directory: string;
  readonly log: Log;
  readonly databases?: string;
  readonly httpPort?: number;
  readonly nativePort?: number;
  readonly logins?: Readonly<Record<'owner' | 'app' | 'reader', Login>>;
  readonly clusters?: Readonly<Record<string, readonly ClusterShard[]>>;
  readonly patience?: Partial<Patience>;
}

/** A running embedded ClickHouse and how to reach it. */
export interface ClickHouseEngine {
  readonly engine: Engine;
  readonly access: EventsAccess;
  readonly nativePort: number;
}

/** Starts the ClickHouse engine in a child process, on loopback, with passwords made for this start. */
export async function startClickHouse(options: ClickHouseOptions): Promise<ClickHouseEngine> {
  const directory = resolve(options.directory); // the engine wants absolute paths in its configuration
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const httpPort = options.httpPort ?? (await freePort());
  const nativePort = options.nativePort ?? (await freePort());
  const logins = options.logins ?? { owner: login('owner'), app: login('app'), reader: login('reader') };
  const databases = options.databases ?? 'rapport';
  const configFile = writeConfig(directory, {
    usersFile: join(directory, 'users.xml'),
    databases,
    ...logins,
    memory: Math.max(600e6, Math.min(2e9, Math.floor(totalmem() / 2))),
    ...(options.clusters ? { clusters: options.clusters } : {}),
  });
  const settings: ClickHouseChildSettings = {
    library: clickhouseLibrary(),
    args: serverArguments(directory, configFile, httpPort, nativePort),
  };
  const url = `http://127.0.0.1:${httpPort}`;
  const engine = await supervise({
    name: 'events',
    log: options.log,
    launch: () => Promise.resolve(startChild('./clickhouse-child.ts', settings, 'events', options.log)),
    answers: (signal) => answers(url, logins.app, signal),
    askToStop: (child) => child.stdin?.end(),
    ...(options.patience ? { patience: options.patience } : {}),
  });
  const profile = {
    kind: 'embedded',
    database: databases.replace(/\*$/, ''),
    cluster: null,
    ddl: 'each-shard',
  } as const;
  return { engine, nativePort, access: { profile, urls: [url], ...logins } };
}

function login(name: string): Login {
  return { name, password: randomSecret(24) };
}

function writeConfig(directory: string, config: ClickHouseConfig): string {
  const configFile = join(directory, 'config.xml');
  writeFileSync(config.usersFile, clickhouseUsers(config), { mode: 0o600 });
  writeFileSync(configFile, clickhouseConfig(config), { mode: 0o600 });
  return configFile;
}

/** The last statement never ends: the servers live as long as it runs. */
function serverArguments(directory: string, configFile: string, httpPort: number, nativePort: number): string[] {
  return [
    'clickhouse',
    `--path=${join(directory, 'data')}`,
    `--http_port=${httpPort}`,
    `--tcp_port=${nativePort}`,
    '--listen_host=127.0.0.1',
    `--config-file=${configFile}`,
    '--query',
    'SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT sleepEachRow(1) FROM system.numbers ' +
      'SETTINGS function_sleep_max_microseconds_per_block = 0, max_block_size = 1 FORMAT Null',
  ];
}

/**
 * Right answers: the value to us, a refusal to a stranger. A refusal to us for want of room (too many queries, out of
 * memory) is an answer too: the engine lives.
 */
async function answers(url: string, app: Login, signal: AbortSignal): Promise<boolean> {
  const ours = await ask(url, 'SELECT 42', { 'X-ClickHouse-User': app.name, 'X-ClickHouse-Key': app.password }, signal);
  if (ours.text !== '42' && !['202', '241'].includes(ours.refusal)) return false;
  const strangers = await ask(url, 'SELECT 42 FROM system.numbers LIMIT 1', {}, signal);
  return ['201', '202'].includes(strangers.refusal); // quota, too many queries
}

async function ask(
  url: string,
  query: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<{ text: string; refusal: string }> {
  const response = await fetch(`${url}/?query=${encodeURIComponent(query)}`, { signal, headers });
  const text = (await response.text()).trim();
  return { text, refusal: response.headers.get('X-ClickHouse-Exception-Code') ?? '' };
}
