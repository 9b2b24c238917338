import { createHash } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';

const lifeMs = 10_000;
const most = 10_000;

/** What secrets stand for, seen in the last seconds, by hash; emptied when one of them ends anywhere. */
export class Remembered<Found> {
  readonly #clock: Clock;
  readonly #look: (secret: string) => Promise<Found | null>;
  readonly #known = new Map<string, { found: Found; until: number }>();
  #cleared = 0;

  constructor(clock: Clock, look: (secret: string) => Promise<Found | null>) {
    this.#clock = clock;
    this.#look = look;
  }

  clear(): void {
    this.#cleared += 1;
    this.#known.clear();
  }

  /** From memory, else looked up; null when the secret is worth nothing. */
  async get(secret: string): Promise<Found | null> {
    const entry = this.#known.get(hashOf(secret));
    return entry && entry.until > this.#clock.now() ? entry.found : this.look(secret);
  }

  /** Looked up anew. */
  async look(secret: string): Promise<Found | null> {
    const cleared = this.#cleared;
    const found = await this.#look(secret);
    // Something ended while this one was looked up: what was read may be older.
    if (!found || cleared !== this.#cleared) return found;
    if (this.#known.size >= most) this.#known.clear();
    this.#known.set(hashOf(secret), { found, until: this.#clock.now() + lifeMs });
    return found;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
