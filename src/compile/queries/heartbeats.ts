import type { CompiledModel } from '../compile.ts';
import { Parameters, type Sql } from '../parameters.ts';
import type { Vantage } from '../plan.ts';

type From = Pick<Vantage, 'workspace' | 'asOf' | 'knownAt'>;

/**
 * First and last time of each event name, over all accounts, at or before T, from the days of events. A name with `beyond`
 * has events of the day of T before and after T: its last one before T must be looked up (`heartbeatsOfDayQuery`).
 */
export function heartbeatsQuery(from: From, table: string): Sql {
  const parameters = new Parameters();
  const instant = parameters.instant(from.asOf);
  return {
    name: 'heartbeats',
    // Without FINAL: rows that replace each other only move first and last outwards.
    sql: [
      '-- heartbeats: first and last time of every event name, from its days',
      'SELECT name, toUnixTimestamp64Milli(min(time)) AS first,',
      `  toUnixTimestamp64Milli(maxIf(time, time <= ${instant})) AS last, max(time) > ${instant} AS beyond`,
      `FROM ${table}`,
      `WHERE workspace = ${parameters.text(from.workspace)}`,
      `  AND day <= toDate(${instant} - INTERVAL 1 MILLISECOND)`,
      'GROUP BY name',
      `HAVING min(time) <= ${instant}`,
    ].join('\n'),
    params: parameters.values,
  };
}

/** First and last time of some event names on the day of T, at or before T, from the events of that day. */
export function heartbeatsOfDayQuery(from: From, table: string, names: readonly string[]): Sql {
  const parameters = new Parameters();
  const day = `day = toDate(${parameters.instant(from.asOf)} - INTERVAL 1 MILLISECOND)`;
  return {
    name: 'heartbeats-of-day',
    ...fromEvents(from, table, parameters, [day, `name IN ${parameters.texts(names)}`]),
  };
}

/** The same over all events: for what was known at another time than now. */
export function heartbeatsOfEventsQuery(from: From, table: string): Sql {
  return { name: 'heartbeats-of-events', ...fromEvents(from, table, new Parameters(), []) };
}

function fromEvents(
  from: From,
  table: string,
  parameters: Parameters,
  conditions: readonly string[],
): Pick<Sql, 'sql' | 'params'> {
  const where = [
    `workspace = ${parameters.text(from.workspace)}`,
    ...conditions,
    `kind IN ('track', 'page', 'screen')`,
    'deleted = 0',
    `time <= ${parameters.instant(from.asOf)}`,
    ...(from.knownAt === null ? [] : [`received_at <= ${parameters.instant(from.knownAt)}`]),
  ];
  return {
    // Without FINAL: copies of a row share its name and time, and a heartbeat stays one when its row is replaced.
    sql: [
      'SELECT name, toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last, 0 AS beyond',
      `FROM ${table}`,
      `WHERE ${where.join('\n  AND ')}`,
      'GROUP BY name',
    ].join('\n'),
    params: parameters.values,
  };
}

/** The event names behind a measure; null means any. */
export function measureEvents(measure: CompiledModel['model']['measures'][number]): readonly string[] | null {
  return measure.aggregate.kind === 'open' ? [measure.aggregate.from, measure.aggregate.to] : measure.events;
}
