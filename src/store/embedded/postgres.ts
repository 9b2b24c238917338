import { execFile } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { randomSecret } from '../../lib/id.ts';
import type { Log } from '../../lib/log.ts';
import type { StateAccess } from '../access.ts';
import { prepareServer, stateRoles } from '../state/prepare.ts';
import { startChild } from './child.ts';
import { freePort } from './port.ts';
import { findPlace, type PostgresPlace } from './postgres-account.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import type { PostgresChildSettings } from './postgres-child.ts';
import { supervise, type Engine, type Patience } from './supervise.ts';

/** Settings of an embedded PostgreSQL. */
export interface PostgresOptions {
  readonly directory: string;
  /** File (mode 0600) in which the generated passwords are kept. */
  readonly secretsFile: string;
  readonly log: Log;
  readonly patience?: Partial<Patience>;
}

/** A running embedded PostgreSQL and how to reach it. */
export interface PostgresEngine {
  readonly engine: Engine;
  readonly access: StateAccess;
  /** For tests and repairs only. */
  readonly superuser: ClientConfig;
}

const packageVersion = '18.4';
const superuserName = 'postgres';

/** fsync and full_page_writes are the defaults; said here because they are read back at start. */
const serverSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  max_connections: '120',
  shared_buffers: '128MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'fatal',
  log_checkpoints: 'off',
};

/** Starts PostgreSQL under a keeper process, on loopback; creates the cluster, the roles and the database at first. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresEngine> {
  const passwords = readPasswords(options.secretsFile);
  const identity = passwords.superuser;
  const wanted = { binaries: postgresBinaries(), version: packageVersion, directory: options.directory, identity };
  const place = findPlace(wanted, options.log);
  const cluster = join(place.directory, 'cluster');
  if (!existsSync(cluster)) await createCluster(place, cluster, passwords.superuser);
  const port = await freePort();
  const at = (user: string, password: string, database: string): ClientConfig => ({
    host: '127.0.0.1',
    port,
    user,
    password,
    database,
  });
  const superuser = at(superuserName, passwords.superuser, 'postgres');
  const settings: PostgresChildSettings = {
    postgres: join(place.binaries, 'bin', 'postgres'),
    cluster,
    arguments: Object.entries({ ...serverSettings, port: String(port) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
    account: place.account && { uid: place.account.uid, gid: place.account.gid },
  };
  const engine = await supervise({
    name: 'state',
    log: options.log,
    launch: () => Promise.resolve(startChild('./postgres-child.ts', settings, 'state', options.log)),
    answers: (signal) => answers(superuser, signal),
    askToStop: (child) => child.stdin?.write('stop\n'),
    ...(options.patience ? { patience: options.patience } : {}),
  });
  const access: StateAccess = {
    kind: 'embedded',
    owner: at(stateRoles.owner, passwords.owner, 'rapport'),
    app: at(stateRoles.app, passwords.app, 'rapport'),
    reader: at(stateRoles.reader, passwords.reader, 'rapport'),
  };
  try {
    await prepareServer(superuser, access, 'rapport');
  } catch (cause) {
    await engine.stop();
    throw cause;
  }
  return { engine, access, superuser };
}

interface Passwords {
  readonly superuser: string;
  readonly owner: string;
  readonly app: string;
  readonly reader: string;
}

function readPasswords(file: string): Passwords {
  if (existsSync(file)) {
    const kept: Passwords = JSON.parse(readFileSync(file, 'utf8'));
    return kept;
  }
  const [superuser = '', owner = '', app = '', reader = ''] = Array.from({ length: 4 }, () => randomSecret(24));
  const passwords: Passwords = { superuser, owner, app, reader };
  writeFileSync(`${file}.new`, JSON.stringify(passwords), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return passwords;
}

/** initdb into a folder that gets its name only when it is complete: a start that was killed begins again. */
async function createCluster(place: PostgresPlace, cluster: string, password: string): Promise<void> {
  const unfinished = `${cluster}.new`;
  const passwordFile = join(place.directory, 'password');
  const account = place.account ? { uid: place.account.uid, gid: place.account.gid } : {};
  rmSync(unfinished, { recursive: true, force: true });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o644 }); // the folder is closed to others (0700)
  try {
    await promisify(execFile)(
      join(place.binaries, 'bin', 'initdb'),
      [
        `--pgdata=${unfinished}`,
        `--username=${superuserName}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...account, cwd: place.directory, env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster);
}

/** A new connection each time: that is what a hung postmaster cannot give. The value is compared, not just received. */
async function answers(superuser: ClientConfig, signal: AbortSignal): Promise<boolean> {
  const client = new Client({ ...superuser, connectionTimeoutMillis: 2_000 });
  const giveUp = (): void => {
    client.connection.stream.destroy();
  };
  client.on('error', () => {});
  signal.addEventListener('abort', giveUp);
  try {
    await client.connect();
    const result = await client.query<{ answer: number }>('SELECT 42 AS answer');
    return result.rows[0]?.answer === 42;
  } finally {
    signal.removeEventListener('abort', giveUp);
    await client.end().catch(() => {});
  }
}
