import { sql } from 'kysely';
import type { Journey, Occurrence, OccurrenceChange, Reason } from '../moments/journey.ts';
import type { Moment } from '../model/resolved-moments.ts';
import type { State } from '../store/state/store.ts';

/** A journey as it is stored. */
export interface StoredJourney {
  readonly journey: Journey;
  /** When it is to be looked at again; null: never, or it was taken for a look. */
  readonly nextAt: number | null;
}

/** What was decided before about these accounts, by account. */
export async function readJourneys(db: State, accounts: readonly string[]): Promise<Map<string, StoredJourney>> {
  const rows = await db
    .selectFrom('journey')
    .select(['account_id', 'journey', 'decided_at', 'next_at'])
    .where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .execute();
  return new Map(
    rows.map((row) => [
      row.account_id,
      {
        journey: { ...(row.journey as Journey), decidedAt: row.decided_at.getTime() },
        nextAt: row.next_at?.getTime() ?? null,
      },
    ]),
  );
}

/** A journey to be stored, and when it is to be looked at again. */
export interface DecidedJourney {
  readonly account: string;
  readonly journey: Journey;
  readonly nextAt: number | null;
}

/** How old the instant of the last look may get in the store: a later one only goes through these again. */
const staleLookMs = 3_600_000;

/**
 * Writes journeys; who writes holds the row of each account. Most looks change nothing: then nothing is written, or only
 * when it was and when the next one is.
 */
export async function writeDecided(
  db: State,
  workspace: string,
  version: number,
  decided: readonly DecidedJourney[],
  before: ReadonlyMap<string, StoredJourney>,
): Promise<void> {
  const changed: DecidedJourney[] = [];
  const looked: DecidedJourney[] = [];
  for (const one of decided) {
    const known = before.get(one.account);
    if (known === undefined || !isSame(known.journey, one.journey)) changed.push(one);
    else if (known.nextAt !== one.nextAt || one.journey.decidedAt - known.journey.decidedAt > staleLookMs)
      looked.push(one);
  }
  await writeJourneys(db, workspace, version, changed);
  await writeLooks(db, workspace, looked);
}

/** Deciding hands on every part that did not change. */
function isSame(before: Journey, after: Journey): boolean {
  return (Object.keys(after) as (keyof Journey)[]).every((key) => key === 'decidedAt' || before[key] === after[key]);
}

async function writeLooks(db: State, workspace: string, looked: readonly DecidedJourney[]): Promise<void> {
  if (looked.length === 0) return;
  const accounts = looked.map(({ account }) => account);
  const at = looked.map(({ journey }) => instant(journey.decidedAt));
  const next = looked.map(({ nextAt }) => instant(nextAt));
  await sql`
UPDATE journey AS j SET decided_at = d.decided_at, next_at = d.next_at
FROM unnest(${accounts}::text[], ${at}::timestamptz[], ${next}::timestamptz[]) AS d (account, decided_at, next_at)
WHERE j.workspace_id = ${workspace} AND j.account_id = d.account`.execute(db);
}

/** Whole journeys. */
async function writeJourneys(
  db: State,
  workspace: string,
  version: number,
  decided: readonly DecidedJourney[],
): Promise<void> {
  if (decided.length === 0) return;
  const rows = decided
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map(({ account, journey, nextAt }) => ({
      account,
      journey,
      phase: journey.phase,
      phase_since: instant(journey.phaseSince),
      decided_at: instant(journey.decidedAt),
      next_at: instant(nextAt),
    }));
  await sql`
INSERT INTO journey AS j (workspace_id, account_id, journey, phase, phase_since, model_version, decided_at, next_at)
SELECT ${workspace}, account, journey, phase, phase_since, ${version}::integer, decided_at, next_at
FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d (account text, journey jsonb, phase text,
  phase_since timestamptz, decided_at timestamptz, next_at timestamptz)
ON CONFLICT (workspace_id, account_id) DO UPDATE SET journey = excluded.journey, phase = excluded.phase,
  phase_since = excluded.phase_since, model_version = excluded.model_version, decided_at = excluded.decided_at,
  next_at = excluded.next_at`.execute(db);
}

/** An occurrence as it stands, with whom it belongs to. */
export interface OwnedOccurrence {
  readonly account: string;
  readonly occurrence: Occurrence;
  readonly moment: Pick<Moment, 'minutes'> | null;
  readonly owner: { readonly member: string; readonly role: string | null } | null;
  /** When it changed; else when it is written. */
  readonly at?: number;
}

/** Writes occurrences as they stand now. */
export async function writeOccurrences(
  db: State,
  workspace: string,
  owned: readonly OwnedOccurrence[],
  at: number,
): Promise<void> {
  if (owned.length === 0) return;
  const rows = owned.map(({ account, occurrence: one, moment, owner, at: changedAt = at }) => ({
    id: one.id,
    account,
    moment: one.moment,
    state: one.state,
    cause: one.cause,
    phase: one.phase,
    segment: one.segment,
    role: owner?.role ?? null,
    owner: owner?.member ?? null,
    playbook: one.doneBy.kind === 'automation' ? one.doneBy.playbook : null,
    opens_at: instant(one.opensAt),
    opened_at: instant(one.openedAt),
    due_at: instant(one.dueAt),
    ended_at: instant(one.endedAt),
    ended_by: one.endedBy,
    escalation: one.escalation,
    snoozed_until: instant(one.snoozedUntil),
    minutes: moment?.minutes ?? 0,
    version: one.modelVersion,
    changed_at: instant(changedAt),
  }));
  await sql`
INSERT INTO occurrence AS o (workspace_id, id, account_id, moment, state, cause, phase, segment, role, owner_id, playbook,
  opens_at, opened_at, due_at, ended_at, ended_by, escalation, snoozed_until, minutes, model_version, changed_at)
SELECT ${workspace}, id, account, moment, state, cause, phase, segment, role, owner, playbook, opens_at, opened_at, due_at,
  ended_at, ended_by, escalation, snoozed_until, minutes, version, changed_at
FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d (id text, account text, moment text, state text, cause jsonb,
  phase text, segment text, role text, owner text, playbook text, opens_at timestamptz, opened_at timestamptz,
  due_at timestamptz, ended_at timestamptz, ended_by jsonb, escalation integer, snoozed_until timestamptz,
  minutes integer, version integer, changed_at timestamptz)
ON CONFLICT (workspace_id, id) DO UPDATE SET state = excluded.state, phase = excluded.phase, segment = excluded.segment,
  role = excluded.role, owner_id = excluded.owner_id, playbook = excluded.playbook, opens_at = excluded.opens_at,
  opened_at = excluded.opened_at, due_at = excluded.due_at, ended_at = excluded.ended_at, ended_by = excluded.ended_by,
  escalation = excluded.escalation, snoozed_until = excluded.snoozed_until, minutes = excluded.minutes,
  model_version = excluded.model_version, changed_at = excluded.changed_at`.execute(db);
}

/** A change for the history, with who owned the occurrence after it. */
export interface OwnedChange extends Omit<OccurrenceChange, 'reason'> {
  /** `team`: only its owner changed, since somebody changed the team. */
  readonly reason: Reason | { readonly kind: 'team' } | null;
  readonly owner: string | null;
  /** When it happened; else when it is written. */
  readonly at?: number;
}

/** Appends to the history of the occurrences; numbers go on where they ended. */
export async function writeChanges(
  db: State,
  workspace: string,
  changes: readonly OwnedChange[],
  at: number,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ before, after, reason, owner, at: changedAt = at }, order) => ({
    id: after.id,
    order,
    from_state: before?.state ?? null,
    to_state: after.state,
    escalation: after.escalation,
    owner,
    snoozed_until: instant(after.snoozedUntil),
    reason: reason ?? after.cause,
    at: instant(changedAt),
  }));
  await sql`
INSERT INTO occurrence_change (workspace_id, occurrence_id, number, at, from_state, to_state, escalation, owner_id,
  from_owner_id, snoozed_until, reason)
SELECT ${workspace}, d.id, coalesce(last.number, 0) + row_number() OVER own, d.at, from_state, to_state,
  escalation, owner, CASE WHEN row_number() OVER own = 1 THEN last.owner_id ELSE lag(owner) OVER own END, snoozed_until, reason
FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d (id text, "order" integer, from_state text, to_state text,
  escalation integer, owner text, snoozed_until timestamptz, reason jsonb, at timestamptz)
LEFT JOIN LATERAL (
  SELECT number, owner_id FROM occurrence_change AS c WHERE c.workspace_id = ${workspace} AND c.occurrence_id = d.id
  ORDER BY number DESC LIMIT 1
) AS last ON true
WINDOW own AS (PARTITION BY d.id ORDER BY "order")`.execute(db);
}

function instant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
