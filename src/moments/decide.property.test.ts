import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { causeKey } from './identity.ts';
import { hasEnded, type Journey } from './journey.ts';
import { hour, moment, momentModel, named, seen, start } from './moments.testing.ts';
import { anyWorld, factualWorld, instants, live, observedIn, outcome, span, type World } from './world.testing.ts';

const runs = { numRuns: 300 };

/** A world, looks at it, and what was decided by the last but one of them. */
const past = fc.tuple(anyWorld, instants).map(([one, at]) => {
  const before = at.slice(0, -1);
  const journey = before.length === 0 ? null : live(one, before, false).journey;
  return {
    one,
    journey,
    now: before.length === 0 ? (at[0] ?? start) : Math.min((before.at(-1) ?? start) + 3 * hour, start + span),
  };
});

describe('deciding', () => {
  it('late says the same as deciding at every instant', () => {
    fc.assert(
      fc.property(factualWorld, instants, (one, at) => {
        const late = live(one, at, false);
        const punctual = live(one, at, true);
        expect(late.journey.entered).toEqual(punctual.journey.entered);
        expect([...outcome(late.changes)]).toEqual([...outcome(punctual.changes)]);
        expect(late.nextAt).toBe(punctual.nextAt);
      }),
      runs,
    );
  });

  it('again changes nothing', () => {
    fc.assert(
      fc.property(past, ({ one, journey, now }) => {
        const observed = observedIn(one, now);
        const first = decide(one.model, 1, journey, observed);
        const second = decide(one.model, 1, first.journey, observed);
        expect(second).toEqual({ ...first, changes: [], phaseChange: null });
      }),
      runs,
    );
  });

  it('does not depend on the order of events, nor on how often one is there', () => {
    fc.assert(
      fc.property(past, fc.infiniteStream(fc.nat()), ({ one, journey, now }, numbers) => {
        const observed = observedIn(one, now);
        const rank = new Map(observed.events.map((event) => [event, numbers.next().value]));
        const shuffled = observed.events.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
        const events = [...shuffled, ...observed.events.slice(0, 5)];
        expect(decide(one.model, 1, journey, { ...observed, events })).toEqual(decide(one.model, 1, journey, observed));
      }),
      runs,
    );
  });

  it('names the next instant at which it can say something else', () => {
    fc.assert(
      fc.property(past, fc.double({ min: 0, max: 1, noNaN: true }), ({ one, journey, now }, part) => {
        const observed = observedIn(one, now);
        const at = (time: number) => ({ ...observed, now: time, scope: { ...observed.scope, now: time } });
        const { journey: decided, nextAt } = decide(one.model, 1, journey, observed);
        const end = nextAt ?? now + span;
        const before = decide(one.model, 1, decided, at(Math.floor(now + part * (end - now - 1))));
        expect(before.changes).toEqual([]);
        expect(before.phaseChange).toBeNull();
        expect(before.journey.conditions).toEqual(decided.conditions);
        expect(before.nextAt).toBe(nextAt);
        if (nextAt === null) return;
        expect(nextAt).toBeGreaterThan(now);
        const then = decide(one.model, 1, decided, at(nextAt));
        expect(then.changes.length > 0 || then.phaseChange !== null || then.nextAt !== nextAt).toBe(true);
      }),
      runs,
    );
  });

  it('goes on the same way after the journey was stored', () => {
    fc.assert(
      fc.property(past, ({ one, journey, now }) => {
        const stored = JSON.parse(JSON.stringify(journey)) as Journey | null;
        expect(stored).toEqual(journey);
        const observed = observedIn(one, now);
        expect(decide(one.model, 1, stored, observed)).toEqual(decide(one.model, 1, journey, observed));
      }),
      runs,
    );
  });

  it('gives one id to one cause, whatever the version of the model', () => {
    fc.assert(
      fc.property(anyWorld, instants, (one, at) => {
        const { changes } = live(one, at, false);
        const ids = new Map(
          changes.map(({ after }) => [after.id, `${after.moment} ${causeKey(after.cause).join(' ')}`]),
        );
        expect(new Set(ids.values()).size).toBe(ids.size);
        const now = Math.max(...at);
        const [first, second] = [1, 2].map((version) => decide(one.model, version, null, observedIn(one, now)));
        expect(second?.journey.occurrences.map(({ id }) => id)).toEqual(first?.journey.occurrences.map(({ id }) => id));
      }),
      runs,
    );
  });

  it('never changes what has ended, unless a date comes back or a late event shows that it was done in time', () => {
    fc.assert(
      fc.property(anyWorld, instants, (one, at) => {
        const known = new Set<string>();
        for (const { before, after, reason } of live(one, at, false).changes) {
          expect(known.has(after.id)).toBe(before !== null);
          known.add(after.id);
          if (before === null || !hasEnded(before)) continue;
          expect(['cancelled by schedule', 'missed by event']).toContain(`${before.state} by ${reason?.kind}`);
        }
      }),
      runs,
    );
  });
});

describe('an event that arrives late', () => {
  it('opens its occurrence once when it comes within seven days', () => {
    const delayed = fc.tuple(fc.integer({ min: 0, max: span / hour }), fc.integer({ min: 0, max: 10 * 24 }));
    fc.assert(
      fc.property(fc.array(delayed, { maxLength: 30 }), instants, (arrivals, at) => {
        const events = arrivals.map(([time, delay], index) =>
          seen('Case Opened', start + time * hour, { id: `e${index}`, receivedAt: start + (time + delay) * hour }),
        );
        const trigger = { kind: 'event', test: named('Case Opened'), within: null, atMostOncePer: null } as const;
        const one: World = { model: momentModel([moment('case', trigger)]), events, turns: [] };
        const { changes } = live(one, [start, ...at], false);
        const expected = events.filter(
          ({ time, receivedAt }) => receivedAt <= start + span && receivedAt - time <= 7 * 24 * hour,
        );
        const answered = changes.map(({ after }) => (after.cause.kind === 'event' ? after.cause.event : after.id));
        expect(answered.toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      }),
      runs,
    );
  });
});
