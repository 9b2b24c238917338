const dayMs = 86_400_000;

/** Number of the day (00:00, 24:00] that an instant (epoch milliseconds) lies in, counted from 1970-01-01. */
export function dayOf(time: number): number {
  return Math.floor((time - 1) / dayMs);
}

const names = new Map<number, string>();

/** The day as 'YYYY-MM-DD'. Remembered: a load names the same few hundred days over and over. */
export function dayName(day: number): string {
  const known = names.get(day);
  if (known !== undefined) return known;
  const name = new Date(day * dayMs).toISOString().slice(0, 10);
  if (names.size < 100_000) names.set(day, name);
  return name;
}
