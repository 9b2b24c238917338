import type { CompiledModel } from '../compile.ts';
import { Parameters, type Sql } from '../parameters.ts';
import type { Vantage } from '../plan.ts';

/** First and last time of each event name that the model mentions, over all accounts, at or before T. */
export function heartbeatsQuery(
  compiled: CompiledModel,
  vantage: Pick<Vantage, 'workspace' | 'asOf' | 'knownAt' | 'tables'>,
): Sql {
  const parameters = new Parameters();
  const where = [
    `workspace = ${parameters.text(vantage.workspace)}`,
    `kind IN ('track', 'page', 'screen')`,
    'deleted = 0',
    `time <= ${parameters.instant(vantage.asOf)}`,
    ...(vantage.knownAt === null ? [] : [`received_at <= ${parameters.instant(vantage.knownAt)}`]),
  ];
  return {
    name: 'heartbeats',
    // Without FINAL: copies of a row share its name and time, and a heartbeat stays one when its row is replaced.
    sql: [
      '-- heartbeats: first and last time of every event name',
      `SELECT name, toUnixTimestamp64Milli(min(time)) AS first, toUnixTimestamp64Milli(max(time)) AS last`,
      `FROM ${vantage.tables.events}`,
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
