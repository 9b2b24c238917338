/**
 * A stretch of watching one subject: at risk in (entry, exit], both in one unit since its wait began.
 *
 * Without `entry` it was watched from the very start, and may then end at 0: both moments came in the same instant, and it
 * counts among those at risk there. With `entry` the wait was already running when watching began (left truncation).
 */
export interface Watch {
  readonly entry?: number | undefined;
  readonly exit: number;
}

/** A watch that ended with the event waited for, or before it came (censored). */
export interface Spell extends Watch {
  readonly event: boolean;
}

/** Throws at the first watch that cannot have been: whoever made it has a bug. */
export function checkWatches(watches: readonly Watch[]): void {
  watches.forEach(({ entry, exit }, index) => {
    if (!(exit >= 0 && exit < Infinity)) {
      throw new RangeError(`spell ${index}: exit must be a finite number of at least 0, not ${exit}`);
    }
    if (entry === undefined) return;
    if (!(entry >= 0)) throw new RangeError(`spell ${index}: entry must be a number of at least 0, not ${entry}`);
    if (entry >= exit) throw new RangeError(`spell ${index}: entry ${entry} must be before exit ${exit}`);
  });
}
