import type { Calendar } from '../resolved-moments.ts';
import { weekdays } from '../schema-moments.ts';
import { checkIds, placeAt, type Resolving, reportValue } from './context.ts';

const usualWorkdays = ['mo', 'tu', 'we', 'th', 'fr'] as const;

/** Reads the calendars. */
export function resolveCalendars(resolving: Resolving): Calendar[] {
  const authored = Object.entries(resolving.authored.calendars ?? {});
  checkIds(
    resolving,
    'calendars',
    authored.map(([id]) => id),
  );
  return authored.map(([id, calendar]) => {
    const path = ['calendars', id];
    const workdays = (calendar.workdays ?? usualWorkdays).map((day) => weekdays.indexOf(day) + 1);
    const holidays = (calendar.holidays ?? []).filter(
      (date, i) => isHoliday(date) || reportHoliday(resolving, [...path, 'holidays', i], date),
    );
    return {
      id,
      workdays: [...new Set(workdays)].toSorted((a, b) => a - b),
      holidays: [...new Set(holidays)].toSorted(),
      at: placeAt(resolving, path),
    };
  });
}

/** `2026-12-25`, or `12-25` for every year; 02-29 exists in some. */
function isHoliday(text: string): boolean {
  const date = /^\d{2}-\d{2}$/.test(text) ? `2024-${text}` : text;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date);
}

function reportHoliday(resolving: Resolving, path: (string | number)[], date: string): false {
  reportValue(
    resolving,
    path,
    'model/bad-time',
    `${JSON.stringify(date)} is not a day`,
    'write 2026-12-25, or 12-25 for every year',
  );
  return false;
}
