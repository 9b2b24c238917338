import type { Evaluated } from '../evaluate/warm/accounts.ts';
import type { State } from '../store/state/store.ts';
import type { MomentNews } from '../api/control.ts';
import type { Core } from './core.ts';
import { type MomentChange, settleMoments } from './decide-moments.ts';
import type { LiveModel } from './models.ts';
import {
  changeOf,
  decide,
  type Decided,
  isChange,
  readPrevious,
  scoreRow,
  writeAccounts,
} from './store-evaluations.ts';

/** What a transaction settled, for those who are told after it. */
export interface Settled {
  readonly evaluations: readonly Decided[];
  readonly moments: readonly MomentChange[];
}

/**
 * Decides bands and moments and writes what is newest known, within a transaction of the workspace. The whole story of a
 * tick: what was known → what is evaluated → what is decided → rows.
 */
export async function settleEvaluations(
  db: State,
  core: Core,
  workspace: string,
  model: LiveModel,
  asOf: number,
  evaluated: readonly Evaluated[],
): Promise<Settled> {
  if (evaluated.length === 0) return { evaluations: [], moments: [] };
  const accounts = evaluated.map(({ evaluation }) => evaluation.account);
  const previous = await readPrevious(db, accounts);
  const newest = evaluated
    .map((one) => ({
      evaluated: one,
      decided: decide(previous.get(one.evaluation.account) ?? null, one.evaluation, model),
    }))
    .filter(({ decided }) => (decided.previous?.evaluated_at?.getTime() ?? 0) <= asOf);
  const evaluations = newest.map(({ decided }) => decided);
  await writeAccounts(db, workspace, model.version, evaluations);
  return { evaluations, moments: await settleMoments(db, core, workspace, model, newest) };
}

/**
 * Tells subscribers, then the score history. After the commit: a crash right here costs a point of the history, which the
 * next night draws again.
 */
export function tellSettled(
  core: Core,
  workspace: string,
  model: LiveModel,
  { evaluations, moments }: Settled,
  receivedAt: (account: string) => number | undefined,
): void {
  const now = core.clock.now();
  const changes = evaluations.map((one) => changeOf(one, receivedAt(one.evaluation.account) ?? now, now));
  core.feeds.publishScores(workspace, changes);
  core.feeds.publishMoments(
    workspace,
    moments.map((one) => momentNews(one, receivedAt(one.account) ?? now, now)),
  );
  const changed = evaluations.filter((one) => isChange(one, model.version));
  core.history.add(changed.map((one) => scoreRow(workspace, model.version, false, one)));
}

/** What subscribers are told about an occurrence. */
export function momentNews(
  { account, change: { before, after }, owner }: MomentChange,
  receivedAt: number,
  now: number,
): MomentNews {
  return {
    account,
    occurrence: after.id,
    moment: after.moment,
    from: before?.state ?? null,
    state: after.state,
    dueAt: after.dueAt === null ? null : new Date(after.dueAt).toISOString(),
    escalation: after.escalation,
    owner,
    latencyMs: Math.max(0, now - receivedAt),
  };
}
