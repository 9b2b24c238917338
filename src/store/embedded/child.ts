import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../lib/log.ts';

/**
 * Starts one of our child programs with `settings` as the first line of its stdin. The pipe stays open: its end tells
 * the child that Rapport is gone, however it went. The child has its own process group, so Ctrl-C in a terminal reaches
 * Rapport alone, which then stops the engines in order.
 */
export function startChild(program: string, settings: object, engine: string, log: Log): ChildProcess {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
  child.stdin?.on('error', () => {}); // the child is gone: its exit event says so
  child.stdin?.write(`${JSON.stringify(settings)}\n`);
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.trim() !== '') log[isExpected(line) ? 'debug' : 'warn']({ engine }, line);
    });
  }
  return child;
}

/** PostgreSQL's answers to our asking whether it is ready yet. */
function isExpected(line: string): boolean {
  return /the database system is (?:starting up|not yet accepting|shutting down)|Consistent recovery state/.test(line);
}
