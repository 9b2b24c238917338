import { Parameters, type Sql } from '../parameters.ts';
import type { Plan, Vantage } from '../plan.ts';

/** An event as `RawEvent` of the in-process evaluation, in the order of its parts. */
export const eventTuple = `tuple(toFloat64(toUnixTimestamp64Milli(time)), id, toString(kind), toString(name), person, texts, numbers,
  mapApply((key, at) -> (key, toFloat64(toUnixTimestamp64Milli(at))), times), toFloat64(toUnixTimestamp64Milli(received_at)))`;

/** The events of some accounts on the days that windows cut, the running day among them, as they are stored. */
export function accountEventsQuery(vantage: Vantage, plan: Plan): Sql {
  const parameters = new Parameters();
  const early = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `account IN ${parameters.texts(vantage.accounts ?? [])}`,
    `day IN ${parameters.days(plan.edgeDays)}`,
  ];
  const sql = `SELECT account, ${eventTuple} AS event
FROM ${vantage.tables.events} FINAL
PREWHERE ${early.join('\n  AND ')}
SETTINGS enable_named_columns_in_function_tuple = 0`;
  return { name: 'account-events', sql, params: parameters.values };
}

/**
 * What is stored about the traits of some accounts, as far as one day can ask for it: at each distance from T the newest
 * value before the day, and everything that came during it.
 */
export function traitHistoryQuery(vantage: Vantage, days: readonly number[], midnight: number, kind: string): Sql {
  const parameters = new Parameters();
  const state =
    '(toFloat64(toUnixTimestamp64Milli(time)), message, text, number, toFloat64(toUnixTimestamp64Milli(moment)), 1 - removed)';
  const bounds = days.map((distance) => {
    const start = parameters.instant(midnight - distance * dayMs);
    const end = parameters.instant(midnight - (distance - 1) * dayMs);
    return { before: `time <= ${start}`, during: `(time > ${start} AND time <= ${end})` };
  });
  const newest = bounds.map(({ before }) => `argMaxIf(${state}, (time, message), ${before})`);
  const during = bounds.map((bound) => bound.during).join(' OR ');
  const where = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `kind = ${parameters.text(kind)}`,
    `id IN ${parameters.texts(vantage.accounts ?? [])}`,
  ];
  const sql = `SELECT tuple(id, toString(trait), [${newest.join(', ')}], groupArrayIf(${state}, ${during})) AS history
FROM ${vantage.tables.traits} FINAL
WHERE ${where.join('\n  AND ')}
GROUP BY id, trait
SETTINGS enable_named_columns_in_function_tuple = 0`;
  return { name: 'trait-history', sql, params: parameters.values };
}

const dayMs = 86_400_000;

/** What is asked of the events of an account with a name ('*': any): those since an instant, perhaps the newest before it. */
export interface LifecycleNeed {
  readonly account: string;
  readonly name: string;
  /** UTC milliseconds; events at it count. */
  readonly since: number;
  readonly andLast: boolean;
}

/** Most events that are brought for one account: the newest. */
const mostPerAccount = 2_000;

/** The events that deciding moments needs of some accounts. */
export function lifecycleQuery(
  workspace: string,
  table: string,
  needs: readonly LifecycleNeed[],
): { readonly recent: Sql; readonly last: Sql } {
  const make = (name: string, some: readonly LifecycleNeed[], select: string, time: string, end: string): Sql => {
    const parameters = new Parameters();
    const names = [...new Set(some.map((need) => need.name))];
    const where = [
      `workspace = ${parameters.text(workspace)}`,
      `account IN ${parameters.texts([...new Set(some.map((need) => need.account))])}`,
      `kind IN ('track', 'page', 'screen')`,
      ...(names.includes('*') ? [] : [`name IN ${parameters.texts(names)}`]),
    ];
    const zipped = [
      parameters.texts(some.map((need) => need.account)),
      parameters.texts(some.map((need) => need.name)),
      parameters.bind(
        'Array(Int64)',
        some.map((need) => Math.trunc(need.since)),
      ),
    ];
    const sql = `SELECT account, ${select} AS event
FROM (
  SELECT * FROM ${table} FINAL
  PREWHERE ${where.join('\n    AND ')}
) AS happened
INNER JOIN (
  SELECT arrayJoin(arrayZip(${zipped.join(', ')})) AS need, need.1 AS needing
) AS needs ON happened.account = needs.needing
WHERE need.2 IN ('*', name) AND toUnixTimestamp64Milli(time) ${time} need.3
${end}
SETTINGS enable_named_columns_in_function_tuple = 0`;
    return { name, sql, params: parameters.values };
  };
  return {
    recent: make('lifecycle-events', needs, eventTuple, '>=', `ORDER BY time DESC LIMIT ${mostPerAccount} BY account`),
    last: make(
      'last-lifecycle-events',
      needs.filter(({ andLast }) => andLast),
      `argMax(${eventTuple}, (time, id))`,
      '<',
      'GROUP BY account, need.2',
    ),
  };
}
