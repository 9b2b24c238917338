import type { StateMigration } from './migration.ts';

/**
 * A number per account that rises with every change of what is stored about it, so that a process knows whether what it
 * remembers of an account is all there is. The first load makes it 1.
 * Room in the pages of what is updated with every event lets a new version of a row stay beside the old one, without a
 * new entry in each index: raising the revision of an account took 56 µs without.
 */
export const accountRevision: StateMigration = {
  id: 2,
  name: 'account-revision',
  tables: [],
  sql: `
ALTER TABLE account ADD COLUMN revision bigint NOT NULL DEFAULT 1;
ALTER TABLE account SET (fillfactor = 60);
ALTER TABLE person SET (fillfactor = 80);
ALTER TABLE dirty_account SET (fillfactor = 40, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
ALTER TABLE stale_day SET (fillfactor = 70);
CREATE INDEX stale_day_by_day ON stale_day (day);`,
};
