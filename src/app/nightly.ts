import { evaluateStream } from '../evaluate/evaluate.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Core } from './core.ts';
import { dayMs, lastMidnight } from './days.ts';
import type { LiveModel } from './models.ts';
import { dropRetiredColumns, refreshDays } from './rollups.ts';
import { decide, type Decided, readPrevious, scoreRow, writeAccounts } from './store-evaluations.ts';

const claimMs = 10 * 60_000;
/** Midnights that are caught up after a long stop; older ones stay a gap in the history. */
const maxCatchUp = 35;
const blockSize = 1_000;

/** Evaluates everybody as of each midnight that has passed and is not done. Returns how many midnights it did. */
export async function runNights(core: Core): Promise<number> {
  const workspaces = await core.state.everywhere((db) =>
    db.selectFrom('workspace').select('id').orderBy('id').execute(),
  );
  let done = 0;
  for (const { id } of workspaces) {
    for (const midnight of await missedMidnights(core, id)) if (await runNight(core, id, midnight)) done += 1;
  }
  return done;
}

/** Midnights since the last one that is done, oldest first; only the newest when there was none. */
async function missedMidnights(core: Core, workspace: string): Promise<number[]> {
  const newest = lastMidnight(core.clock.now());
  const last = await core.state.within(workspace, (db) =>
    db
      .selectFrom('evaluation_run')
      .select((eb) => eb.fn.max('as_of').as('as_of'))
      .where('finished_at', 'is not', null)
      .executeTakeFirst(),
  );
  const since = last?.as_of ? new Date(last.as_of).getTime() : newest - dayMs;
  const first = Math.max(since + dayMs, newest - (maxCatchUp - 1) * dayMs);
  const midnights: number[] = [];
  for (let midnight = first; midnight <= newest; midnight += dayMs) midnights.push(midnight);
  return midnights;
}

/** Evaluates one workspace as of a midnight; false when another process does or did it, or there is no model. */
export async function runNight(core: Core, workspace: string, midnight: number): Promise<boolean> {
  const model = await core.models.live(workspace);
  if (!model || !(await claimNight(core, workspace, midnight, model.version))) return false;
  await refreshDays(core, workspace, null);
  const blocks = evaluateStream(core.events, {
    compiled: model.compiled,
    workspace,
    asOf: midnight,
    accounts: null,
    source: 'rollup',
    accountKind: model.accountKind,
  });
  let accounts = 0;
  for await (const block of inBlocks(blocks, blockSize)) {
    await storeBlock(core, workspace, model, block);
    accounts += block.length;
    await extendClaim(core, workspace, midnight);
  }
  await core.state.within(workspace, (db) =>
    db
      .updateTable('evaluation_run')
      .set({ finished_at: new Date(core.clock.now()), accounts })
      .where('as_of', '=', new Date(midnight))
      .execute(),
  );
  await dropRetiredColumns(core, workspace);
  core.log.info({ workspace, midnight: new Date(midnight).toISOString(), accounts }, 'the night is evaluated');
  return true;
}

/** The insert is the claim; one whose process is gone is taken over. */
async function claimNight(core: Core, workspace: string, midnight: number, version: number): Promise<boolean> {
  const now = core.clock.now();
  const claim = { claimed_by: core.process, claimed_until: new Date(now + claimMs), model_version: version };
  const row = await core.state.within(workspace, (db) =>
    db
      .insertInto('evaluation_run')
      .values({ workspace_id: workspace, as_of: new Date(midnight), finished_at: null, accounts: null, ...claim })
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'as_of'])
          .doUpdateSet(claim)
          .where('evaluation_run.finished_at', 'is', null)
          .where('evaluation_run.claimed_until', '<', new Date(now)),
      )
      .returning('as_of')
      .executeTakeFirst(),
  );
  return row !== undefined;
}

async function extendClaim(core: Core, workspace: string, midnight: number): Promise<void> {
  await core.state.within(workspace, (db) =>
    db
      .updateTable('evaluation_run')
      .set({ claimed_until: new Date(core.clock.now() + claimMs) })
      .where('as_of', '=', new Date(midnight))
      .where('claimed_by', '=', core.process)
      .execute(),
  );
}

async function storeBlock(
  core: Core,
  workspace: string,
  model: LiveModel,
  block: readonly Evaluation[],
): Promise<void> {
  const accounts = block.map(({ account }) => account);
  const decided = await core.state.within(workspace, async (db) => {
    const previous = await readPrevious(db, accounts);
    const all = block.map((one) => decide(previous.get(one.account) ?? null, one, model));
    await writeAccounts(db, workspace, model.version, all.filter(isNewest));
    return all;
  });
  await core.events.insert(
    'scores',
    decided.map((one) => scoreRow(workspace, model.version, true, one)),
  );
}

function isNewest({ evaluation, previous }: Decided): boolean {
  return (previous?.evaluated_at?.getTime() ?? 0) <= Date.parse(evaluation.asOf);
}

async function* inBlocks<Item>(blocks: AsyncIterable<readonly Item[]>, size: number): AsyncIterable<Item[]> {
  let waiting: Item[] = [];
  for await (const block of blocks) {
    waiting.push(...block);
    while (waiting.length >= size) yield waiting.splice(0, size);
  }
  if (waiting.length > 0) yield waiting;
}
