import type { StateMigration } from './migration.ts';

const workspaceId = 'workspace_id text NOT NULL REFERENCES workspace ON DELETE CASCADE';
const states = `('planned', 'open', 'done', 'missed', 'skipped', 'cancelled')`;

/** The team with its roles, and what was decided about accounts: journeys, occurrences and their history. */
export const moments: StateMigration = {
  id: 3,
  name: 'moments',
  tables: [
    'member',
    'account_role',
    'member_cover',
    'pool_member',
    'journey',
    'occurrence',
    'occurrence_change',
    'calendar_feed',
  ],
  sql: `
CREATE TABLE member (
  ${workspaceId},
  id text NOT NULL,
  name text NOT NULL,
  email text NOT NULL DEFAULT '',
  region text NOT NULL DEFAULT '',
  is_manager boolean NOT NULL DEFAULT false,
  weekly_minutes integer NOT NULL DEFAULT 1800 CHECK (weekly_minutes >= 0),
  most_accounts integer CHECK (most_accounts >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE account_role (
  ${workspaceId},
  account_id text NOT NULL,
  role text NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  member_id text NOT NULL,
  given_by text NOT NULL,
  PRIMARY KEY (workspace_id, account_id, role, from_at),
  FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX account_role_one_holder ON account_role (workspace_id, account_id, role) WHERE until_at IS NULL;
CREATE INDEX account_role_by_member ON account_role (workspace_id, member_id) WHERE until_at IS NULL;
CREATE TABLE member_cover (
  ${workspaceId},
  member_id text NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL CHECK (until_at > from_at),
  cover_id text NOT NULL CHECK (cover_id <> member_id),
  PRIMARY KEY (workspace_id, member_id, from_at),
  FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, cover_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE pool_member (
  ${workspaceId},
  role text NOT NULL,
  member_id text NOT NULL,
  PRIMARY KEY (workspace_id, role, member_id),
  FOREIGN KEY (workspace_id, member_id) REFERENCES member (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE journey (
  ${workspaceId},
  account_id text NOT NULL,
  journey jsonb NOT NULL,
  phase text,
  phase_since timestamptz,
  model_version integer NOT NULL,
  decided_at timestamptz NOT NULL,
  next_at timestamptz,
  PRIMARY KEY (workspace_id, account_id)
) WITH (fillfactor = 60);
CREATE INDEX journey_by_next ON journey (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE occurrence (
  ${workspaceId},
  id text NOT NULL,
  account_id text NOT NULL,
  moment text NOT NULL,
  state text NOT NULL CHECK (state IN ${states}),
  cause jsonb NOT NULL,
  phase text,
  segment text NOT NULL,
  role text,
  owner_id text,
  playbook text,
  opens_at timestamptz NOT NULL,
  opened_at timestamptz,
  due_at timestamptz,
  ended_at timestamptz,
  ended_by jsonb,
  escalation integer NOT NULL DEFAULT 0,
  snoozed_until timestamptz,
  minutes integer NOT NULL,
  model_version integer NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 80);
CREATE INDEX occurrence_by_account ON occurrence (workspace_id, account_id, opens_at);
CREATE INDEX occurrence_open_by_owner ON occurrence (workspace_id, owner_id, due_at) WHERE state = 'open';
CREATE INDEX occurrence_by_moment ON occurrence (workspace_id, moment, state);
CREATE TABLE occurrence_change (
  ${workspaceId},
  occurrence_id text NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL,
  from_state text,
  to_state text NOT NULL,
  escalation integer NOT NULL,
  owner_id text,
  snoozed_until timestamptz,
  reason jsonb,
  PRIMARY KEY (workspace_id, occurrence_id, number),
  FOREIGN KEY (workspace_id, occurrence_id) REFERENCES occurrence (workspace_id, id) ON DELETE CASCADE
);
CREATE TABLE calendar_feed (
  ${workspaceId},
  hash text NOT NULL UNIQUE,
  member_id text,
  account_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, hash)
);`,
};
