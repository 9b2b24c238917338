import type { Log } from '../lib/log.ts';

const patienceMs = 500;

/**
 * Repeats a step: at once while it says there is more, else when woken or after a pause. A step that fails is tried
 * again; work that must not be lost is a row in a store, never the memory of a loop.
 */
export class Loop {
  readonly #name: string;
  readonly #log: Log;
  readonly #pauseMs: number;
  readonly #step: () => Promise<boolean>;
  readonly #running: Promise<void>;
  #closing = false;
  #woken = false;
  #wake: () => void = () => {};

  constructor(name: string, log: Log, pauseMs: number, step: () => Promise<boolean>) {
    this.#name = name;
    this.#log = log;
    this.#pauseMs = pauseMs;
    this.#step = step;
    this.#running = this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      this.#woken = false;
      let more = false;
      let pause = this.#pauseMs;
      try {
        more = await this.#step();
      } catch (error) {
        this.#log.warn({ err: error, loop: this.#name }, 'a step failed and is tried again');
        pause = Math.min(patienceMs, pause);
        this.#woken = false;
      }
      if (!more && !this.#woken && !this.#closing) await this.#rest(pause);
    }
  }

  async #rest(pauseMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }
}
