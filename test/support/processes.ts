import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line that a store process printed. */
export interface StoreFact {
  readonly opened?: { readonly engines: Readonly<Record<string, number>> };
  readonly refused?: string;
  readonly message?: string;
  readonly acknowledged?: string;
  readonly failed?: string;
}

/** A running `store-process.ts`. */
export interface StoreProcess {
  readonly child: ChildProcess;
  readonly facts: StoreFact[];
  /** The first line: what happened when it opened the stores. */
  readonly first: Promise<StoreFact>;
  readonly ended: Promise<number | null>;
}

/** Starts a process that opens the stores of `dataDir`, and writes when asked to. */
export function startStoreProcess(
  dataDir: string,
  mode: 'idle' | 'write',
  as: { uid?: number; gid?: number } = {},
): StoreProcess {
  const program = fileURLToPath(new URL('store-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir, mode], { stdio: ['pipe', 'pipe', 'inherit'], ...as });
  const facts: StoreFact[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const first = new Promise<StoreFact>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const fact: StoreFact = JSON.parse(line);
      facts.push(fact);
      if (facts[0]) resolve(facts[0]);
    });
    void ended.then((code) => reject(new Error(`The store process ended (${code}) before it said anything.`)));
  });
  first.catch(() => {}); // who awaits it hears of it
  return { child, facts, first, ended };
}

/** The descendant of `pid` whose command line contains `text`; 0 while there is none. */
export function descendantRunning(pid: number, text: string): number {
  return descendants(pid).find((child) => commandOf(child).includes(text)) ?? 0;
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}

/** Direct and indirect children of a process. */
export function descendants(pid: number): number[] {
  const list = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  const pairs = list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = (parent: number): number[] =>
    pairs.flatMap(([child, of]) => (of === parent && child !== undefined ? [child] : []));
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}

/** Sends a signal to one process; never to a group, which is what the numbers below 2 mean. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error(`Not a process that may get a ${signal}: ${pid}`);
  process.kill(pid, signal);
}

/** Whether a process is there (and not just waiting to be buried). */
export function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).startsWith('Z');
  } catch {
    return false;
  }
}
