import { sql } from 'kysely';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Occurrence } from '../moments/journey.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import type { MomentChange } from './decide-moments.ts';
import { readJourneys, writeChanges } from './journeys.ts';
import { type Ownable, ownOccurrences } from './own-occurrences.ts';
import { momentNews } from './settle.ts';
import { holdTeamAlone } from './team-lock.ts';

/** Accounts per transaction: it holds their rows. */
const most = 250;

/** Whose occurrences may belong to somebody else after a change of the team. */
export type Affected =
  | { readonly kind: 'accounts'; readonly accounts: readonly string[] }
  /** What they own, what their roles bring them, and what nobody but a manager was found for. */
  | { readonly kind: 'members'; readonly members: readonly string[] }
  /** Those of moments that ask for the role and have it from elsewhere. */
  | { readonly kind: 'role'; readonly role: string; readonly model: ResolvedModel | null };

/** Marks accounts whose owners are to be found again, within the transaction that changes the team. */
export async function markOwners(db: State, workspace: string, affected: Affected): Promise<void> {
  const open = sql`SELECT account_id FROM occurrence WHERE workspace_id = ${workspace} AND state IN ('planned', 'open')`;
  const accounts = {
    accounts: () =>
      sql`SELECT unnest(${affected.kind === 'accounts' ? [...affected.accounts] : []}::text[]) AS account_id`,
    members: () => {
      const members = affected.kind === 'members' ? [...affected.members] : [];
      return sql`${open} AND (owner_id = ANY(${members}::text[]) OR (role IS NULL AND playbook IS NULL))
UNION SELECT account_id FROM account_role
WHERE workspace_id = ${workspace} AND until_at IS NULL AND member_id = ANY(${members}::text[])`;
    },
    role: () => {
      const [role, moments] = affected.kind === 'role' ? [affected.role, momentsOf(affected)] : ['', []];
      return sql`${open} AND role IS DISTINCT FROM ${role} AND moment = ANY(${moments}::text[])`;
    },
  }[affected.kind]();
  await sql`
INSERT INTO stale_owner (workspace_id, account_id)
SELECT DISTINCT ${workspace}, account_id FROM (${accounts}) AS affected`.execute(db);
}

function momentsOf({ role, model }: Extract<Affected, { kind: 'role' }>): readonly string[] {
  const asks = (model?.moments ?? []).filter(
    ({ doneBy, escalate }) =>
      escalate.some(({ to }) => to === role) ||
      Object.values(doneBy).some((doer) => doer?.kind === 'person' && doer.roles.includes(role)),
  );
  return asks.map(({ id }) => id);
}

/**
 * Finds the owners of some marked accounts again, and tells subscribers. Returns how many accounts were marked; a crash
 * leaves the marks.
 */
export async function reownMarked(core: Core, workspace: string): Promise<number> {
  const live = await core.models.live(workspace);
  const now = core.clock.now();
  const { marked, changes } = await core.state.within(workspace, async (db) => {
    const accounts = await takeMarks(db);
    if (accounts.length === 0 || live === null) return { marked: accounts.length, changes: [] };
    return { marked: accounts.length, changes: await reown(db, workspace, live.compiled.model, accounts, now) };
  });
  core.feeds.publishMoments(
    workspace,
    changes.map((one) => momentNews(one, now, core.clock.now())),
  );
  return marked;
}

async function takeMarks(db: State): Promise<readonly string[]> {
  const { rows } = await sql<{ account_id: string }>`
DELETE FROM stale_owner WHERE id = ANY(ARRAY(SELECT id FROM stale_owner ORDER BY id LIMIT ${most} FOR UPDATE))
RETURNING account_id`.execute(db);
  return [...new Set(rows.map(({ account_id }) => account_id))];
}

interface OpenRow {
  readonly id: string;
  readonly account_id: string;
  readonly owner_id: string | null;
  readonly role: string | null;
}

async function reown(
  db: State,
  workspace: string,
  model: ResolvedModel,
  accounts: readonly string[],
  now: number,
): Promise<readonly MomentChange[]> {
  const regions = await lockAccounts(db, accounts);
  const journeys = await readJourneys(db, accounts);
  const rows = await db
    .selectFrom('occurrence')
    .select(['id', 'account_id', 'owner_id', 'role'])
    .where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .where('state', 'in', ['planned', 'open'])
    .orderBy('account_id')
    .orderBy('opens_at')
    .orderBy('id')
    .execute();
  const moments = new Map(model.moments.map((moment) => [moment.id, moment]));
  const wanted = rows.flatMap((row): (Ownable & { row: OpenRow })[] => {
    const occurrence = journeys.get(row.account_id)?.journey.occurrences.find(({ id }) => id === row.id);
    if (occurrence === undefined || !needsPerson(occurrence)) return [];
    const moment = moments.get(occurrence.moment) ?? null;
    return [{ row, account: row.account_id, region: regions.get(row.account_id) ?? '', occurrence, moment }];
  });
  const owners = await ownOccurrences(db, workspace, wanted, now);
  const moved = wanted.flatMap(({ row, account, occurrence }) => {
    const owner = owners.get(row.id) ?? { member: null, role: null };
    const isSame = owner.member === row.owner_id && owner.role === row.role;
    return isSame ? [] : [{ account, occurrence, owner }];
  });
  await writeOwners(db, workspace, moved, now);
  return moved.map(({ account, occurrence, owner }) => ({
    account,
    change: { before: occurrence, after: occurrence, reason: null },
    owner: owner.member,
  }));
}

function needsPerson({ doneBy, assignedTo }: Occurrence): boolean {
  return doneBy.kind === 'person' || assignedTo !== null;
}

/** The regions of accounts, whose rows are locked until the transaction ends. */
async function lockAccounts(db: State, accounts: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('account')
    .select(['id', sql<string | null>`traits ->> 'region'`.as('region')])
    .where('id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map(({ id, region }) => [id, region ?? '']));
}

async function writeOwners(
  db: State,
  workspace: string,
  moved: readonly { readonly occurrence: Occurrence; readonly owner: { member: string | null; role: string | null } }[],
  now: number,
): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ occurrence, owner }) => ({ id: occurrence.id, ...owner }));
  await sql`
UPDATE occurrence AS o SET owner_id = d.member, role = d.role, changed_at = ${new Date(now)}::timestamptz
FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d (id text, member text, role text)
WHERE o.workspace_id = ${workspace} AND o.id = d.id`.execute(db);
  const changes = moved.map(({ occurrence, owner }) => ({
    before: occurrence,
    after: occurrence,
    reason: { kind: 'team' as const },
    owner: owner.member,
  }));
  await writeChanges(db, workspace, changes, now);
}

/** How many accounts a request waits for; the loop does the rest. */
const mostAtOnce = 4 * most;

/**
 * Changes the team in one transaction, alone, and finds the owners of what `work` marked: of small changes before it
 * returns, of large ones soon after.
 */
export async function changeTeam<Done>(
  core: Core,
  workspace: string,
  work: (db: State) => Promise<Done>,
): Promise<Done> {
  const done = await core.state.within(workspace, async (db) => {
    await holdTeamAlone(db, workspace);
    return work(db);
  });
  try {
    let owned = 0;
    for (let marked = -1; marked !== 0 && owned < mostAtOnce; owned += marked)
      marked = await reownMarked(core, workspace);
  } catch (error) {
    core.log.warn({ err: error }, 'the team is changed; the loop finds the owners'); // the marks are there
  }
  return done;
}

/**
 * Finds owners again where a cover has begun or ended, and what changes of the team have left to do. Returns how many
 * accounts there were.
 */
export async function settleOwners(core: Core): Promise<number> {
  const now = new Date(core.clock.now());
  const { covers, marks } = await core.state.everywhere(async (db) => ({
    covers: await db.selectFrom('member_cover').select('workspace_id').distinct().where(turned(now)).execute(),
    marks: await db.selectFrom('stale_owner').select('workspace_id').distinct().execute(),
  }));
  for (const { workspace_id: workspace } of covers) await turnCovers(core, workspace, now);
  let owned = 0;
  for (const workspace of new Set([...covers, ...marks].map(({ workspace_id }) => workspace_id)))
    owned += await reownMarked(core, workspace);
  return owned;
}

/**
 * Has begun or ended, and nobody has seen to it; and once more a minute later, for who was deciding by an earlier instant
 * meanwhile, or by a clock that is behind.
 */
function turned(now: Date) {
  return sql<boolean>`EXISTS (
  SELECT FROM unnest(ARRAY[from_at, from_at + interval '1 minute', until_at, until_at + interval '1 minute']) AS turn
  WHERE turn <= ${now} AND coalesce(settled_at < turn, true))`;
}

async function turnCovers(core: Core, workspace: string, now: Date): Promise<void> {
  await core.state.within(workspace, async (db) => {
    await holdTeamAlone(db, workspace);
    const covers = await db
      .updateTable('member_cover')
      .set({ settled_at: now })
      .where(turned(now))
      .returning(['member_id', 'cover_id'])
      .execute();
    const members = covers.flatMap(({ member_id, cover_id }) => [member_id, cover_id]);
    if (members.length > 0) await markOwners(db, workspace, { kind: 'members', members });
  });
}
