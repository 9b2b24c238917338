import type { Measure } from '../../model/resolved.ts';
import { baseMeasure } from '../base-measure.ts';
import { midnightOf } from '../columns/merge.ts';
import { matchSql } from '../columns/reduce.ts';
import { Parameters, type Sql } from '../parameters.ts';
import type { Vantage } from '../plan.ts';

/** The place in a list of events after which a page starts: newest first, ties by id. */
export interface EventPlace {
  readonly time: number;
  readonly id: string;
}

/** What of the events behind some measures is asked for. */
export interface MeasureEventsRequest {
  readonly measures: readonly Measure[];
  readonly account: string;
  /** End of the windows: T, or the heartbeat of a stale source. */
  readonly at: number;
  readonly after: EventPlace | null;
  readonly limit: number;
}

/** The events behind measures, newest first, and how many there are: exactly those that the measures are made of. */
export function measureEventsQueries(vantage: Vantage, request: MeasureEventsRequest): { page: Sql; total: Sql } {
  const from = (columns: string, page: boolean): Sql => {
    const parameters = new Parameters();
    const subject = vantage.subject === 'person' ? 'person' : 'account';
    const where = [
      `workspace = ${parameters.text(vantage.workspace)}`,
      `${subject} = ${parameters.text(request.account)}`,
      `(${request.measures.map((measure) => behindSql(measure, request.at, parameters)).join('\n    OR ') || '0'})`,
      ...(vantage.knownAt === null ? [] : [`received_at <= ${parameters.instant(vantage.knownAt)}`]),
      ...(page && request.after !== null
        ? [`(time, id) < (${parameters.instant(request.after.time)}, ${parameters.text(request.after.id)})`]
        : []),
    ];
    const order = page ? `\nORDER BY time DESC, id DESC\nLIMIT ${parameters.bind('UInt32', request.limit)}` : '';
    const sql = `SELECT ${columns}\nFROM ${vantage.tables.events} FINAL\nWHERE ${where.join('\n  AND ')}${order}`;
    return { name: page ? 'measure-events' : 'count-measure-events', sql, params: parameters.values };
  };
  const columns = 'id, toUnixTimestamp64Milli(time) AS at, kind, name, person, properties';
  return { page: from(columns, true), total: from('count() AS total', false) };
}

/** The events of one measure inside its window; a series ends at a midnight. */
function behindSql(measure: Measure, at: number, parameters: Parameters): string {
  const { aggregate } = measure;
  const end = aggregate.kind === 'series' ? midnightOf(at) : at;
  const width = aggregate.kind === 'series' ? aggregate.every * aggregate.blocks : measure.window;
  const parts = [`time <= ${parameters.instant(end)}`];
  if (width !== null) parts.push(`time > ${parameters.instant(end - width)}`);
  return `(${[...parts, matchSql(baseMeasure(measure), parameters)].join(' AND ')})`;
}
