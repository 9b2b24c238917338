import { deadLettersDdl, eventIdsDdl, eventsDdl, scoresDdl, traitsDdl } from '../tables.ts';
import type { EventMigration } from './migration.ts';

/** Events with their ids, traits, dead letters, scores and cohorts. */
export const firstTables: EventMigration = {
  id: 1,
  name: 'first-tables',
  tables: [
    {
      name: 'events',
      columns: eventsDdl,
      replacing: { version: 'version', deleted: 'deleted' },
      orderBy: 'workspace, account, day, time, id',
      settings: { index_granularity: 1024 },
    },
    {
      name: 'event_ids',
      columns: eventIdsDdl,
      replacing: { version: null, deleted: null },
      orderBy: 'workspace, hash, segment',
      settings: { index_granularity: 256 },
      shardBy: 'sipHash64(workspace, hash)',
    },
    {
      name: 'traits',
      columns: traitsDdl,
      replacing: { version: 'version', deleted: 'deleted' },
      orderBy: 'workspace, kind, id, trait, time, message',
      shardBy: 'sipHash64(workspace, id)', // an account's traits lie with its events
    },
    {
      name: 'dead_letters',
      columns: deadLettersDdl,
      replacing: { version: 'version', deleted: null },
      orderBy: 'workspace, received_at, id',
      shardBy: 'sipHash64(workspace, id)',
    },
    {
      name: 'scores',
      columns: scoresDdl,
      replacing: { version: 'version', deleted: null },
      orderBy: 'workspace, account, as_of, model_version',
    },
  ],
  views: [
    {
      name: 'event_ids_of_events',
      from: 'events',
      into: 'event_ids',
      // Version 0 is an event's first row; later versions re-attribute or remove it, they bring no new id.
      select: 'SELECT workspace, reinterpretAsUInt128(sipHash128(id)) AS hash, segment FROM {from} WHERE version = 0',
    },
  ],
};
