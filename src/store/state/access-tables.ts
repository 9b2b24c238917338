import type { ColumnType, Generated } from 'kysely';

/** What somebody may do in a workspace, least last. */
export type Role = 'admin' | 'manager' | 'member' | 'viewer';

/**
 * Tables about who comes in and what was done. Those that begin with `auth_` are of the whole installation: only
 * `everywhere()` sees them.
 */
export interface AccessTables {
  auth_user: AuthUserTable;
  auth_session: AuthSessionTable;
  auth_identity: AuthIdentityTable;
  auth_verification: AuthVerificationTable;
  auth_rate_limit: AuthRateLimitTable;
  invitation: InvitationTable;
  audit_entry: AuditEntryTable;
}

type Instant = ColumnType<Date, Date | string, Date | string>;

/** Somebody who can sign in. PK (id). */
export interface AuthUserTable {
  id: string;
  name: string;
  email: string; // unique, small letters
  /** The address received a link that was used, or an identity provider vouches for it. */
  email_verified: Generated<boolean>;
  image: string | null;
  /** Empty: what the browser says. */
  locale: Generated<string>;
  time_zone: Generated<string>;
  theme: Generated<'system' | 'light' | 'dark'>;
  created_at: Instant;
  updated_at: Instant;
}

/** A browser that is signed in. PK (id). */
export interface AuthSessionTable {
  id: string;
  user_id: string;
  /** SHA-256 of what the cookie holds, hex. */
  token: string;
  expires_at: Instant;
  ip_address: Generated<string>;
  user_agent: Generated<string>;
  created_at: Instant;
  /** When it was last prolonged. */
  updated_at: Instant;
}

/** One way in of somebody: `credential` with a password, or an identity provider. PK (id). */
export interface AuthIdentityTable {
  id: string;
  user_id: string;
  provider_id: string;
  account_id: string;
  /** scrypt, with its salt. */
  password: string | null;
  created_at: Instant;
  updated_at: Instant;
}

/** A link that works once. PK (id), `identifier` is unique. */
export interface AuthVerificationTable {
  id: string;
  /** Purpose and SHA-256 of the link's token. */
  identifier: string;
  value: string;
  expires_at: Instant;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}

/** Attempts within a stretch of time. PK (key). */
export interface AuthRateLimitTable {
  key: string;
  count: number;
  ends_at: Instant;
}

/** Somebody who was asked to join a workspace. PK (workspace_id, id). */
export interface InvitationTable {
  workspace_id: string;
  id: string;
  email: string;
  name: Generated<string>;
  role: Role;
  /** SHA-256 of the link's token, hex. */
  hash: string;
  /** The link went to the address by mail, so using it shows that the address is theirs. */
  by_mail: boolean;
  invited_by: string;
  created_at: Instant;
  expires_at: Instant;
  accepted_at: Instant | null;
  revoked_at: Instant | null;
}

/** Who did what, when and why; rows are only ever added. PK (id). */
export interface AuditEntryTable {
  id: string;
  /** Null: of no workspace in particular, such as a sign-in with an address that nobody has. */
  workspace_id: string | null;
  at: Generated<Date>;
  actor_class: 'person' | 'automation' | 'integration' | 'system';
  actor_id: string | null;
  actor_label: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  cause: Generated<string>;
  change: ColumnType<unknown, string | null, string | null>;
}
