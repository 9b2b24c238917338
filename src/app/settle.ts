import type { Evaluation } from '../evaluate/evaluation.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
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

/** Decides bands and writes what is newest known, within a transaction of the workspace. Returns what it wrote. */
export async function settleEvaluations(
  db: State,
  workspace: string,
  model: LiveModel,
  asOf: number,
  evaluations: readonly Evaluation[],
): Promise<readonly Decided[]> {
  if (evaluations.length === 0) return [];
  const previous = await readPrevious(
    db,
    evaluations.map(({ account }) => account),
  );
  const all = evaluations.map((one) => decide(previous.get(one.account) ?? null, one, model));
  const newest = all.filter((one) => (one.previous?.evaluated_at?.getTime() ?? 0) <= asOf);
  await writeAccounts(db, workspace, model.version, newest);
  return newest;
}

/**
 * Tells subscribers, then the score history. After the commit: a crash right here costs a point of the history, which the
 * next night draws again.
 */
export function tellEvaluations(
  core: Core,
  workspace: string,
  model: LiveModel,
  decided: readonly Decided[],
  receivedAt: (account: string) => number | undefined,
): void {
  const now = core.clock.now();
  const changes = decided.map((one) => changeOf(one, receivedAt(one.evaluation.account) ?? now, now));
  core.feeds.publishScores(workspace, changes);
  const changed = decided.filter((one) => isChange(one, model.version));
  core.history.add(changed.map((one) => scoreRow(workspace, model.version, false, one)));
}
