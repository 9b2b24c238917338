import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cleanEnvironment } from './settings.ts';
import { freePort } from '../../src/store/embedded/port.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'src/cli/main.ts');
const run = promisify(execFile);

/** A whole Rapport in its own process, as `npm start` runs it. */
export interface Server {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** What it has printed so far, for the message of a failed test. */
  output(): string;
  /** SIGTERM and wait for a clean end; returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a power button would. */
  kill(): Promise<void>;
}

export interface ServerOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** How long it may take to be ready; 90 s when left out. */
  readonly patienceMs?: number;
}

/** A folder of its own below the system's temporary folder. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `rapport-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Starts `rapport serve` and waits until it is ready. Throws with its output when it ends before. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: root,
    env: {
      ...cleanEnvironment,
      RAPPORT_DATA_DIR: options.dataDir,
      RAPPORT_PORT: String(port),
      NO_COLOR: '1',
      ...options.settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}:\n${output}`);
      return (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
    },
    options.patienceMs ?? 90_000,
    () => `The server is not ready in time:\n${output}`,
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    dataDir: options.dataDir,
    process: child,
    output: () => output,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs one command of the CLI; resolves with what it printed. Rejects on a non-zero exit code. */
export async function rapport(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [main, ...args], {
    cwd: root,
    env: { ...cleanEnvironment, NO_COLOR: '1', ...settings },
    maxBuffer: 256 * 1024 * 1024,
  });
}

/** Repeats until the condition holds; throws with the message when the time is up. An error of the condition ends it. */
export async function waitFor(
  condition: () => Promise<boolean>,
  timeoutMs: number,
  message: () => string = () => 'The condition did not come true in time.',
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(message());
    await sleep(50);
  }
}
