import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from './decide.ts';
import { eventLog, firstFrom, latestUpTo } from './event-log.ts';
import type { Journey, Observed, SeenEvent } from './journey.ts';
import { start } from './moments.testing.ts';
import { eventsNeeded, type NeededEvents } from './needs.ts';
import { anyWorld, instants, observedIn } from './world.testing.ts';

function read({ events }: Observed, needs: readonly NeededEvents[]): readonly SeenEvent[] {
  const log = eventLog(events);
  return needs.flatMap(({ test, since, andLast }) => {
    const first = firstFrom(log, test, since ?? -Infinity);
    const last = andLast ? latestUpTo(log, test, (since ?? 0) - 1) : null;
    const recent = first === null ? [] : log.matching(test).slice(log.matching(test).indexOf(first));
    return last === null ? recent : [last, ...recent];
  });
}

it('the events that are asked for decide the same as all of them', () => {
  fc.assert(
    fc.property(anyWorld, instants, (world, at) => {
      let journey: Journey | null = null;
      for (const now of at) {
        const observed = observedIn(world, now);
        const events = read(observed, eventsNeeded(world.model, journey, start));
        const decision = decide(world.model, 1, journey, observed);
        expect(decide(world.model, 1, journey, { ...observed, events })).toEqual(decision);
        ({ journey } = decision);
      }
    }),
    { numRuns: 300 },
  );
});
