import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Ends a server that a killed Rapport left behind on this cluster. Only the holder of the data directory's lock may
 * call it. A pid file whose process is another program (the number was reused) is removed, which PostgreSQL itself
 * does not dare.
 */
export async function stopOrphan(cluster: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === null) return;
  if (!isServerOf(pid, cluster)) {
    rmSync(pidFile, { force: true });
    return;
  }
  signal(pid, 'SIGQUIT');
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (!isServerOf(pid, cluster)) return;
    if (waited === 1_500) signal(pid, 'SIGKILL'); // a stopped (SIGSTOP) process does not hear SIGQUIT
    await sleep(50);
  }
  throw new Error(`The PostgreSQL server ${pid} that was left behind on ${cluster} does not end.`);
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  return commandOf(pid).includes(cluster);
}

function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it is gone already
  }
}
