import { type LifecycleNeed, lifecycleQuery } from '../compile/queries/account-events.ts';
import type { ReceivedEvent } from '../evaluate/in-process/raw-event.ts';
import { type EventTuple, rawEvent, type ReadLifecycle } from '../evaluate/warm/read.ts';
import { eventsNeeded } from '../moments/needs.ts';
import type { Journey } from '../moments/journey.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Core } from './core.ts';
import { readJourneys } from './journeys.ts';
import type { LiveModel } from './models.ts';
import { watchedSince } from './watched-since.ts';

/** Reads the older events that the next decision about an account can depend on; none when the model has no moments. */
export function lifecycleReader(core: Core, workspace: string, { compiled }: LiveModel): ReadLifecycle {
  const { model } = compiled;
  if (model.moments.length === 0) return async () => new Map();
  return async (accounts) => {
    const since = await watchedSince(core, workspace);
    const journeys = await core.state.within(workspace, (db) => readJourneys(db, accounts));
    const needs = accounts.flatMap((account) => needsOf(model, account, journeys.get(account)?.journey ?? null, since));
    if (needs.length === 0) return new Map();
    const { recent, last } = lifecycleQuery(workspace, core.events.table('events'), needs);
    const row = (raw: Record<string, unknown>) => ({
      account: String(raw['account']),
      event: rawEvent(raw['event'] as EventTuple),
    });
    const [some, others] = await Promise.all([
      core.events.query({ ...recent, row }),
      needs.some(({ andLast }) => andLast) ? core.events.query({ ...last, row }) : [],
    ]);
    const found = new Map<string, Map<string, ReceivedEvent>>();
    for (const { account, event } of [...some, ...others]) {
      const events = found.get(account) ?? new Map<string, ReceivedEvent>();
      found.set(account, events.set(event.id, event));
    }
    return new Map([...found].map(([account, events]) => [account, [...events.values()]]));
  };
}

/** By name of event the earliest instant that any test asks for: conditions on properties are looked at by deciding. */
export function needsOf(
  model: ResolvedModel,
  account: string,
  journey: Journey | null,
  since: number,
): LifecycleNeed[] {
  const byName = new Map<string, LifecycleNeed>();
  for (const need of eventsNeeded(model, journey, since)) {
    // The newest one that passes can lie behind many that do not: then all of them are read.
    const from = need.andLast && need.test.where !== null ? 0 : (need.since ?? 0);
    for (const name of need.test.events ?? ['*']) {
      const known = byName.get(name);
      byName.set(name, {
        account,
        name,
        since: Math.max(0, Math.min(known?.since ?? Infinity, from)),
        andLast: (known?.andLast ?? false) || (need.andLast && need.test.where === null),
      });
    }
  }
  return [...byName.values()];
}
