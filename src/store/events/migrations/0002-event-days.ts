import { eventDaysDdl } from '../tables.ts';
import type { EventMigration } from './migration.ts';

/** First and last time of every event name per day. */
export const eventDays: EventMigration = {
  id: 2,
  name: 'event-days',
  tables: [
    {
      name: 'event_days',
      columns: eventDaysDdl,
      replacing: { version: 'version', deleted: null },
      orderBy: 'workspace, name, day, bound',
      shardBy: 'sipHash64(workspace, name)',
    },
  ],
  views: [
    {
      name: 'event_days_of_events',
      from: 'events',
      into: 'event_days',
      // Every version of a row has its name and time, so a row that moves changes nothing here.
      select: `SELECT workspace, name, day, edge.1 AS bound, edge.2 AS time, edge.3 AS version
        FROM (
          SELECT workspace, name, toDate(time - INTERVAL 1 MILLISECOND) AS day, min(time) AS earliest, max(time) AS latest
          FROM {from} WHERE deleted = 0 AND kind IN ('track', 'page', 'screen') GROUP BY workspace, name, day
        )
        ARRAY JOIN [
          ('first', earliest, toUInt64(4611686018427387904 - toUnixTimestamp64Milli(earliest))),
          ('last', latest, toUInt64(toUnixTimestamp64Milli(latest) + 4611686018427387904))
        ] AS edge`,
    },
  ],
};
