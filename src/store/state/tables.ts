import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ResolvedModel } from '../../model/resolved.ts';

/**
 * The PostgreSQL tables, as Kysely types. Instants are `timestamptz` (Date in rows). Every table but `workspace`
 * starts its primary key with `workspace_id`, references `workspace` and is under row-level security
 * (`rapport.workspace` setting), so a query without the right workspace finds nothing.
 */
export interface StateTables {
  workspace: WorkspaceTable;
  api_key: ApiKeyTable;
  model_version: ModelVersionTable;
  account: AccountTable;
  person: PersonTable;
  person_alias: PersonAliasTable;
  membership: MembershipTable;
  account_alias: AccountAliasTable;
  account_domain: AccountDomainTable;
  dirty_account: DirtyAccountTable;
  stale_day: StaleDayTable;
  evaluation_run: EvaluationRunTable;
  import_run: ImportRunTable;
}

type Instant = ColumnType<Date, Date | string, Date | string>;
type Now = ColumnType<Date, Date | string | undefined, Date | string>;

export interface WorkspaceTable {
  id: string; // random, 'ws_…'
  slug: string; // unique
  name: string;
  /** What `events.account` holds: companies, or (B2C) persons. Follows the published model. */
  account_kind: Generated<'group' | 'person'>;
  created_at: Now;
}

export interface ApiKeyTable {
  workspace_id: string;
  id: string;
  kind: 'write' | 'read' | 'admin';
  /** SHA-256 of the key, hex; the key itself is shown once and never stored. Unique over all workspaces. */
  hash: string;
  /** First characters, to recognise it in lists. */
  prefix: string;
  name: string;
  created_at: Now;
  revoked_at: Instant | null;
}

/** PK (workspace_id, version). One row is `live` per workspace at most (partial unique index). */
export interface ModelVersionTable {
  workspace_id: string;
  version: number;
  name: string;
  yaml: string;
  resolved: JSONColumnType<ResolvedModel>;
  hash: string;
  status: 'backfilling' | 'live' | 'retired' | 'failed';
  note: string;
  created_at: Now;
  published_at: Instant | null;
}

/** The newest known about each account: what lists filter and sort by. PK (workspace_id, id). */
export interface AccountTable {
  workspace_id: string;
  id: string;
  name: Generated<string>;
  traits: ColumnType<Record<string, unknown>, string | undefined, string>;
  first_seen_at: Instant;
  last_seen_at: Instant;
  parent_id: string | null;
  /** Rises with every change of the events or traits stored under the account, in the transaction that marks it. */
  revision: Generated<number>;
  /** The rest is null until the first evaluation. */
  model_version: number | null;
  evaluated_at: Instant | null;
  segment: string | null;
  audiences: Generated<string[]>;
  score: number | null;
  band: 'engaged' | 'neutral' | 'disengaged' | 'unknown' | null;
  band_since: Instant | null;
  /** A band that the score has asked for since `pending_since`, not long enough to switch. */
  pending_band: 'engaged' | 'neutral' | 'disengaged' | 'unknown' | null;
  pending_since: Instant | null;
  coverage: number | null;
  domains: ColumnType<Record<string, number> | null, string | null, string | null>;
}

/** PK (workspace_id, id). */
export interface PersonTable {
  workspace_id: string;
  id: string;
  traits: ColumnType<Record<string, unknown>, string | undefined, string>;
  first_seen_at: Instant;
  last_seen_at: Instant;
}

/** anonymousId or former userId → person. PK (workspace_id, alias). */
export interface PersonAliasTable {
  workspace_id: string;
  alias: string;
  person_id: string;
  linked_at: Instant;
}

/** A person joined an account at a time. PK (workspace_id, person_id, joined_at). */
export interface MembershipTable {
  workspace_id: string;
  person_id: string;
  account_id: string;
  joined_at: Instant;
}

/** A merged or renamed account: events sent for `alias` belong to `account_id`. PK (workspace_id, alias). */
export interface AccountAliasTable {
  workspace_id: string;
  alias: string;
  account_id: string;
  linked_at: Instant;
}

/** E-mail domain → account, for persons that no group call has placed. PK (workspace_id, domain). */
export interface AccountDomainTable {
  workspace_id: string;
  domain: string;
  account_id: string;
}

/** Accounts whose answer may have changed. PK (workspace_id, account_id). A claim sets `claimed_*`; done deletes the row if `marked_at` is unchanged. */
export interface DirtyAccountTable {
  workspace_id: string;
  account_id: string;
  marked_at: Now;
  /** When the oldest acknowledged event behind the mark was received: the latency shown is from here. */
  received_at: Instant;
  claimed_by: string | null;
  claimed_until: Instant | null;
}

/** Account-days whose rollup row no longer equals their events. PK (workspace_id, account_id, day). */
export interface StaleDayTable {
  workspace_id: string;
  account_id: string;
  day: ColumnType<string, string, string>; // 'YYYY-MM-DD', see store/events/tables.ts for what a day is
  marked_at: Now;
}

/** Nightly evaluations: one row per workspace and midnight; its insert is the claim. PK (workspace_id, as_of). */
export interface EvaluationRunTable {
  workspace_id: string;
  as_of: Instant;
  model_version: number;
  claimed_by: string;
  claimed_until: Instant;
  finished_at: Instant | null;
  accounts: number | null;
}

/** A file being imported. PK (workspace_id, file_hash, mapping_hash). */
export interface ImportRunTable {
  workspace_id: string;
  file_hash: string;
  mapping_hash: string;
  file: string;
  rows_done: number;
  finished_at: Instant | null;
}
