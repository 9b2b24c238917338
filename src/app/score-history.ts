import type { Log } from '../lib/log.ts';
import type { EventStore } from '../store/events/store.ts';
import { Loop } from './loop.ts';

const flushMs = 500;
const blockSize = 5_000;
/** While the events engine is away: the newest points are kept, at most so many. */
const maxWaiting = 100_000;

/**
 * Points of the score history between nights, inserted a few times a second: an insert per batch of the live loop would
 * cost as much as evaluating it. A crash loses what waits; the next night draws the line again.
 */
export class ScoreHistory {
  readonly #events: EventStore;
  readonly #log: Log;
  readonly #loop: Loop;
  #waiting: object[] = [];

  constructor(events: EventStore, log: Log) {
    this.#events = events;
    this.#log = log;
    this.#loop = new Loop('score history', log, flushMs, () => this.#flush());
  }

  add(rows: readonly object[]): void {
    this.#waiting.push(...rows);
    const excess = this.#waiting.length - maxWaiting;
    if (excess > 0) this.#waiting.splice(0, excess);
  }

  /** Inserts what waits, as far as the engine lets it. */
  async close(): Promise<void> {
    await this.#loop.close();
    await this.#flush().catch((error: unknown) =>
      this.#log.warn({ err: error, points: this.#waiting.length }, 'points of the score history are lost'),
    );
  }

  async #flush(): Promise<boolean> {
    const block = this.#waiting.slice(0, blockSize);
    if (block.length === 0) return false;
    await this.#events.insert('scores', block);
    const inserted = new Set(block);
    this.#waiting = this.#waiting.filter((row) => !inserted.has(row));
    return this.#waiting.length >= blockSize;
  }
}
