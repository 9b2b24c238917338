import { sql } from 'kysely';
import type { Core } from './core.ts';
import { lifecycleReader } from './lifecycle.ts';
import { Loop } from './loop.ts';
import type { State } from '../store/state/store.ts';
import type { LiveVersion } from './models.ts';
import { refreshDays } from './rollups.ts';
import { settleEvaluations, tellSettled } from './settle.ts';

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
  readonly revision: number;
  /** The model that was live when the account was claimed; a later switch marks it again. */
  readonly model: LiveVersion | null;
}

interface ClaimRow {
  readonly workspace: string;
  readonly account: string;
  readonly mark: string;
  readonly received_at: Date;
  readonly revision: number | null;
  readonly version: number | null;
  readonly hash: string | null;
  readonly account_kind: 'group' | 'person';
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
    const { rows } = await sql<ClaimRow>`
UPDATE dirty_account AS d SET claimed_by = ${core.process}, claimed_until = now() + ${`${claimSeconds} seconds`}::interval
FROM (
  SELECT workspace_id, account_id FROM dirty_account
  WHERE claimed_until IS NULL OR claimed_until < now()
  ORDER BY marked_at LIMIT ${claimSize} FOR UPDATE SKIP LOCKED
) AS free
JOIN workspace AS w ON w.id = free.workspace_id
LEFT JOIN account AS a ON a.workspace_id = free.workspace_id AND a.id = free.account_id
LEFT JOIN model_version AS m ON m.workspace_id = free.workspace_id AND m.status = 'live'
WHERE d.workspace_id = free.workspace_id AND d.account_id = free.account_id
RETURNING d.workspace_id AS workspace, d.account_id AS account, d.marked_at::text AS mark, d.received_at, a.revision,
  m.version, m.hash, w.account_kind`.execute(db);
    return rows.map(claimOf);
  });
}

function claimOf({ workspace, account, mark, received_at, revision, version, hash, account_kind }: ClaimRow): Claim {
  const model = version === null || hash === null ? null : { version, hash, accountKind: account_kind };
  return { workspace, account, mark, receivedAt: received_at.getTime(), revision: revision ?? 0, model };
}

async function evaluateClaims(core: Core, workspace: string, claims: readonly Claim[]): Promise<void> {
  const version = claims[0]?.model ?? null;
  if (version === null) {
    await core.state.within(workspace, (db) => settle(db, workspace, core.process, claims)); // publishing marks everybody
    return;
  }
  const model = await core.models.known(workspace, version);
  const asOf = core.clock.now();
  const evaluated = await core.warm.evaluate(core.events, {
    compiled: model.compiled,
    workspace,
    asOf,
    revisions: new Map(claims.map(({ account, revision }) => [account, revision])),
    accountKind: model.accountKind,
    memory: core.memory,
    refresh: (missing) => refreshDays(core, workspace, missing),
    readLifecycle: lifecycleReader(core, workspace, model),
  });
  const settled = await core.state.within(workspace, async (db) => {
    const done = await settleEvaluations(db, core, workspace, model, asOf, evaluated);
    await settle(db, workspace, core.process, claims);
    return done;
  });
  const received = new Map(claims.map(({ account, receivedAt }) => [account, receivedAt]));
  tellSettled(core, workspace, model, settled, (account) => received.get(account));
}

/** Forgets what is done; what was marked again meanwhile is free for the next claim. */
async function settle(db: State, workspace: string, process: string, claims: readonly Claim[]): Promise<void> {
  await sql`
DELETE FROM dirty_account AS d USING jsonb_to_recordset(${JSON.stringify(claims.map(({ account, mark }) => ({ account, mark })))}::jsonb) AS done (account text, mark timestamptz)
WHERE d.workspace_id = ${workspace} AND d.account_id = done.account AND d.marked_at = done.mark`.execute(db);
  await freed(db, workspace, process, claims);
}

async function release(core: Core, workspace: string, claims: readonly Claim[]): Promise<void> {
  await core.state.within(workspace, (db) => freed(db, workspace, core.process, claims));
}

async function freed(db: State, workspace: string, process: string, claims: readonly Claim[]): Promise<void> {
  await sql`
UPDATE dirty_account SET claimed_by = NULL, claimed_until = NULL
WHERE workspace_id = ${workspace} AND claimed_by = ${process} AND account_id = ANY(${claims.map(({ account }) => account)}::text[])`.execute(
    db,
  );
}
