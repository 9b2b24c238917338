import { Parameters, type Sql } from '../parameters.ts';
import type { Plan, Vantage } from '../plan.ts';

/** The events of some accounts on the days that windows cut, the running day among them, as they are stored. */
export function accountEventsQuery(vantage: Vantage, plan: Plan): Sql {
  const parameters = new Parameters();
  const early = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `account IN ${parameters.texts(vantage.accounts ?? [])}`,
    `day IN ${parameters.days(plan.edgeDays)}`,
  ];
  const sql = `SELECT account, tuple(toFloat64(toUnixTimestamp64Milli(time)), id, toString(kind), toString(name), person, texts, numbers,
  mapApply((key, at) -> (key, toFloat64(toUnixTimestamp64Milli(at))), times)) AS event
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
