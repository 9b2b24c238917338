import { z } from 'zod';
import type { EventStore } from '../../store/events/store.ts';
import { identifier, instant, isoInstant, isoOf, page } from '../contract.ts';
import { decodeCursor, encodeCursor, placeInstant } from '../cursor.ts';

/** An event as answers show it. */
export const eventBody = z
  .object({
    id: z.string(),
    kind: z.enum(['track', 'page', 'screen', 'identify', 'group', 'alias']),
    name: z.string(),
    time: isoInstant,
    receivedAt: isoInstant,
    account: z.string().nullable().meta({ description: 'Null while no account is known.' }),
    person: z.string().nullable(),
    userId: z.string().nullable(),
    anonymousId: z.string().nullable(),
    groupId: z.string().nullable(),
    properties: z.record(z.string(), z.unknown()),
    context: z.record(z.string(), z.unknown()),
    source: z.string(),
  })
  .meta({ id: 'Event' });

/** An event, see `eventBody`. */
export type EventBody = z.infer<typeof eventBody>;

/** The query string of event lists. */
export const eventFilter = z.strictObject({
  account: identifier.optional(),
  person: identifier.optional(),
  event: identifier.optional().meta({ description: 'Name of the event.' }),
  kind: z.enum(['track', 'page', 'screen', 'identify', 'group', 'alias']).optional(),
  from: instant.optional().meta({ description: 'At or after.' }),
  to: instant.optional().meta({ description: 'Before.' }),
  ...page,
});

/** What to list, see `eventFilter`. */
export type EventFilter = z.infer<typeof eventFilter>;

/** Time and id of the last row, and how many match in all. */
const placeShape = z.tuple([placeInstant, z.string(), z.number().int().min(0)]);

interface Condition {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Events, newest first, with the number of all that match. Columns and order are ours, every value is bound. */
export async function listEvents(
  events: EventStore,
  workspace: string,
  filter: EventFilter,
): Promise<{ data: EventBody[]; total: number; next: string | null }> {
  const condition = conditionOf(workspace, filter);
  const after = filter.cursor === undefined ? null : decodeCursor('events', filter.cursor, placeShape);
  // Counted for the first page only: the cursor carries the number on.
  const [read, total] = await Promise.all([
    readPage(events, condition, filter.limit, after),
    after ? after[2] : count(events, condition),
  ]);
  return {
    data: read.rows,
    total,
    next: read.end ? encodeCursor('events', [read.end.time, read.end.id, total]) : null,
  };
}

function conditionOf(workspace: string, filter: EventFilter): Condition {
  const parts = ['workspace = {workspace:String}'];
  const params: Record<string, unknown> = { workspace };
  const add = (sql: string, name: string, value: unknown): void => {
    if (value === undefined) return;
    parts.push(sql);
    params[name] = value;
  };
  add('account = {account:String}', 'account', filter.account);
  add('person = {person:String}', 'person', filter.person);
  add('name = {event:String}', 'event', filter.event);
  add('kind = {kind:String}', 'kind', filter.kind);
  add('time >= fromUnixTimestamp64Milli({from:Int64})', 'from', filter.from);
  add('time < fromUnixTimestamp64Milli({to:Int64})', 'to', filter.to);
  // The day is in the sorting key; the instants alone would read every granule.
  add('day >= toDate(fromUnixTimestamp64Milli({fromDay:Int64}))', 'fromDay', dayBound(filter.from, -1));
  add('day <= toDate(fromUnixTimestamp64Milli({toDay:Int64}))', 'toDay', dayBound(filter.to, 0));
  return { sql: parts.join(' AND '), params };
}

/** The last day of the engine's dates; a later one would wrap round to 1970. */
const lastDay = Date.UTC(2149, 5, 6);

function dayBound(at: number | undefined, shiftMs: number): number | undefined {
  return at === undefined ? undefined : Math.min(Math.max(0, at + shiftMs), lastDay);
}

/** Where an event is stored. */
export interface Key {
  readonly account: string;
  readonly time: number;
  readonly id: string;
}

/** How often a page is read again because some of its events moved to another account between its two reads. */
const tries = 4;

/**
 * First the keys of the page from narrow columns, then the wide rows of those keys alone. The keys decide where the
 * page ends: an event on its way to another account may be missing for a moment, or be there twice.
 */
async function readPage(
  events: EventStore,
  condition: Condition,
  limit: number,
  after: z.infer<typeof placeShape> | null,
): Promise<{ rows: EventBody[]; end: Key | null }> {
  for (let attempt = 1; ; attempt++) {
    const keys = await readKeys(events, condition, limit, after);
    const wanted = new Set(keys.slice(0, limit).map(({ id }) => id));
    const found = new Map<string, EventBody>();
    for (const row of await readRows(events, String(condition.params['workspace']), keys.slice(0, limit))) {
      if (!found.has(row.id)) found.set(row.id, row); // the newest version comes first
    }
    if (found.size < wanted.size && attempt < tries) continue;
    return { rows: [...found.values()], end: keys.length > limit ? (keys[limit - 1] ?? null) : null };
  }
}

async function readKeys(
  events: EventStore,
  condition: Condition,
  limit: number,
  after: z.infer<typeof placeShape> | null,
): Promise<Key[]> {
  const place = after ? ' AND (time, id) < (fromUnixTimestamp64Milli({afterTime:Int64}), {afterId:String})' : '';
  return events.query({
    name: 'api-event-keys',
    sql: `
SELECT account, toUnixTimestamp64Milli(time) AS time_ms, id
FROM ${events.table('events')} FINAL
WHERE ${condition.sql}${place}
ORDER BY time DESC, id DESC LIMIT {rows:UInt32}`,
    params: { ...condition.params, rows: limit + 1, afterTime: after?.[0] ?? 0, afterId: after?.[1] ?? '' },
    row: (raw) => ({ account: String(raw['account']), time: Number(raw['time_ms']), id: String(raw['id']) }),
  });
}

/** Events by what they are stored under, in no order; those that moved to another account since are left out. */
export async function findEvents(events: EventStore, workspace: string, keys: readonly Key[]): Promise<EventBody[]> {
  const found = await readRows(events, workspace, keys);
  return [...new Map(found.toReversed().map((event) => [event.id, event])).values()];
}

/** The newest version of an event comes first. */
async function readRows(events: EventStore, workspace: string, keys: readonly Key[]): Promise<EventBody[]> {
  if (keys.length === 0) return [];
  return events.query({
    name: 'api-events',
    sql: `
SELECT toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received_at) AS received_ms,
       id, kind, name, account, person, user_id, anonymous_id, group_id, properties, context, source
FROM ${events.table('events')} FINAL
WHERE workspace = {workspace:String} AND (account, day, time, id) IN (
  SELECT key.1, toDate(fromUnixTimestamp64Milli(key.2 - 1, 'UTC')), fromUnixTimestamp64Milli(key.2, 'UTC'), key.3
  FROM (SELECT arrayJoin(arrayZip({accounts:Array(String)}, {times:Array(Int64)}, {ids:Array(String)})) AS key)
)
ORDER BY time DESC, id DESC, version DESC`,
    params: {
      workspace,
      accounts: keys.map(({ account }) => account),
      times: keys.map(({ time }) => time),
      ids: keys.map(({ id }) => id),
    },
    row: eventOf,
  });
}

async function count(events: EventStore, condition: Condition): Promise<number> {
  const [total] = await events.query({
    name: 'api-events-count',
    sql: `SELECT count() AS total FROM ${events.table('events')} FINAL WHERE ${condition.sql}`,
    params: condition.params,
    row: (raw) => Number(raw['total']),
  });
  return total ?? 0;
}

/** A row of the events table as an answer. */
export function eventOf(raw: Record<string, unknown>): EventBody {
  return {
    id: String(raw['id']),
    kind: String(raw['kind']) as EventBody['kind'],
    name: String(raw['name']),
    time: isoOf(Number(raw['time_ms'])),
    receivedAt: isoOf(Number(raw['received_ms'])),
    account: orNull(raw['account']),
    person: orNull(raw['person']),
    userId: orNull(raw['user_id']),
    anonymousId: orNull(raw['anonymous_id']),
    groupId: orNull(raw['group_id']),
    properties: jsonOf(raw['properties']),
    context: jsonOf(raw['context']),
    source: String(raw['source']),
  };
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function jsonOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'string' || value === '') return {};
  const parsed: unknown = JSON.parse(value);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
}
