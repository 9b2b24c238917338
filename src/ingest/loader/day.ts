const dayMs = 86_400_000;

/** Number of the day (00:00, 24:00] that an instant (epoch milliseconds) lies in, counted from 1970-01-01. */
export function dayOf(time: number): number {
  return Math.floor((time - 1) / dayMs);
}

/** The day as 'YYYY-MM-DD'. */
export function dayName(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
