import type { Calendar } from '../model/resolved-moments.ts';
import { remember } from './remember.ts';

const dayMs = 86_400_000;

/** The first working day from a wall clock reading on, at the same time of day. Without any in a year: where it was. */
export function workingDay(local: number, calendar: Calendar): number {
  let known = moves.get(calendar);
  if (known === undefined) moves.set(calendar, (known = remember(5_000, (from) => moved(from, calendar))));
  return known(local);
}

const moves = new WeakMap<Calendar, (local: number) => number>();

function moved(local: number, calendar: Calendar): number {
  for (let days = 0; days <= 366; days++) {
    const candidate = local + days * dayMs;
    if (isWorkingDay(candidate, calendar)) return candidate;
  }
  return local;
}

/** Whether a wall clock reading is on a working day. */
function isWorkingDay(local: number, { workdays, holidays }: Calendar): boolean {
  const date = new Date(local);
  if (!workdays.includes(date.getUTCDay() || 7)) return false;
  const text = date.toISOString().slice(0, 10);
  return !holidays.includes(text) && !holidays.includes(text.slice(5));
}
