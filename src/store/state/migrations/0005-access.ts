import type { StateMigration } from './migration.ts';

/**
 * People who sign in, how they prove who they are, where they may go, and what was done. Tokens are kept as hashes only.
 * An audit entry names its workspace without a reference: it outlives it. Null: of no workspace in particular.
 * Whatever ends or changes somebody's access is told on `rapport_access` with its commit, whoever did it.
 */
export const access: StateMigration = {
  id: 5,
  name: 'access',
  tables: ['invitation'],
  installationTables: ['auth_user', 'auth_session', 'auth_identity', 'auth_verification', 'auth_rate_limit'],
  appendOnlyTables: ['audit_entry'],
  sql: `
CREATE TABLE auth_user (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  locale text NOT NULL DEFAULT '',
  time_zone text NOT NULL DEFAULT '',
  theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE TABLE auth_session (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  ip_address text NOT NULL DEFAULT '',
  user_agent text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX auth_session_by_user ON auth_session (user_id);
CREATE INDEX auth_session_by_end ON auth_session (expires_at);
CREATE TABLE auth_identity (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES auth_user ON DELETE CASCADE,
  provider_id text NOT NULL,
  account_id text NOT NULL,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (provider_id, account_id)
);
CREATE INDEX auth_identity_by_user ON auth_identity (user_id);
CREATE TABLE auth_verification (
  id text PRIMARY KEY,
  identifier text NOT NULL UNIQUE,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE auth_rate_limit (
  key text PRIMARY KEY,
  count integer NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX auth_rate_limit_by_end ON auth_rate_limit (ends_at);
ALTER TABLE member ADD COLUMN user_id text REFERENCES auth_user ON DELETE SET NULL;
CREATE UNIQUE INDEX member_one_per_user ON member (workspace_id, user_id) WHERE user_id IS NOT NULL AND removed_at IS NULL;
CREATE INDEX member_by_user ON member (user_id) WHERE user_id IS NOT NULL;
CREATE FUNCTION tell_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('rapport_access', who) FROM unnest(ARRAY[
    CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) ->> TG_ARGV[0] END,
    CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) ->> TG_ARGV[0] END
  ]) AS who WHERE who IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_access AFTER INSERT OR DELETE OR UPDATE OF user_id, role, removed_at ON member
  FOR EACH ROW EXECUTE FUNCTION tell_access('user_id');
CREATE TRIGGER tell_access AFTER DELETE ON auth_session FOR EACH ROW EXECUTE FUNCTION tell_access('user_id');
CREATE TRIGGER tell_access AFTER UPDATE ON auth_user FOR EACH ROW EXECUTE FUNCTION tell_access('id');
CREATE TABLE invitation (
  workspace_id text NOT NULL REFERENCES workspace ON DELETE CASCADE,
  id text NOT NULL,
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL DEFAULT '',
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'member', 'viewer')),
  hash text NOT NULL UNIQUE,
  by_mail boolean NOT NULL,
  invited_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX invitation_by_email ON invitation (email);
CREATE TABLE audit_entry (
  id text PRIMARY KEY,
  workspace_id text,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  actor_class text NOT NULL CHECK (actor_class IN ('person', 'automation', 'integration', 'system')),
  actor_id text,
  actor_label text NOT NULL,
  action text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  cause text NOT NULL DEFAULT '',
  change jsonb
);
CREATE INDEX audit_entry_by_time ON audit_entry (workspace_id, at DESC, id DESC);
CREATE INDEX audit_entry_by_subject ON audit_entry (workspace_id, subject_kind, subject_id);`,
};
