import ical, { escape, ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { AppealsBody, OccurrenceBody } from '../api/moments/shapes.ts';

/** What a calendar shows of an occurrence. */
export interface CalendarEntry {
  readonly occurrence: OccurrenceBody;
  readonly appeals: AppealsBody;
  readonly nextStep: string;
}

const minuteMs = 60_000;
/** Shorter ones cannot be seen in most calendars. */
const leastMinutes = 15;
/** How often readers are asked to look again; most decide for themselves. */
const refreshSeconds = 900;

/**
 * A calendar of occurrences (RFC 5545), all instants in UTC. The same occurrence always has the same UID; its SEQUENCE and
 * DTSTAMP are those of its last change, so that the text changes only when something did.
 */
export function calendarText(name: string, entries: readonly CalendarEntry[]): string {
  const calendar = ical({
    name: escape(plain(name), false), // the library escapes what is in events, but not this
    prodId: { company: 'Rapport', product: 'Rapport', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
  });
  for (const { occurrence, appeals, nextStep } of entries) {
    const { start, end } = spanOf(occurrence);
    const isAppointment = occurrence.cause.kind === 'date';
    calendar.createEvent({
      id: `${occurrence.id}@rapport`,
      sequence: Math.max(0, occurrence.version - 1),
      stamp: new Date(occurrence.changedAt),
      lastModified: new Date(occurrence.changedAt),
      start: new Date(start),
      end: new Date(end),
      summary: plain(`${occurrence.state === 'done' ? '✓ ' : ''}${occurrence.label}: ${nameOf(occurrence)}`),
      description: plain(descriptionOf(occurrence, appeals, nextStep)),
      status: statusOf(occurrence),
      transparency: isAppointment ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    });
  }
  return `${calendar.toString()}\r\n`;
}

/** A date begins at its instant. Other work is to be done by its deadline, later while it is put off; what was done, was. */
function spanOf({ cause, state, opensAt, dueAt, endedAt, snoozedUntil, minutes }: OccurrenceBody): {
  readonly start: number;
  readonly end: number;
} {
  const length = Math.max(leastMinutes, minutes) * minuteMs;
  const from = (start: number) => ({ start, end: start + length });
  if (cause.kind === 'date' && dueAt !== null) return from(Date.parse(dueAt));
  if (state === 'done' && endedAt !== null) return from(Date.parse(endedAt) - length);
  const planned = dueAt === null ? Date.parse(opensAt) : Date.parse(dueAt) - length;
  return from(snoozedUntil === null ? planned : Math.max(planned, Date.parse(snoozedUntil)));
}

function statusOf({ state }: OccurrenceBody): ICalEventStatus {
  if (state === 'cancelled' || state === 'skipped') return ICalEventStatus.CANCELLED;
  return state === 'planned' ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED;
}

function descriptionOf(occurrence: OccurrenceBody, { ethos, pathos, logos }: AppealsBody, nextStep: string): string {
  const appeals = [ethos, pathos, logos].filter((one) => one !== null);
  return [occurrence.objective ?? '', ...appeals.map((one) => `- ${one}`), nextStep]
    .filter((line) => line !== '')
    .join('\n');
}

function nameOf({ account, accountName }: OccurrenceBody): string {
  return accountName || account;
}

/** Without control characters, which no calendar may hold; line ends stay. */
function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?!\n)\p{Cc}/gu, ' ');
}
