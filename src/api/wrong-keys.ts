import type { Clock } from '../lib/clock.ts';
import { Problem } from './problem.ts';

const windowMs = 60_000;
const most = 30;
const mostAddresses = 10_000;

/** Wrong keys per address; past the limit whoever sends another one is told to wait. */
export class WrongKeys {
  readonly #clock: Clock;
  readonly #counts = new Map<string, { count: number; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one. Throws a `Problem` once there were too many. */
  note(address: string): void {
    const now = this.#clock.now();
    const entry = this.#counts.get(address);
    if (entry && entry.until > now) {
      if (entry.count >= most) throw tooMany();
      entry.count += 1;
      return;
    }
    if (this.#counts.size > mostAddresses) this.#counts.clear();
    this.#counts.set(address, { count: 1, until: now + windowMs });
  }
}

function tooMany(): Problem {
  return new Problem(
    429,
    'Too many wrong keys',
    'Too many requests with wrong keys came from your address. Wait a minute, and check the key.',
    {},
    { 'retry-after': String(Math.ceil(windowMs / 1000)) },
  );
}
