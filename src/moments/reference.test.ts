import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { day, doneOn, hour, moment, momentModel, named, phase, seen, start } from './moments.testing.ts';
import { reference } from './reference.testing.ts';
import { instants, live, outcome } from './world.testing.ts';

const names = ['Deal Won', 'Live', 'Meeting Held', 'Case Opened'];
const name = fc.constantFrom(...names);
const hours = (min: number, max: number) => fc.integer({ min, max }).map((count) => count * hour);

const plan = fc.record({
  phases: fc.constant([
    { id: 'onboarding', on: 'Deal Won' },
    { id: 'ongoing', on: 'Live' },
  ]),
  milestones: fc.array(
    fc.record({
      phase: fc.constantFrom('onboarding', 'ongoing'),
      due: hours(1, 400),
      done: name,
      expires: fc.option(hours(0, 200), { nil: null }),
    }),
    { maxLength: 3 },
  ),
  absences: fc.array(fc.record({ of: name, for: hours(1, 400) }), { maxLength: 3 }),
  events: fc.array(fc.record({ on: name, atMostOncePer: hours(1, 100) }), { maxLength: 3 }),
});

it('milestones, absences and events agree with a naive account of them', () => {
  const facts = fc.array(fc.tuple(name, fc.integer({ min: 0, max: 50 * 24 })), { maxLength: 40 });
  fc.assert(
    fc.property(plan, facts, instants, ({ phases, ...drawn }, happened, at) => {
      const events = happened.map(([one, after], index) => seen(one, start + after * hour, { id: `e${index}` }));
      const milestones = drawn.milestones.map((one, index) => ({ ...one, id: `milestone ${index}` }));
      const absences = drawn.absences.map((one, index) => ({ ...one, id: `absence ${index}` }));
      const reactions = drawn.events.map((one, index) => ({ ...one, id: `event ${index}` }));
      const model = momentModel(
        [
          ...milestones.map(({ id, due, done, ...rest }) =>
            moment(id, { kind: 'milestone', due }, { ...rest, done: doneOn(done) }),
          ),
          ...absences.map(({ id, of, for: length }) =>
            moment(id, { kind: 'absence', test: named(of), for: length, since: 'known', within: null }),
          ),
          ...reactions.map(({ id, on, atMostOncePer }) =>
            moment(id, { kind: 'event', test: named(on), within: null, atMostOncePer }),
          ),
        ],
        { phases: phases.map(({ id, on }) => phase(id, { kind: 'event', test: named(on) })) },
      );
      const { changes } = live({ model, events, turns: [] }, at, false);
      const found = Array.from(
        outcome(changes).values(),
        (one) => `${one.moment} ${one.opensAt} ${one.state} ${one.endedAt}`,
      );
      const expected = reference({ phases, milestones, absences, events: reactions }, events, start, start + 50 * day);
      expect(found.toSorted()).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
