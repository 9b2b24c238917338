import type { EventStore, Query } from '../../store/events/store.ts';
import type { EventRow } from '../../store/events/tables.ts';

/** A row of `events` as it is read back to be moved: everything but what is made from `properties` again. */
export type StoredEvent = Omit<EventRow, 'texts' | 'numbers' | 'times'>;

/** Which stored events are asked for. */
export interface StoredSelection {
  readonly workspace: string;
  /** Ids of people: canonical, former and anonymous ones. */
  readonly people: readonly string[];
  /** Only events at or after this instant (epoch milliseconds). */
  readonly from: number;
  /** Also all events of this segment. */
  readonly segment: string | null;
}

/**
 * The events of some people as they are now, and every account and day on which any version of them ever lay. Read
 * without FINAL on purpose: a load that was interrupted on a cluster may have removed an event and not yet put it to
 * its new place, and then the removed row is all there is.
 */
export async function readStoredEvents(
  events: EventStore,
  selection: StoredSelection,
): Promise<{ current: StoredEvent[]; extra: StoredEvent[]; places: { account: string; time: number }[] }> {
  const rows = await events.query(storedEvents(events, selection));
  const newest = new Map<string, StoredEvent>();
  for (const row of rows) {
    const known = newest.get(row.id);
    const isNewer =
      !known || row.version > known.version || (row.version === known.version && known.deleted > row.deleted);
    if (isNewer) newest.set(row.id, row);
  }
  const removed = new Set(rows.filter(({ deleted }) => deleted === 1).map(place));
  // An older row that was never removed: its removal was interrupted.
  const extra = rows.filter(
    (row) => row.deleted === 0 && !removed.has(place(row)) && isElsewhere(row, newest.get(row.id)),
  );
  return { current: [...newest.values()], extra, places: rows.map(({ account, time }) => ({ account, time })) };
}

function place({ id, account, time }: StoredEvent): string {
  return `${id}\u0000${account}\u0000${time}`;
}

function isElsewhere(row: StoredEvent, newest: StoredEvent | undefined): boolean {
  return newest !== undefined && (newest.account !== row.account || newest.time !== row.time);
}

function storedEvents(events: EventStore, { workspace, people, from, segment }: StoredSelection): Query<StoredEvent> {
  return {
    name: 'stored-events-of-people',
    sql: `SELECT ${storedColumns}
      FROM ${events.table('events')}
      WHERE workspace = {workspace:String}
        AND ((time >= fromUnixTimestamp64Milli({from:Int64}) AND (person IN {people:Array(String)} OR anonymous_id IN {people:Array(String)}))
          ${segment === null ? '' : 'OR segment = {segment:String}'})`,
    params: { workspace, people, from, ...(segment === null ? {} : { segment }) },
    row: storedEvent,
  };
}

/** The columns that `storedEvent` reads. */
export const storedColumns = `workspace, account, toUnixTimestamp64Milli(time) AS at, id, kind, name, person, user_id,
  anonymous_id, group_id, toUnixTimestamp64Milli(received_at) AS received, properties, context, source, segment,
  version, deleted`;

/** A row with `storedColumns`. */
export function storedEvent(raw: Record<string, unknown>): StoredEvent {
  const row = raw as Record<string, string>;
  return {
    ...(raw as unknown as StoredEvent),
    time: Number(row['at']),
    received_at: Number(row['received']),
    version: Number(row['version']),
    deleted: Number(row['deleted']) === 1 ? 1 : 0,
  };
}
