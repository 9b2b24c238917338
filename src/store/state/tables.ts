import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ResolvedModel } from '../../model/resolved.ts';
import type { AccessTables, Role } from './access-tables.ts';

/**
 * The PostgreSQL tables, as Kysely types. Instants are `timestamptz` (Date in rows). Every table but `workspace`
 * starts its primary key with `workspace_id`, references `workspace` and is under row-level security
 * (`rapport.workspace` setting), so a query without the right workspace finds nothing. Those of access-tables.ts differ.
 */
export interface StateTables extends AccessTables {
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
  member: MemberTable;
  account_role: AccountRoleTable;
  member_cover: MemberCoverTable;
  pool_member: PoolMemberTable;
  journey: JourneyTable;
  occurrence: OccurrenceTable;
  occurrence_change: OccurrenceChangeTable;
  calendar_feed: CalendarFeedTable;
  stale_owner: StaleOwnerTable;
  occurrence_act: OccurrenceActTable;
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

/** Somebody of our team. One who is removed keeps the row: history names it. PK (workspace_id, id). */
export interface MemberTable {
  workspace_id: string;
  id: string;
  name: string;
  email: Generated<string>;
  region: Generated<string>;
  /** Managers get what nobody else holds; viewers get nothing. And what they may do here once they sign in. */
  role: Generated<Role>;
  /** Whoever signs in as this member; null: nobody yet. */
  user_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** IANA: where their day begins and ends. */
  timezone: Generated<string>;
  /** Minutes a week for occurrences, and how many accounts a pool may give; null: no limit. */
  weekly_minutes: Generated<number>;
  most_accounts: number | null;
  created_at: Now;
  removed_at: Instant | null;
}

/** Who holds a role for an account, and who held it. PK (workspace_id, account_id, role, from_at). */
export interface AccountRoleTable {
  workspace_id: string;
  account_id: string;
  role: string;
  from_at: Instant;
  /** Null: holds it now. */
  until_at: Instant | null;
  member_id: string;
  /** A member, 'pool', or who used the API. */
  given_by: string;
}

/** Who stands in while a member is away. PK (workspace_id, member_id, from_at). */
export interface MemberCoverTable {
  workspace_id: string;
  member_id: string;
  from_at: Instant;
  until_at: Instant;
  cover_id: string;
  /** Up to when its beginning and end have been seen to; null: neither. */
  settled_at: Instant | null;
}

/** Members among whom accounts without a holder of the role are shared. PK (workspace_id, role, member_id). */
export interface PoolMemberTable {
  workspace_id: string;
  role: string;
  member_id: string;
}

/** What was decided about an account (`moments/journey.ts`), whole. PK (workspace_id, account_id). */
export interface JourneyTable {
  workspace_id: string;
  account_id: string;
  journey: ColumnType<unknown, string, string>;
  phase: string | null;
  phase_since: Instant | null;
  model_version: number;
  decided_at: Instant;
  /** When the answer can change without an event; null: never, or being looked at. */
  next_at: Instant | null;
}

/** One row per occurrence, as it stands now. PK (workspace_id, id). */
export interface OccurrenceTable {
  workspace_id: string;
  id: string;
  account_id: string;
  moment: string;
  state: 'planned' | 'open' | 'done' | 'missed' | 'skipped' | 'cancelled';
  cause: ColumnType<unknown, string, string>;
  phase: string | null;
  segment: string;
  /** The role it was given to, or null: an automation does it. */
  role: string | null;
  owner_id: string | null;
  playbook: string | null;
  opens_at: Instant;
  opened_at: Instant | null;
  due_at: Instant | null;
  ended_at: Instant | null;
  ended_by: ColumnType<unknown, string | null, string | null>;
  escalation: Generated<number>;
  snoozed_until: Instant | null;
  minutes: number;
  model_version: number;
  changed_at: Instant;
}

/** Every change of an occurrence, with what caused it. PK (workspace_id, occurrence_id, number). */
export interface OccurrenceChangeTable {
  workspace_id: string;
  occurrence_id: string;
  number: number;
  at: Instant;
  from_state: OccurrenceTable['state'] | null;
  to_state: OccurrenceTable['state'];
  escalation: number;
  owner_id: string | null;
  /** Whose it was before this change. */
  from_owner_id: string | null;
  snoozed_until: Instant | null;
  reason: ColumnType<unknown, string | null, string | null>;
}

/** Accounts whose occurrences may belong to somebody else now. Only ever inserted and deleted. PK (workspace_id, id). */
export interface StaleOwnerTable {
  workspace_id: string;
  id: Generated<number>;
  account_id: string;
}

/** An act that was sent with an id of its sender: sent again, it changes nothing. PK (workspace_id, id). */
export interface OccurrenceActTable {
  workspace_id: string;
  id: string;
  occurrence_id: string;
  /** SHA-256 of what was asked, hex. */
  request: string;
  at: Instant;
}

/** The secret address of a member's or an account's calendar, one each; only its SHA-256 is kept, hex. PK (workspace_id, hash). */
export interface CalendarFeedTable {
  workspace_id: string;
  hash: string;
  member_id: string | null;
  account_id: string | null;
  created_at: Now;
}
