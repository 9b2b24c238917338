import { readFileSync } from 'node:fs';
import { descendants } from '../../test/support/processes.ts';

/** Processor time in milliseconds: of the server's process, of its events engine, of its state engine. */
export interface CpuTimes {
  readonly server: number;
  readonly events: number;
  readonly state: number;
}

/** Clock ticks of Linux: a hundred a second. */
const tickMs = 10;

/** What a server and its engines have used so far, with those of their processes that have ended. Linux only. */
export function cpuTimes(pid: number): CpuTimes {
  const sums = { server: timeOf(pid).own, events: 0, state: 0 };
  for (const child of descendants(pid)) {
    const { name, own, buried } = timeOf(child);
    sums[name.startsWith('postgres') ? 'state' : 'events'] += own + buried;
  }
  return sums;
}

/** What was used between two readings. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return {
    server: after.server - before.server,
    events: after.events - before.events,
    state: after.state - before.state,
  };
}

function timeOf(pid: number): { readonly name: string; readonly own: number; readonly buried: number } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = text.slice(text.indexOf('(') + 1, text.lastIndexOf(')'));
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, buriedUser = 0, buriedSystem = 0] = fields.slice(11, 15);
    return { name, own: (user + system) * tickMs, buried: (buriedUser + buriedSystem) * tickMs };
  } catch {
    return { name: '', own: 0, buried: 0 }; // it has just ended
  }
}
