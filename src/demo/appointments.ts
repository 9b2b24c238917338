import { Temporal } from 'temporal-polyfill';

const day = 86_400_000;

/** The `nth` weekday (1 is Monday) of a month that counts from 0, at an hour of the wall clock of a time zone. UTC milliseconds. */
export function appointment(
  { year, month, weekday, nth }: { year: number; month: number; weekday: number; nth: number },
  clockHour: number,
  timezone: string,
): number {
  const first = new Date(Date.UTC(year, month, 1));
  const date = 1 + ((weekday - first.getUTCDay() + 7) % 7) + 7 * (nth - 1);
  return onTheClock(Date.UTC(year, month, date), clockHour, timezone);
}

/** An hour of the wall clock on a day that is given by its UTC midnight. */
export function onTheClock(midnight: number, clockHour: number, timezone: string): number {
  const date = new Date(midnight);
  const reading = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: clockHour,
    timeZone: timezone,
  };
  return Temporal.ZonedDateTime.from(reading).epochMilliseconds;
}

/** The months from one instant to another, each by its year and number from 0. */
export function* monthsBetween(from: number, to: number): Generator<{ readonly year: number; readonly month: number }> {
  const begin = new Date(from);
  for (let month = begin.getUTCMonth(); ; month++) {
    const first = new Date(Date.UTC(begin.getUTCFullYear(), month, 1));
    if (first.getTime() > to) return;
    yield { year: first.getUTCFullYear(), month: first.getUTCMonth() };
  }
}

/** The UTC midnights of a weekday (1 is Monday) in [from, to). */
export function* weekdaysBetween(from: number, to: number, weekday: number): Generator<number> {
  const midnight = Math.ceil(from / day) * day;
  const ahead = (weekday - new Date(midnight).getUTCDay() + 7) % 7;
  for (let at = midnight + ahead * day; at < to; at += 7 * day) yield at;
}
