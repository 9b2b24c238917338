import type { StateMigration } from './migration.ts';

const workspaceId = 'workspace_id text NOT NULL REFERENCES workspace ON DELETE CASCADE';
const bands = `('engaged', 'neutral', 'disengaged', 'unknown')`;

/** Workspaces with their keys, models, accounts, persons and the marks of work to do. */
export const firstTables: StateMigration = {
  id: 1,
  name: 'first-tables',
  tables: [
    'workspace',
    'api_key',
    'model_version',
    'account',
    'person',
    'person_alias',
    'membership',
    'account_alias',
    'account_domain',
    'dirty_account',
    'stale_day',
    'evaluation_run',
    'import_run',
  ],
  sql: `
CREATE TABLE workspace (
  id text PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  account_kind text NOT NULL DEFAULT 'group' CHECK (account_kind IN ('group', 'person')),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE api_key (
  ${workspaceId},
  id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('write', 'read', 'admin')),
  hash text NOT NULL UNIQUE,
  prefix text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE model_version (
  ${workspaceId},
  version integer NOT NULL,
  name text NOT NULL,
  yaml text NOT NULL,
  resolved jsonb NOT NULL,
  hash text NOT NULL,
  status text NOT NULL CHECK (status IN ('backfilling', 'live', 'retired', 'failed')),
  note text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz,
  PRIMARY KEY (workspace_id, version)
);
CREATE UNIQUE INDEX model_version_one_live ON model_version (workspace_id) WHERE status = 'live';
CREATE TABLE account (
  ${workspaceId},
  id text NOT NULL,
  name text NOT NULL DEFAULT '',
  traits jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  parent_id text,
  model_version integer,
  evaluated_at timestamptz,
  segment text,
  audiences text[] NOT NULL DEFAULT '{}',
  score double precision,
  band text CHECK (band IN ${bands}),
  band_since timestamptz,
  pending_band text CHECK (pending_band IN ${bands}),
  pending_since timestamptz,
  coverage double precision,
  domains jsonb,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX account_by_score ON account (workspace_id, score, id);
CREATE INDEX account_by_band ON account (workspace_id, band, score);
CREATE INDEX account_by_segment ON account (workspace_id, segment, score);
CREATE INDEX account_by_audience ON account USING gin (audiences);
CREATE INDEX account_by_trait ON account USING gin (traits jsonb_path_ops);
CREATE TABLE person (
  ${workspaceId},
  id text NOT NULL,
  traits jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE person_alias (
  ${workspaceId},
  alias text NOT NULL,
  person_id text NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, alias)
);
CREATE INDEX person_alias_by_person ON person_alias (workspace_id, person_id);
CREATE TABLE membership (
  ${workspaceId},
  person_id text NOT NULL,
  account_id text NOT NULL,
  joined_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, person_id, joined_at)
);
CREATE INDEX membership_by_account ON membership (workspace_id, account_id);
CREATE TABLE account_alias (
  ${workspaceId},
  alias text NOT NULL,
  account_id text NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, alias)
);
CREATE TABLE account_domain (
  ${workspaceId},
  domain text NOT NULL,
  account_id text NOT NULL,
  PRIMARY KEY (workspace_id, domain)
);
CREATE TABLE dirty_account (
  ${workspaceId},
  account_id text NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT now(),
  received_at timestamptz NOT NULL,
  claimed_by text,
  claimed_until timestamptz,
  PRIMARY KEY (workspace_id, account_id)
);
CREATE INDEX dirty_account_by_age ON dirty_account (marked_at);
CREATE TABLE stale_day (
  ${workspaceId},
  account_id text NOT NULL,
  day date NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, account_id, day)
);
CREATE TABLE evaluation_run (
  ${workspaceId},
  as_of timestamptz NOT NULL,
  model_version integer NOT NULL,
  claimed_by text NOT NULL,
  claimed_until timestamptz NOT NULL,
  finished_at timestamptz,
  accounts integer,
  PRIMARY KEY (workspace_id, as_of)
);
CREATE TABLE import_run (
  ${workspaceId},
  file_hash text NOT NULL,
  mapping_hash text NOT NULL,
  file text NOT NULL,
  rows_done bigint NOT NULL DEFAULT 0,
  finished_at timestamptz,
  PRIMARY KEY (workspace_id, file_hash, mapping_hash)
);`,
};
