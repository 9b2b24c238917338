import type { StateMigration } from './migration.ts';

const workspaceId = 'workspace_id text NOT NULL REFERENCES workspace ON DELETE CASCADE';

/** What the doors of the team and of occurrences need: roles in the workspace, marks of owners to find again, acts that came once. */
export const team: StateMigration = {
  id: 4,
  name: 'team',
  tables: ['stale_owner', 'occurrence_act'],
  // The owner of the tables is under row-level security too, so an UPDATE would find no row: the type is changed instead.
  sql: `
ALTER TABLE member ALTER COLUMN is_manager DROP DEFAULT;
ALTER TABLE member ALTER COLUMN is_manager TYPE text USING (CASE WHEN is_manager THEN 'manager' ELSE 'member' END);
ALTER TABLE member RENAME COLUMN is_manager TO role;
ALTER TABLE member ALTER COLUMN role SET DEFAULT 'member',
  ADD CHECK (role IN ('admin', 'manager', 'member', 'viewer')),
  ADD COLUMN timezone text NOT NULL DEFAULT 'UTC';
ALTER TABLE member_cover ADD COLUMN settled_at timestamptz;
CREATE TABLE stale_owner (
  ${workspaceId},
  id bigint GENERATED ALWAYS AS IDENTITY,
  account_id text NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE occurrence_act (
  ${workspaceId},
  id text NOT NULL,
  occurrence_id text NOT NULL,
  request text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, occurrence_id) REFERENCES occurrence (workspace_id, id) ON DELETE CASCADE
);
DROP INDEX occurrence_open_by_owner;
CREATE INDEX occurrence_open_by_owner ON occurrence (workspace_id, owner_id, due_at)
  INCLUDE (minutes, escalation, snoozed_until) WHERE state = 'open';
CREATE INDEX occurrence_done_by_owner ON occurrence (workspace_id, owner_id, ended_at) WHERE state = 'done';
CREATE INDEX occurrence_by_owner ON occurrence (workspace_id, owner_id, due_at);
CREATE INDEX occurrence_by_due ON occurrence (workspace_id, due_at, id);
ALTER TABLE occurrence_change ADD COLUMN from_owner_id text;
CREATE INDEX occurrence_change_by_owner ON occurrence_change (workspace_id, owner_id, at);
CREATE INDEX occurrence_change_handed_on ON occurrence_change (workspace_id, from_owner_id, at)
  WHERE from_owner_id IS DISTINCT FROM owner_id;
CREATE UNIQUE INDEX calendar_feed_of_member ON calendar_feed (workspace_id, member_id) WHERE member_id IS NOT NULL;
CREATE UNIQUE INDEX calendar_feed_of_account ON calendar_feed (workspace_id, account_id) WHERE account_id IS NOT NULL;`,
};
