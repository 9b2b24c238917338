import { Parameters, type Sql } from '../parameters.ts';

/** Rows `name`, `first`: when each event name came first, over all accounts. */
export function firstArrivalsQuery(workspace: string, table: string): Sql {
  const parameters = new Parameters();
  const sql = `SELECT toString(name) AS name, toUnixTimestamp64Milli(min(received_at)) AS first
FROM ${table}
WHERE workspace = ${parameters.text(workspace)} AND kind IN ('track', 'page', 'screen') AND deleted = 0
GROUP BY name`;
  return { name: 'first-arrivals', sql, params: parameters.values };
}

/**
 * When the newest event known of a name was older than `longerThan`: rows `name`, `from` and `until` (the arrivals between
 * which nothing newer was known, to the minute), and `last`, the time of that newest event.
 */
export function sourceGapsQuery(workspace: string, table: string, names: readonly string[], longerThan: number): Sql {
  const parameters = new Parameters();
  const sql = `SELECT toString(name) AS name, toUnixTimestamp64Milli(arrived) AS from, toUnixTimestamp64Milli(newest) AS last,
  toUnixTimestamp64Milli(next) AS until
FROM (
  SELECT name, arrived, max(latest) OVER (PARTITION BY name ORDER BY arrived) AS newest,
    leadInFrame(arrived, 1, toDateTime64('2299-12-31 00:00:00', 3, 'UTC'))
      OVER (PARTITION BY name ORDER BY arrived ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next
  FROM (
    SELECT name, min(received_at) AS arrived, max(time) AS latest FROM ${table}
    WHERE workspace = ${parameters.text(workspace)} AND name IN ${parameters.texts(names)}
      AND kind IN ('track', 'page', 'screen') AND deleted = 0
    GROUP BY name, toStartOfMinute(received_at)
  )
)
WHERE toUnixTimestamp64Milli(next) - toUnixTimestamp64Milli(newest) > ${parameters.milliseconds(longerThan)}
ORDER BY name, arrived`;
  return { name: 'source-gaps', sql, params: parameters.values };
}
