import { type RawBuilder, type Selectable, sql, type SqlBool } from 'kysely';
import { z } from 'zod';
import type { ResolvedModel } from '../../model/resolved.ts';
import type { EventStore } from '../../store/events/store.ts';
import type { State } from '../../store/state/store.ts';
import type { OccurrenceTable } from '../../store/state/tables.ts';
import { isoOf } from '../contract.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { after, byTime, placeOf, placeShape, type SortKey, sortedBy } from '../keyset.ts';
import { appealsOf, evidenceOf, eventsBehind, momentOf, nextStepOf } from '../moments/words.ts';
import type { CauseBody, OccurrenceBody, OccurrenceDetail, OccurrenceFilter, ReasonBody } from '../moments/shapes.ts';
import { type EventBody, findEvents } from './event-rows.ts';

const columns = { dueAt: 'due_at', opensAt: 'opens_at', changedAt: 'changed_at' } as const;

type Row = Selectable<OccurrenceTable> & { readonly account_name: string | null; readonly version: number | null };

/** Occurrences, by what the filter says; the total is counted for the first page, and carried on by the cursor. */
export async function listOccurrences(
  db: State,
  filter: OccurrenceFilter,
  model: ResolvedModel | null,
  now: number,
): Promise<{ data: OccurrenceBody[]; total: number; next: string | null }> {
  const keys: SortKey[] = [
    byTime(sql.ref(`occurrence.${columns[filter.sort]}`), filter.order),
    { expression: sql.ref('occurrence.id'), type: 'text', order: 'asc' },
  ];
  const list = `occurrences by ${filter.sort} ${filter.order}`;
  const shape = z.tuple([z.number().int().min(0), placeShape(keys)]);
  const cursor = filter.cursor === undefined ? null : decodeCursor(list, filter.cursor, shape);
  const conditions = conditionsOf(filter, now);
  const total = cursor?.[0] ?? (await count(db, conditions));
  let query = occurrences(db)
    .select(placeOf(keys).as('place'))
    .where((eb) => eb.and(conditions))
    .limit(filter.limit + 1);
  for (const part of sortedBy(keys)) query = query.orderBy(part);
  const rows = await (cursor === null ? query : query.where(after(keys, cursor[1]))).execute();
  const shown = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? shown.at(-1) : undefined;
  return {
    data: shown.map((row) => occurrenceOf(row, model, now)),
    total,
    next: last === undefined ? null : encodeCursor(list, [total, last.place]),
  };
}

/** The occurrences of these ids, in no order. */
export async function readOccurrences(
  db: State,
  ids: readonly string[],
  model: ResolvedModel | null,
  now: number,
): Promise<OccurrenceBody[]> {
  const rows = await occurrences(db)
    .where('occurrence.id', '=', sql<string>`ANY(${[...ids]}::text[])`)
    .execute();
  return rows.map((row) => occurrenceOf(row, model, now));
}

/** The occurrences of an account that are not over, and the newest that are. */
export async function occurrencesOfAccount(
  db: State,
  account: string,
  { model, now, mostPast }: { model: ResolvedModel | null; now: number; mostPast: number },
): Promise<Record<'open' | 'planned' | 'past', OccurrenceBody[]>> {
  const own = occurrences(db).where('account_id', '=', account);
  const ahead = await own
    .where('state', 'in', ['open', 'planned'])
    .orderBy('opens_at')
    .orderBy('occurrence.id')
    .execute();
  const past = await own
    .where('state', 'not in', ['open', 'planned'])
    .orderBy('ended_at', (order) => order.desc().nullsLast())
    .orderBy('occurrence.id')
    .limit(mostPast)
    .execute();
  const bodies = ahead.map((row) => occurrenceOf(row, model, now));
  return {
    open: bodies.filter(({ state }) => state === 'open'),
    planned: bodies.filter(({ state }) => state === 'planned'),
    past: past.map((row) => occurrenceOf(row, model, now)),
  };
}

/** One occurrence with its history; null when the workspace has none of that id. */
export async function readOccurrence(
  db: State,
  id: string,
  model: ResolvedModel | null,
  now: number,
): Promise<Omit<OccurrenceDetail, 'evidence'> | null> {
  const [one] = await readOccurrences(db, [id], model, now);
  if (one === undefined) return null;
  const changes = await db
    .selectFrom('occurrence_change')
    .selectAll()
    .where('occurrence_id', '=', id)
    .orderBy('number')
    .execute();
  const moment = momentOf(model, one.moment);
  return {
    ...one,
    appeals: appealsOf(moment),
    nextStep: nextStepOf(one, moment),
    history: changes.map((row) => ({
      number: row.number,
      at: row.at.toISOString(),
      from: row.from_state,
      to: row.to_state,
      escalation: row.escalation,
      owner: row.owner_id,
      fromOwner: row.from_owner_id,
      snoozedUntil: row.snoozed_until?.toISOString() ?? null,
      reason: reasonOf(row.reason),
    })),
  };
}

/** The events behind some occurrences, by id. */
export async function eventsOf(
  events: EventStore,
  workspace: string,
  some: readonly OccurrenceBody[],
): Promise<Map<string, EventBody>> {
  const keys = some.flatMap((one) => {
    const [caused, ended] = [one.cause.at, one.endedAt ?? one.cause.at];
    return eventsBehind(one).map((id) => {
      const isCause = one.cause.kind === 'event' && one.cause.event === id;
      return { account: one.account, time: Date.parse(isCause ? caused : ended), id };
    });
  });
  const found = await findEvents(events, workspace, keys);
  return new Map(found.map((event) => [event.id, event]));
}

/** An occurrence with the events behind it. */
export async function withEvidence(
  events: EventStore,
  workspace: string,
  one: Omit<OccurrenceDetail, 'evidence'>,
  model: ResolvedModel | null,
): Promise<OccurrenceDetail> {
  return { ...one, evidence: evidenceOf(one, model, await eventsOf(events, workspace, [one])) };
}

function occurrences(db: State) {
  return db
    .selectFrom('occurrence')
    .leftJoin('account', 'account.id', 'occurrence.account_id')
    .selectAll('occurrence')
    .select([
      'account.name as account_name',
      sql<number | null>`(SELECT max(number) FROM occurrence_change AS c
        WHERE c.workspace_id = occurrence.workspace_id AND c.occurrence_id = occurrence.id)`.as('version'),
    ]);
}

async function count(db: State, conditions: readonly RawBuilder<SqlBool>[]): Promise<number> {
  const { total } = await db
    .selectFrom('occurrence')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where((eb) => eb.and([...conditions]))
    .executeTakeFirstOrThrow();
  return total;
}

function conditionsOf(filter: OccurrenceFilter, now: number): RawBuilder<SqlBool>[] {
  const at = new Date(now);
  const found: RawBuilder<SqlBool>[] = [];
  if (filter.owner !== undefined) found.push(sql`owner_id = ${filter.owner}`);
  if (filter.account !== undefined) found.push(sql`account_id = ${filter.account}`);
  if (filter.moment !== undefined) found.push(sql`moment = ${filter.moment}`);
  if (filter.state !== undefined) found.push(sql`state = ANY(${[filter.state].flat()}::text[])`);
  if (filter.overdue === 'true') found.push(sql`state = 'open' AND due_at <= ${at}`);
  if (filter.overdue === 'false') found.push(sql`NOT (state = 'open' AND coalesce(due_at <= ${at}, false))`);
  if (filter.snoozed === 'true') found.push(sql`snoozed_until > ${at}`);
  if (filter.snoozed === 'false') found.push(sql`coalesce(snoozed_until <= ${at}, true)`);
  if (filter.dueBefore !== undefined) found.push(sql`due_at < ${new Date(filter.dueBefore)}`);
  return found;
}

function occurrenceOf(row: Row, model: ResolvedModel | null, now: number): OccurrenceBody {
  const moment = momentOf(model, row.moment);
  return {
    id: row.id,
    account: row.account_id,
    accountName: row.account_name ?? '',
    moment: row.moment,
    label: moment?.label ?? row.moment,
    objective: moment?.objective ?? null,
    state: row.state,
    cause: withIsoInstants(row.cause) as CauseBody,
    phase: row.phase,
    segment: row.segment,
    owner: row.owner_id,
    role: row.role,
    playbook: row.playbook,
    opensAt: row.opens_at.toISOString(),
    openedAt: row.opened_at?.toISOString() ?? null,
    dueAt: row.due_at?.toISOString() ?? null,
    overdue: row.state === 'open' && row.due_at !== null && row.due_at.getTime() <= now,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: reasonOf(row.ended_by),
    escalation: row.escalation,
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    minutes: row.minutes,
    modelVersion: row.model_version,
    changedAt: row.changed_at.toISOString(),
    version: row.version ?? 0,
  };
}

function reasonOf(raw: unknown): ReasonBody | null {
  return raw === null ? null : (withIsoInstants(raw) as ReasonBody);
}

/** As deciding keeps it, but for its instants. */
function withIsoInstants(raw: unknown): Record<string, unknown> {
  const given = raw as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      (key === 'at' || key === 'since') && typeof value === 'number' ? isoOf(value) : value,
    ]),
  );
}
