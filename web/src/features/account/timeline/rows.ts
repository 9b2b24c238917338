import type { EventBody } from '../queries.ts';

/** A row of the timeline: a day, or an event of it. */
export type TimelineRow =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'event'; readonly key: string; readonly event: EventBody };

/** Events, newest first, under their days; `dayOf` names the day of an instant where the reader is. Pure. */
export function rowsOf(events: readonly EventBody[], dayOf: (iso: string) => string): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  let day: string | null = null;
  for (const event of events) {
    const own = dayOf(event.time);
    if (own !== day) rows.push({ kind: 'day', key: `day ${own}`, at: event.time });
    day = own;
    rows.push({ kind: 'event', key: event.id, event });
  }
  return rows;
}

/** Those that are not there yet put among the others, newest first; nothing twice. Pure. */
export function withNew(events: readonly EventBody[], fresh: readonly EventBody[]): readonly EventBody[] {
  const known = new Set(events.map(({ id }) => id));
  const added = fresh.filter(({ id }) => !known.has(id));
  if (added.length === 0) return events;
  return [...added, ...events].toSorted((one, other) => Date.parse(other.time) - Date.parse(one.time));
}
