import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { z } from 'zod';
import { maxSortText } from './cursor.ts';

/** One thing a list is sorted by. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>;
  /** PostgreSQL type that its value as text is read as. */
  readonly type: 'text' | 'numeric' | 'float8';
  readonly order: 'asc' | 'desc';
}

/** Each value of the last row as text; null where it has none. */
export type Place = readonly (string | null)[];

/** A text that may be long: sorted by its beginning, because a place carries what it is sorted by. */
export function byText(expression: RawBuilder<unknown>, order: SortKey['order']): SortKey {
  return { expression: sql`left(${expression}, ${sql.lit(maxSortText)})`, type: 'text', order };
}

/** A time, as exact seconds since 1970: its text does not depend on a time zone. */
export function byTime(expression: RawBuilder<unknown>, order: SortKey['order']): SortKey {
  return { expression: sql`extract(epoch from ${expression})`, type: 'numeric', order };
}

const numberText = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/)
  .refine((text) => Number.isFinite(Number(text)));

/** What a place under these keys looks like. */
export function placeShape(keys: readonly SortKey[]): z.ZodType<Place> {
  const [first = z.null(), ...rest] = keys.map(({ type }) => (type === 'text' ? z.string() : numberText).nullable());
  return z.tuple([first, ...rest]);
}

/** ORDER BY parts, nulls last in both directions. */
export function sortedBy(keys: readonly SortKey[]): RawBuilder<unknown>[] {
  return keys.map(
    ({ expression, order }) => sql`${expression} ${sql.raw(order === 'asc' ? 'ASC' : 'DESC')} NULLS LAST`,
  );
}

/** The values of a row as text, in order: its place in the list. */
export function placeOf(keys: readonly SortKey[]): RawBuilder<(string | null)[]> {
  return sql`ARRAY[${sql.join(keys.map(({ expression }) => sql`(${expression})::text`))}]::text[]`;
}

/** What comes after a place. Rows that change meanwhile move, but no row that stays is skipped or shown twice. */
export function after(keys: readonly SortKey[], place: Place): Expression<SqlBool> {
  const [key, ...rest] = keys;
  if (!key) return sql<SqlBool>`FALSE`;
  const [value = null, ...others] = place;
  const { expression, order } = key;
  const type = sql.raw(key.type);
  const beyond =
    value === null
      ? sql<SqlBool>`FALSE`
      : sql<SqlBool>`(${expression} ${sql.raw(order === 'asc' ? '>' : '<')} ${value}::${type} OR ${expression} IS NULL)`;
  return sql<SqlBool>`(${beyond} OR (${expression} IS NOT DISTINCT FROM ${value}::${type} AND ${after(rest, others)}))`;
}
