import {
  sql,
  type ExpressionBuilder,
  type SelectQueryBuilder,
  type Selectable,
  type SqlBool,
  type Expression,
} from 'kysely';
import { z } from 'zod';
import type { StateStore, State } from '../../store/state/store.ts';
import type { AccountTable, StateTables } from '../../store/state/tables.ts';
import { band, identifier, isoInstant, page } from '../contract.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { after, byText, byTime, placeOf, placeShape, type SortKey, sortedBy } from '../keyset.ts';
import { badRequest, notFound } from '../problem.ts';

/** An account as answers show it: what is newest known about it. */
export const accountBody = z
  .object({
    id: z.string(),
    name: z.string(),
    traits: z.record(z.string(), z.unknown()),
    parent: z.string().nullable(),
    firstSeenAt: isoInstant,
    lastSeenAt: isoInstant,
    segment: z.string().nullable(),
    audiences: z.array(z.string()),
    score: z.number().nullable().meta({ description: 'Null until the first evaluation.' }),
    band: band.nullable(),
    bandSince: isoInstant.nullable(),
    pendingBand: band.nullable().meta({ description: 'What the score has asked for, not yet long enough to switch.' }),
    pendingSince: isoInstant.nullable(),
    coverage: z.number().nullable(),
    domains: z.record(z.string(), z.number().nullable()).nullable(),
    modelVersion: z.number().int().nullable(),
    evaluatedAt: isoInstant.nullable(),
  })
  .meta({ id: 'Account' });

/** An account, see `accountBody`. */
export type AccountBody = z.infer<typeof accountBody>;

const columns = {
  id: ['id', 'text'],
  name: ['name', 'text'],
  score: ['score', 'float8'],
  coverage: ['coverage', 'float8'],
  band: ['band', 'text'],
  bandSince: ['band_since', 'time'],
  segment: ['segment', 'text'],
  lastSeenAt: ['last_seen_at', 'time'],
  firstSeenAt: ['first_seen_at', 'time'],
} as const;

/** The query string of the list of accounts. */
export const accountFilter = z.strictObject({
  search: z.string().min(1).max(200).optional().meta({ description: 'Part of the name or the id, in any case.' }),
  band: band.optional(),
  segment: identifier.optional(),
  audience: identifier.optional(),
  minScore: z.coerce.number().min(0).max(100).optional(),
  maxScore: z.coerce.number().min(0).max(100).optional(),
  trait: z
    .union([z.string(), z.array(z.string()).max(10)])
    .optional()
    .meta({ description: '`name:value`, repeatable: `trait=plan:pro&trait=region:EU`. All must match.' }),
  sort: z.enum(Object.keys(columns) as [keyof typeof columns, ...(keyof typeof columns)[]]).default('score'),
  sortTrait: identifier.optional().meta({ description: 'Sort by this trait instead; numbers before texts.' }),
  order: z.enum(['asc', 'desc']).default('asc'),
  ...page,
});

/** What to list, see `accountFilter`. */
export type AccountFilter = z.infer<typeof accountFilter>;

type Accounts = SelectQueryBuilder<StateTables, 'account', object>;

/** Accounts by their newest known state, and how many match. */
export async function listAccounts(
  state: StateStore,
  workspace: string,
  filter: AccountFilter,
): Promise<{ data: AccountBody[]; total: number; next: string | null }> {
  const keys = sortKeys(filter);
  const list = `accounts by ${filter.sortTrait ?? filter.sort} ${filter.sortTrait === undefined} ${filter.order}`;
  const place = filter.cursor === undefined ? null : decodeCursor(list, filter.cursor, placeShape(keys));
  return state.within(workspace, async (db) => {
    const total = await matching(db, filter)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    let query = matching(db, filter)
      .selectAll()
      .select(placeOf(keys).as('place'))
      .limit(filter.limit + 1);
    for (const part of sortedBy(keys)) query = query.orderBy(part);
    const rows = await (place === null ? query : query.where(after(keys, place))).execute();
    const shown = rows.slice(0, filter.limit);
    const last = rows.length > filter.limit ? shown.at(-1) : undefined;
    return { data: shown.map(accountOf), total: total.total, next: last ? encodeCursor(list, last.place) : null };
  });
}

/** One account; null when the workspace has none of that id. */
export async function findAccount(state: StateStore, workspace: string, id: string): Promise<AccountBody | null> {
  const row = await state.within(workspace, (db) =>
    db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst(),
  );
  return row ? accountOf(row) : null;
}

/** The same; 404 when there is none. */
export async function existingAccount(state: StateStore, workspace: string, id: string): Promise<AccountBody> {
  const found = await findAccount(state, workspace, id);
  if (!found) throw notFound('account', id);
  return found;
}

function matching(db: State, filter: AccountFilter): Accounts {
  return db.selectFrom('account').where((eb) => eb.and(conditions(eb, filter)));
}

function conditions(eb: ExpressionBuilder<StateTables, 'account'>, filter: AccountFilter): Expression<SqlBool>[] {
  const found: Expression<SqlBool>[] = [];
  if (filter.search !== undefined) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    found.push(eb.or([eb('name', 'ilike', pattern), eb('id', 'ilike', pattern)]));
  }
  if (filter.band !== undefined) found.push(eb('band', '=', filter.band));
  if (filter.segment !== undefined) found.push(eb('segment', '=', filter.segment));
  if (filter.audience !== undefined) found.push(sql<SqlBool>`audiences @> ARRAY[${filter.audience}]::text[]`);
  if (filter.minScore !== undefined) found.push(eb('score', '>=', filter.minScore));
  if (filter.maxScore !== undefined) found.push(eb('score', '<=', filter.maxScore));
  for (const text of [filter.trait ?? []].flat()) found.push(traitCondition(text));
  return found;
}

function traitCondition(text: string): Expression<SqlBool> {
  const colon = text.indexOf(':');
  if (colon < 1) throw badRequest('query', ['trait'], `"${text}" is not name:value, such as plan:pro`);
  return sql<SqlBool>`traits ->> ${text.slice(0, colon)} = ${text.slice(colon + 1)}`;
}

/** What the list is sorted by; the id at the end makes every place unique. */
function sortKeys({ sort, sortTrait, order }: AccountFilter): SortKey[] {
  const id: SortKey = { expression: sql`id`, type: 'text', order: 'asc' };
  if (sortTrait !== undefined) {
    const number = sql`CASE WHEN jsonb_typeof(traits -> ${sortTrait}) = 'number' THEN (traits ->> ${sortTrait})::numeric END`;
    return [{ expression: number, type: 'numeric', order }, byText(sql`traits ->> ${sortTrait}`, order), id];
  }
  if (sort === 'id') return [{ ...id, order }];
  const [column, type] = columns[sort];
  const expression = sql.ref(column);
  if (type === 'float8') return [{ expression, type, order }, id];
  return [type === 'text' ? byText(expression, order) : byTime(expression, order), id];
}

function accountOf(row: Selectable<AccountTable>): AccountBody {
  return {
    id: row.id,
    name: row.name,
    traits: row.traits,
    parent: row.parent_id,
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    segment: row.segment,
    audiences: row.audiences,
    score: row.score,
    band: row.band,
    bandSince: row.band_since?.toISOString() ?? null,
    pendingBand: row.pending_band,
    pendingSince: row.pending_since?.toISOString() ?? null,
    coverage: row.coverage,
    domains: row.domains,
    modelVersion: row.model_version,
    evaluatedAt: row.evaluated_at?.toISOString() ?? null,
  };
}
