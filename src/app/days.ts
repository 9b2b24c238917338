/** One day in milliseconds. */
export const dayMs = 86_400_000;

/** The day (00:00, 24:00] that an instant lies in, as 'YYYY-MM-DD'; earlier days are finished. */
export function today(now: number): string {
  return new Date(now - 1).toISOString().slice(0, 10);
}

/** The last UTC midnight at or before an instant. */
export function lastMidnight(now: number): number {
  return Math.floor(now / dayMs) * dayMs;
}
