import { sql } from 'kysely';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Core } from './core.ts';
import { Loop } from './loop.ts';
import type { LiveModel } from './models.ts';
import { refreshDays } from './rollups.ts';
import {
  changeOf,
  decide,
  type Decided,
  isChange,
  readPrevious,
  scoreRow,
  writeAccounts,
} from './store-evaluations.ts';

/** Accounts per claim. Their evaluation keeps this process from answering anybody else, 0.4 ms for each of them. */
const claimSize = 250;
/** Claims at a time in one process: while one waits for the engines, the other computes. */
const lanes = 2;
/** A process that dies with a claim gives it back after this long. */
const claimSeconds = 30;
const pollMs = 1_000;
const wakeChannel = 'rapport_dirty';

/** A claimed account. */
interface Claim {
  readonly workspace: string;
  readonly account: string;
  /** `marked_at` as text, to the microsecond: an event that comes in meanwhile must be told apart. */
  readonly mark: string;
  readonly receivedAt: number;
}

/** Evaluates accounts as soon as something about them has changed. Several processes share the work by claims. */
export interface LiveLoop {
  /** Something was marked: look at once. */
  wake(): void;
  /** Ends after what it is at. */
  close(): Promise<void>;
}

/** Starts the loop. */
export async function startLive(core: Core): Promise<LiveLoop> {
  const loops = Array.from({ length: lanes }, (_, lane) => {
    return new Loop(`live ${lane + 1}`, core.log, pollMs, async () => {
      const done = await evaluateDirty(core);
      if (done >= claimSize) await core.state.notify(wakeChannel, core.process); // others can help
      return done >= claimSize;
    });
  });
  const wake = (): void => loops.forEach((loop) => loop.wake());
  const stop = await core.state.listen(wakeChannel, (from) => {
    if (from !== core.process) wake();
  });
  return {
    wake,
    close: async () => {
      await stop();
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

/** Claims some dirty accounts and evaluates them; returns how many were claimed. */
export async function evaluateDirty(core: Core): Promise<number> {
  const claims = await claim(core);
  for (const [workspace, own] of Map.groupBy(claims, (one) => one.workspace)) {
    try {
      await evaluateClaims(core, workspace, own);
    } catch (error) {
      await release(core, workspace, own).catch(() => {}); // else they expire
      throw error;
    }
  }
  return claims.length;
}

async function claim(core: Core): Promise<Claim[]> {
  return core.state.everywhere(async (db) => {
    const { rows } = await sql<{ workspace: string; account: string; mark: string; received_at: Date }>`
UPDATE dirty_account AS d SET claimed_by = ${core.process}, claimed_until = now() + ${`${claimSeconds} seconds`}::interval
FROM (
  SELECT workspace_id, account_id FROM dirty_account
  WHERE claimed_until IS NULL OR claimed_until < now()
  ORDER BY marked_at LIMIT ${claimSize} FOR UPDATE SKIP LOCKED
) AS free
WHERE d.workspace_id = free.workspace_id AND d.account_id = free.account_id
RETURNING d.workspace_id AS workspace, d.account_id AS account, d.marked_at::text AS mark, d.received_at`.execute(db);
    return rows.map(({ workspace, account, mark, received_at }) => ({
      workspace,
      account,
      mark,
      receivedAt: received_at.getTime(),
    }));
  });
}

async function evaluateClaims(core: Core, workspace: string, claims: readonly Claim[]): Promise<void> {
  const model = await core.models.live(workspace);
  if (!model) {
    await core.state.within(workspace, (db) => settle(db, workspace, core.process, claims)); // publishing marks everybody
    return;
  }
  const accounts = claims.map(({ account }) => account);
  await refreshDays(core, workspace, accounts);
  const asOf = core.clock.now();
  const evaluations = await evaluate(core.events, {
    compiled: model.compiled,
    workspace,
    asOf,
    accounts,
    source: 'rollup',
    accountKind: model.accountKind,
    memory: core.memory,
  });
  const decided = await core.state.within(workspace, async (db) => {
    const previous = await readPrevious(db, accounts);
    const all = evaluations.map((one) => decide(previous.get(one.account) ?? null, one, model));
    const newest = all.filter((one) => (one.previous?.evaluated_at?.getTime() ?? 0) <= asOf);
    await writeAccounts(db, workspace, model.version, newest);
    await settle(db, workspace, core.process, claims);
    return newest;
  });
  announce(core, workspace, claims, decided);
  remember(core, workspace, model, decided);
}

function announce(core: Core, workspace: string, claims: readonly Claim[], decided: readonly Decided[]): void {
  const received = new Map(claims.map(({ account, receivedAt }) => [account, receivedAt]));
  const now = core.clock.now();
  const changes = decided.map((one) => changeOf(one, received.get(one.evaluation.account) ?? now, now));
  core.feeds.publishScores(workspace, changes);
}

/** After the answer is out: a crash right here costs a point of the history, which the next night draws again. */
function remember(core: Core, workspace: string, model: LiveModel, decided: readonly Decided[]): void {
  const changed = decided.filter((one) => isChange(one, model.version));
  core.history.add(changed.map((one) => scoreRow(workspace, model.version, false, one)));
}

/** Forgets what is done; what was marked again meanwhile is free for the next claim. */
async function settle(
  db: Parameters<typeof readPrevious>[0],
  workspace: string,
  process: string,
  claims: readonly Claim[],
): Promise<void> {
  await sql`
DELETE FROM dirty_account AS d USING jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) AS done (account text, mark timestamptz)
WHERE d.workspace_id = ${workspace} AND d.account_id = done.account AND d.marked_at = done.mark`.execute(db);
  await freed(db, workspace, process, claims);
}

async function release(core: Core, workspace: string, claims: readonly Claim[]): Promise<void> {
  await core.state.within(workspace, (db) => freed(db, workspace, core.process, claims));
}

async function freed(
  db: Parameters<typeof readPrevious>[0],
  workspace: string,
  process: string,
  claims: readonly Claim[],
): Promise<void> {
  await sql`
UPDATE dirty_account SET claimed_by = NULL, claimed_until = NULL
WHERE workspace_id = ${workspace} AND claimed_by = ${process} AND account_id = ANY(${claims.map(({ account }) => account)}::text[])`.execute(
    db,
  );
}
