import type { Moment } from '../../model/resolved-moments.ts';
import type { OwnerFinder } from './owners.ts';
import type { ReplayedEscalation, ReplayedOccurrence } from './replayed.ts';
import type { SimulatedChange } from './walk.ts';

/** Occurrences as they stand after all changes; each look ends with finding the owners of what it changed, as live. */
export function foldChanges(
  changes: readonly SimulatedChange[],
  moments: ReadonlyMap<string, Moment>,
  ownerOf: OwnerFinder,
): readonly ReplayedOccurrence[] {
  const found = new Map<string, ReplayedOccurrence>();
  for (const [at, look] of Map.groupBy(changes, (one) => one.at)) {
    for (const [id, own] of Map.groupBy(look, ({ change }) => change.after.id)) {
      const newest = own.at(-1);
      if (newest === undefined) continue;
      const { after } = newest.change;
      const moment = moments.get(after.moment) ?? null;
      const owner = ownerOf(after, newest.region, at);
      const taken = own.flatMap(({ change: { reason, after: then } }): ReplayedEscalation[] => {
        if (reason?.kind !== 'escalation') return [];
        const to = moment?.escalate[reason.step]?.to ?? null;
        return [{ step: then.escalation, at, to, owner: owner?.member ?? null }];
      });
      const before = found.get(id);
      found.set(id, {
        ...after,
        owner: owner?.member ?? null,
        first:
          after.openedAt === at ? { owner: owner?.member ?? null, by: after.doneBy.kind } : (before?.first ?? null),
        role: owner?.role ?? null,
        minutes: moment?.minutes ?? 0,
        escalations: [...(before?.escalations ?? []), ...taken],
      });
    }
  }
  return [...found.values()];
}
