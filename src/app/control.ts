import type { Control } from '../api/control.ts';
import { notFound, Problem } from '../api/problem.ts';
import { resendDeadLetters } from '../ingest/dead-letters/dead-letters.ts';
import { setAccountDomain } from '../ingest/identity/account-domain.ts';
import { ImpossibleMerge, mergeAccounts } from '../ingest/identity/merge-accounts.ts';
import type { LoadDeps } from '../ingest/loader/batch.ts';
import { SpoolRefusal } from '../ingest/spool/refusal.ts';
import type { Spool } from '../ingest/spool/spool.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { Core } from './core.ts';
import { evaluateNow } from './evaluate-now.ts';
import { flowOf } from './flow.ts';
import { readFigures, readHealth } from './health.ts';
import { importFilesOf } from './import-files.ts';
import { indicatorOf } from './indicator.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { createMomentsControl } from './moments-control.ts';
import { loadSource, publish, republish } from './publish.ts';
import { indicatorEventsOf, whyOf } from './why.ts';
import { Standings } from './standings.ts';
import { createTeamControl } from './team-control.ts';
import { simulate } from './simulate.ts';
import { createWorkspace, listWorkspaces } from './workspaces.ts';

/** What the control needs beside the core. */
export interface ControlParts {
  readonly spool: Spool;
  readonly ingest: LoadDeps;
  /** Something was marked to be done: look at once. */
  readonly wake: () => void;
}

/** Everything that can be asked of the running Rapport, for the API and through it for the command line. */
export function createControl(core: Core, { spool, ingest, wake }: ControlParts): Control {
  const { state } = core;
  const standings = new Standings(core);
  return {
    listWorkspaces: () => listWorkspaces(state),
    createWorkspace: (request) => createWorkspace(state, request),
    listKeys: (workspace) => listKeys(state, workspace),
    createKey: (workspace, request) => createKey(state, workspace, request),
    revokeKey: (workspace, id) => revokeKey(state, workspace, id, core.clock.now()),
    checkModel: (source) => loadSource(source).diagnostics,
    publish: async (workspace, source, note) => {
      const result = await publish(core, workspace, source, note);
      wake();
      return result;
    },
    republish: async (workspace, version, note) => {
      const result = await republish(core, workspace, version, note);
      wake();
      return result;
    },
    evaluate: (workspace, request) => evaluateNow(core, workspace, request),
    flow: (workspace, request) => flowOf(core, workspace, request),
    simulate: (workspace, request) => simulate(core, workspace, request),
    why: (workspace, request) => whyOf(core, workspace, request),
    indicatorEvents: (workspace, request) => indicatorEventsOf(core, workspace, request),
    indicator: (workspace, request) => indicatorOf(core, workspace, request),
    standing: (workspace, request) => standings.of(workspace, request),
    mergeAccounts: async (workspace, request) => {
      // An unknown `into` is most likely misspelt, and a merge cannot be taken back.
      for (const id of [request.from, request.into])
        if (!(await isOrWasAccount(state, workspace, id))) throw notFound('account', id);
      const moved = await merge(ingest, workspace, request);
      wake();
      return moved;
    },
    setDomain: async (workspace, request) => {
      const moved = await setAccountDomain(ingest, { workspace, ...request });
      wake();
      return moved;
    },
    import: (workspace, request) => importFilesOf(ingest, workspace, request, wake),
    resend: (workspace, ids) => resend({ ...ingest, spool }, workspace, ids),
    onMoments: (workspace, receive) => core.feeds.onMoments(workspace, receive),
    onScores: (workspace, receive) => core.feeds.onScores(workspace, receive),
    onEvents: (workspace, receive) => core.feeds.onEvents(workspace, receive),
    team: createTeamControl(core, wake),
    moments: createMomentsControl(core, { spool, wake }),
    health: () => readHealth(core, spool),
    figures: () => readFigures(core, spool, ingest.counters),
  };
}

/** An account that was merged away is still one to finish or repeat its merge for. */
async function isOrWasAccount(state: Core['state'], workspace: string, id: string): Promise<boolean> {
  return state.within(workspace, async (db) => {
    const account = await db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst();
    if (account) return true;
    const alias = await db.selectFrom('account_alias').select('alias').where('alias', '=', id).executeTakeFirst();
    return alias !== undefined;
  });
}

async function merge(deps: LoadDeps, workspace: string, request: { from: string; into: string }): Promise<number> {
  try {
    return await mergeAccounts(deps, { workspace, ...request });
  } catch (error) {
    if (!(error instanceof ImpossibleMerge)) throw error;
    throw new Problem(409, 'Cannot be merged', `${error.message} Nothing was changed.`);
  }
}

async function resend(deps: LoadDeps & { spool: Spool }, workspace: string, ids: readonly string[]): Promise<number> {
  // Before: the spool knows no transaction, and what was asked for is worth knowing even if it broke off.
  const subject = { kind: 'workspace', id: workspace };
  await deps.state.within(workspace, (db) =>
    recordAudit(db, { workspace, action: 'dead-letters.resent', subject, change: { after: { ids } } }),
  );
  try {
    return await resendDeadLetters(deps, workspace, ids);
  } catch (error) {
    if (!(error instanceof SpoolRefusal)) throw error;
    throw new Problem(503, 'Not available right now', error.message, {}, { 'retry-after': String(error.retryAfter) });
  }
}
