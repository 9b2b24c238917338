import { sql } from 'kysely';
import { dropRetired, rollDays } from '../evaluate/rollup.ts';
import type { Core } from './core.ts';
import { today } from './days.ts';

/** Account-days per transaction of marks. */
const batchSize = 5_000;
/** The running day is read from raw events; it is rolled up now and then so that midnight has little to do. */
const restMinutes = 15;

interface Mark {
  readonly account: string;
  readonly day: string;
  /** As text, to the microsecond: a mark made meanwhile must be told apart. */
  readonly mark: string;
}

/**
 * Rolls up the finished days of these accounts (null: of all) whose rollup row is out of date, so that an evaluation
 * after it reads the truth. Costs one indexed look-up when there is nothing to do.
 */
export async function refreshDays(core: Core, workspace: string, accounts: readonly string[] | null): Promise<void> {
  const before = today(core.clock.now());
  for (;;) {
    const first = await findMarks(core, workspace, { before, accounts, restMinutes: null });
    if (first.length === 0) return;
    await rollMarks(core, workspace, { before, accounts, restMinutes: null });
    if (first.length < batchSize) return;
  }
}

/**
 * Works off marks of the workspace until none is ripe; then its accounts can be evaluated again. Returns how many
 * account-days were rolled up.
 */
export async function drainStaleDays(core: Core, workspace: string): Promise<number> {
  let rolled = 0;
  for (;;) {
    const done = await rollMarks(core, workspace, { before: today(core.clock.now()), accounts: null, restMinutes });
    rolled += done;
    if (done < batchSize) return rolled;
  }
}

/** Workspaces with marks of finished days; with `resting`, also those whose running day has rested long enough. */
export async function workspacesToRoll(core: Core, { resting }: { readonly resting: boolean }): Promise<string[]> {
  const ripe = sql<boolean>`marked_at < now() - ${`${restMinutes} minutes`}::interval`;
  const rows = await core.state.everywhere((db) => {
    const finished = db
      .selectFrom('stale_day')
      .select('workspace_id')
      .distinct()
      .where('day', '<', today(core.clock.now()));
    return (
      resting ? finished.union(db.selectFrom('stale_day').select('workspace_id').where(ripe)) : finished
    ).execute();
  });
  return rows.map((row) => row.workspace_id);
}

/** Drops columns that no model in force reads; under the lock that publishing adds columns under. */
export async function dropRetiredColumns(core: Core, workspace: string): Promise<readonly string[]> {
  return core.state.exclusively(`roll:${workspace}`, async () => {
    const models = await core.models.inForce(workspace);
    return models.length === 0 ? [] : dropRetired(core.events, workspace, models);
  });
}

interface Scope {
  readonly before: string;
  readonly accounts: readonly string[] | null;
  readonly restMinutes: number | null;
}

/** Marks under the lock that `publish` takes too: whoever rolls up knows every column that must be filled. */
async function rollMarks(core: Core, workspace: string, scope: Scope): Promise<number> {
  return core.state.exclusively(`roll:${workspace}`, async () => {
    const marks = await findMarks(core, workspace, scope);
    if (marks.length === 0) return 0;
    const models = await core.models.inForce(workspace);
    if (models.length > 0) await rollDays(core.events, workspace, models, marks);
    await settle(core, workspace, marks);
    return marks.length;
  });
}

async function findMarks(
  core: Core,
  workspace: string,
  { before, accounts, restMinutes: rest }: Scope,
): Promise<Mark[]> {
  return core.state.within(workspace, async (db) => {
    let query = db
      .selectFrom('stale_day')
      .select(['account_id as account', 'day', sql<string>`marked_at::text`.as('mark')])
      .limit(batchSize);
    if (accounts !== null) query = query.where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`);
    const ripe = sql<boolean>`marked_at < now() - ${`${rest ?? 0} minutes`}::interval`;
    query =
      rest === null ? query.where('day', '<', before) : query.where((eb) => eb.or([eb('day', '<', before), ripe]));
    return query.execute();
  });
}

/** Forgets the marks that nobody has renewed meanwhile and asks for their accounts to be evaluated. */
async function settle(core: Core, workspace: string, marks: readonly Mark[]): Promise<void> {
  await core.state.within(workspace, async (db) => {
    await sql`
WITH rolled AS (
  DELETE FROM stale_day USING jsonb_to_recordset(${JSON.stringify(marks)}::jsonb) AS done (account text, day date, mark timestamptz)
  WHERE stale_day.workspace_id = ${workspace} AND account_id = done.account AND stale_day.day = done.day AND marked_at = done.mark
  RETURNING account_id, marked_at
)
INSERT INTO dirty_account AS d (workspace_id, account_id, received_at)
SELECT ${workspace}, account_id, min(marked_at) FROM rolled GROUP BY account_id ORDER BY account_id
ON CONFLICT (workspace_id, account_id) DO UPDATE SET
  marked_at = clock_timestamp(), received_at = least(d.received_at, excluded.received_at)`.execute(db);
  });
}
