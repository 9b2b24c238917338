/** Where "now" comes from. Everything that needs the time takes a clock or an instant; only this file reads the real one. */
export interface Clock {
  /** UTC, epoch milliseconds. */
  now(): number;
}

/** The real time. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that always shows the same instant (epoch milliseconds), for tests and replays. */
export function fixedClock(instant: number): Clock {
  return { now: () => instant };
}

/** Milliseconds since an arbitrary point, never going backwards: for measuring how long something took. */
export function monotonic(): number {
  return performance.now();
}
