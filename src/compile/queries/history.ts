import { Parameters, type Sql } from '../parameters.ts';
import type { Vantage } from '../plan.ts';
import { eventTuple } from './account-events.ts';

/** Whose whole history is asked for, as far as it was received by an instant. */
export interface HistoryNeed extends Pick<Vantage, 'workspace' | 'subject' | 'tables'> {
  readonly accounts: readonly string[];
  /** Of traits. */
  readonly kind: 'account' | 'person';
  /** UTC milliseconds. */
  readonly receivedBy: number;
}

/** Every event and every value of every trait of some accounts. Rows `account`, `event` and `trait`. */
export function historyQueries(need: HistoryNeed): { readonly events: Sql; readonly traits: Sql } {
  return { events: eventsQuery(need), traits: traitsQuery(need) };
}

function eventsQuery({ workspace, subject, tables, accounts, receivedBy }: HistoryNeed): Sql {
  const parameters = new Parameters();
  const early = [`workspace = ${parameters.text(workspace)}`, `${subject} IN ${parameters.texts(accounts)}`];
  const sql = `SELECT ${subject} AS account, ${eventTuple} AS event
FROM ${tables.events} FINAL
PREWHERE ${early.join('\n  AND ')}
WHERE received_at <= ${parameters.instant(receivedBy)}
SETTINGS enable_named_columns_in_function_tuple = 0`;
  return { name: 'history-events', sql, params: parameters.values };
}

function traitsQuery({ workspace, tables, accounts, kind, receivedBy }: HistoryNeed): Sql {
  const parameters = new Parameters();
  const where = [
    `workspace = ${parameters.text(workspace)}`,
    `kind = ${parameters.text(kind)}`,
    `id IN ${parameters.texts(accounts)}`,
    `received_at <= ${parameters.instant(receivedBy)}`,
  ];
  const state =
    '(toFloat64(toUnixTimestamp64Milli(time)), message, text, number, toFloat64(toUnixTimestamp64Milli(moment)), 1 - removed)';
  const sql = `SELECT id AS account, tuple(toString(trait), toFloat64(toUnixTimestamp64Milli(received_at)), ${state}) AS trait
FROM ${tables.traits} FINAL
WHERE ${where.join('\n  AND ')}
SETTINGS enable_named_columns_in_function_tuple = 0`;
  return { name: 'history-traits', sql, params: parameters.values };
}
