import { lifecycleQuery } from '../compile/queries/account-events.ts';
import { type EventTuple, rawEvent } from '../evaluate/warm/read.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { eventLog, latestUpTo } from '../moments/event-log.ts';
import { seenEvent } from '../moments/observe.ts';
import type { Core } from './core.ts';

/** The outcome that says that an account was lost. */
const loss = 'churned';

/** Reads when accounts were lost, by the outcome `churned` of the model: the last time up to an instant. */
export function lossesReader(
  core: Core,
  workspace: string,
  model: ResolvedModel,
  until: number,
): (accounts: readonly string[]) => Promise<ReadonlyMap<string, number>> {
  const outcome = model.outcomes.find(({ id }) => id === loss);
  if (outcome === undefined) return async () => new Map();
  const test = { events: [outcome.on], where: outcome.where };
  return async (accounts) => {
    const needs = accounts.map((account) => ({ account, name: outcome.on, since: 0, andLast: false }));
    const { recent } = lifecycleQuery(workspace, core.events.table('events'), needs);
    const found = await core.events.query({
      ...recent,
      row: (raw) => ({ account: String(raw['account']), event: rawEvent(raw['event'] as EventTuple) }),
    });
    const lost = new Map<string, number>();
    for (const [account, own] of Map.groupBy(found, (one) => one.account)) {
      const log = eventLog(own.flatMap(({ event }) => seenEvent(model, event)));
      const last = latestUpTo(log, test, until);
      if (last !== null) lost.set(account, last.time);
    }
    return lost;
  };
}
