import { reduceSql } from '../columns/reduce.ts';
import type { RollupColumn } from '../compile.ts';
import { quoteIdentifier } from '../identifier.ts';
import { Parameters, type Sql } from '../parameters.ts';

/** Which account-days to compute: these pairs, or every account-day between two days. */
export type RollupScope =
  | { readonly pairs: readonly { readonly account: string; readonly day: string }[] }
  | { readonly from: string; readonly before: string };

/**
 * The statement that computes account-days of the rollup from raw events and writes them, whole: all columns given.
 * An account-day in `pairs` that has no event left is written as deleted.
 */
export function rollupDaysQuery(
  columns: readonly RollupColumn[],
  scope: RollupScope,
  request: { workspace: string; tables: { events: string; rollup: string } },
): Sql {
  const parameters = new Parameters();
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const computed = columns.map(({ name, measure }) => `${reduceSql(measure, parameters)} AS ${quoteIdentifier(name)}`);
  const target = ['account', 'day', 'version', 'deleted', ...names].join(', ');
  const version = 'toUInt64(toUnixTimestamp64Nano(now64(9))) AS version';
  const select = (where: string): string =>
    [
      `SELECT\n  ${['account', 'day', ...computed].join(',\n  ')}`,
      `FROM ${request.tables.events} FINAL`,
      `WHERE workspace = ${parameters.text(request.workspace)} AND account != '' AND ${where}`,
      'GROUP BY account, day',
    ].join('\n');
  const insert = `INSERT INTO ${request.tables.rollup} (${target})`;
  if (!('pairs' in scope)) {
    const where = `day >= ${parameters.bind('Date', scope.from)} AND day < ${parameters.bind('Date', scope.before)}`;
    const sql = `${insert}\nSELECT ${['account', 'day', version, '0 AS deleted', ...names].join(', ')}\nFROM (\n${select(where)}\n)`;
    return { name: 'roll-up-period', sql, params: parameters.values };
  }
  const accounts = parameters.texts(scope.pairs.map(({ account }) => account));
  const days = parameters.bind(
    'Array(Date)',
    scope.pairs.map(({ day }) => day),
  );
  const where = `account IN ${accounts} AND day IN ${days} AND (account, day) IN (SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip(${accounts}, ${days})) AS pair))`;
  const sql = [
    insert,
    `SELECT ${['account', 'day', version, 'toUInt8(present = 0) AS deleted', ...names].join(', ')}`,
    `FROM (SELECT DISTINCT pair.1 AS account, pair.2 AS day FROM (SELECT arrayJoin(arrayZip(${accounts}, ${days})) AS pair)) AS asked`,
    `LEFT JOIN (SELECT *, 1 AS present FROM (\n${select(where)}\n)) AS found USING (account, day)`,
  ].join('\n');
  return { name: 'roll-up-days', sql, params: parameters.values };
}
