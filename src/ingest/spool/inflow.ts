import type { Clock } from '../../lib/clock.ts';

const spanMs = 500;

/** How much came in lately: whole spans of half a second, so that asking and adding cost nothing. */
export class Inflow {
  readonly #clock: Clock;
  #started: number;
  #bytes = 0;
  #before = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#started = clock.now();
  }

  add(bytes: number): void {
    this.#turn();
    this.#bytes += bytes;
  }

  /** Over the last full span. */
  bytesPerSecond(): number {
    this.#turn();
    return (this.#before * 1000) / spanMs;
  }

  #turn(): void {
    const passed = this.#clock.now() - this.#started;
    if (passed >= 0 && passed < spanMs) return;
    this.#before = passed >= 0 && passed < 2 * spanMs ? this.#bytes : 0;
    this.#bytes = 0;
    this.#started += passed >= 0 ? Math.floor(passed / spanMs) * spanMs : passed;
  }
}
