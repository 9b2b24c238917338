import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';

/** One thing a list is sorted by. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>;
  /** PostgreSQL type that its value as text is read as. */
  readonly type: 'text' | 'numeric' | 'timestamptz' | 'float8';
  readonly order: 'asc' | 'desc';
}

/** Each value of the last row as text; null where it has none. */
export type Place = readonly (string | null)[];

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
