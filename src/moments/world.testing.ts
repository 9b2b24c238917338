import * as fc from 'fast-check';
import type { Moment, Phase, Trigger } from '../model/resolved-moments.ts';
import { decide } from './decide.ts';
import type { Journey, MomentModel, Observed, Occurrence, OccurrenceChange, SeenEvent } from './journey.ts';
import {
  day,
  doneOn,
  hour,
  moment,
  momentModel,
  named,
  observedAt,
  phase,
  seen,
  start,
  trait,
} from './moments.testing.ts';

/*
 * Random models, streams of events and looks. Everything happens on whole hours, so that things meet at one instant.
 */

/** A random world lasts this long. */
export const span = 50 * day;

const names = ['Deal Won', 'Case Opened', 'Meeting Held', 'Live', 'Signed In'];

const name = fc.constantFrom(...names);
const hours = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map((count) => count * hour);
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });

/** What is known of the present alone: a late look cannot see it. */
const conditions: fc.Arbitrary<Trigger> = fc
  .record({ for: hours(0, 100), within: maybe(hours(1, 100)), flag: fc.constantFrom('quiet', 'loud') })
  .map(({ flag, ...rest }): Trigger => ({ kind: 'condition', when: trait(flag), ...rest }));

const starts: fc.Arbitrary<Phase['starts']> = fc.oneof(
  name.map((one): Phase['starts'] => ({ kind: 'event', test: named(one) })),
  fc.constant<Phase['starts']>({ kind: 'known' }),
  fc.constant<Phase['starts']>({ kind: 'trait', trait: 'contract_at' }),
);

const ends: fc.Arbitrary<Phase['ends']> = fc.oneof(
  fc.constant(null),
  name.map((one): Phase['ends'] => ({ kind: 'event', test: named(one) })),
  hours(1, 600).map((after): Phase['ends'] => ({ kind: 'elapsed', after })),
  fc.integer({ min: 0, max: 4 }).map((index): Phase['ends'] => ({ kind: 'completed', moment: `m${index}` })),
);

const phases: fc.Arbitrary<readonly Phase[]> = fc
  .tuple(fc.tuple(starts, ends), fc.tuple(starts, ends), fc.boolean())
  .map(([[first, firstEnd], [second, secondEnd], after]) => [
    phase('p0', first, firstEnd),
    phase('p1', second, secondEnd),
    phase('p2', after ? { kind: 'after', phase: 'p1' } : { kind: 'after', phase: 'p0' }, null),
  ]);

const rrules = [
  'FREQ=WEEKLY',
  'FREQ=DAILY;INTERVAL=4;BYHOUR=15',
  'FREQ=MONTHLY',
  'FREQ=WEEKLY;BYDAY=SA,SU',
  'FREQ=DAILY',
];

const facts: fc.Arbitrary<Trigger> = fc.oneof(
  hours(1, 400).map((due): Trigger => ({ kind: 'milestone', due })),
  fc
    .record({
      rrule: fc.constantFrom(...rrules),
      prepare: hours(0, 200),
      from: fc.integer({ min: 0, max: 2 }),
      calendar: maybe(fc.constant('c')),
    })
    .map(({ from, ...rest }): Trigger => {
      const anchors = [
        { kind: 'phase' },
        { kind: 'trait', trait: 'contract_at' },
        { kind: 'fixed', local: '2026-03-01T10:00:00' },
      ] as const;
      return { kind: 'schedule', ...rest, from: anchors[from] ?? { kind: 'phase' } };
    }),
  fc
    .record({ test: name.map((one) => named(one)), within: maybe(hours(1, 100)), atMostOncePer: maybe(hours(1, 100)) })
    .map((one): Trigger => ({ kind: 'event', ...one })),
  fc
    .record({
      test: name.map((one) => named(one)),
      for: hours(1, 300),
      since: fc.constantFrom('phase', 'known'),
      within: maybe(hours(1, 100)),
    })
    .map((one): Trigger => ({ kind: 'absence', ...one })),
);

const momentsOf = (trigger: fc.Arbitrary<Trigger>): fc.Arbitrary<readonly Moment[]> =>
  fc
    .array(
      fc.record({
        trigger,
        phase: maybe(fc.constantFrom('p0', 'p1', 'p2')),
        done: maybe(name),
        expires: maybe(hours(1, 200)),
        escalate: fc.constantFrom(
          [],
          [
            { after: 0, to: 'manager', playbook: null },
            { after: 2 * day, to: null, playbook: 'help' },
          ],
        ),
        notWithin: maybe(fc.tuple(fc.integer({ min: 0, max: 4 }), hours(1, 200))),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((all) =>
      all.map(({ trigger: one, phase: id, done, notWithin, ...rest }, index) =>
        moment(`m${index}`, one, {
          ...rest,
          phase: one.kind === 'milestone' ? (id ?? 'p0') : id,
          done: done === null ? null : doneOn(done),
          notWithin: notWithin === null ? null : { of: [`m${notWithin[0]}`], span: notWithin[1] },
        }),
      ),
    );

const modelOf = (trigger: fc.Arbitrary<Trigger>): fc.Arbitrary<MomentModel> =>
  fc
    .record({
      moments: momentsOf(trigger),
      phases,
      policy: maybe(fc.record({ atMost: fc.integer({ min: 1, max: 2 }), per: hours(1, 200) })),
    })
    .map(({ moments: all, policy, ...rest }) =>
      momentModel(all, {
        ...rest,
        policy: policy === null ? null : { ...policy, exempt: ['m0'] },
        calendars: [
          { id: 'c', workdays: [1, 2, 3, 4, 5], holidays: ['2026-03-25'], at: { file: '', line: 1, column: 1 } },
        ],
      }),
    );

/** Events within the span, received as they happen. */
const stream: fc.Arbitrary<readonly SeenEvent[]> = fc
  .array(fc.tuple(name, fc.integer({ min: 0, max: span / hour })), { maxLength: 40 })
  .map((all) => all.map(([one, at], index) => seen(one, start + at * hour, { id: `e${index}` })));

/** Events of which some arrive up to seven days late. */
const slowStream: fc.Arbitrary<readonly SeenEvent[]> = fc
  .tuple(stream, fc.array(fc.tuple(fc.nat(39), hours(0, 7 * 24)), { maxLength: 10 }))
  .map(([events, delays]) => {
    const delay = new Map(delays);
    return events.map((event, index) => ({ ...event, receivedAt: event.time + (delay.get(index) ?? 0) }));
  });

/** Instants within the span, the end among them. */
export const instants: fc.Arbitrary<readonly number[]> = fc
  .array(fc.integer({ min: 0, max: span / hour }), { maxLength: 30 })
  .map((all) =>
    [...new Set([...all, span / hour])].toSorted((one, other) => one - other).map((at) => start + at * hour),
  );

export interface World {
  readonly model: MomentModel;
  readonly events: readonly SeenEvent[];
  /** When the two flags that conditions look at turn over. */
  readonly turns: readonly (readonly [quiet: boolean, at: number])[];
}

/** Worlds in which everything that happens keeps its time. */
export const factualWorld: fc.Arbitrary<World> = fc.record({
  model: modelOf(facts),
  events: stream,
  turns: fc.constant([]),
});

/** Worlds with conditions and late events too. */
export const anyWorld: fc.Arbitrary<World> = fc.record({
  model: modelOf(fc.oneof({ arbitrary: facts, weight: 4 }, { arbitrary: conditions, weight: 2 })),
  events: slowStream,
  turns: fc.array(
    fc.tuple(
      fc.boolean(),
      hours(0, span / hour).map((after) => start + after),
    ),
    { maxLength: 12 },
  ),
});

/** What the account looks like at an instant: events that were received by then, traits as they are then. */
export function observedIn({ events, turns }: World, now: number): Observed {
  const isOn = (quiet: boolean): boolean => turns.filter(([flag, at]) => flag === quiet && at <= now).length % 2 === 1;
  const traits = { contract_at: start + 12 * day, quiet: isOn(true), loud: isOn(false) };
  return observedAt(now, { traits, events: events.filter(({ receivedAt }) => receivedAt <= now) });
}

/** Looks at some instants; with `everyInstant` also whenever something can happen in between. */
export function live(
  one: World,
  at: readonly number[],
  everyInstant: boolean,
  begin: Journey | null = null,
): { readonly journey: Journey; readonly changes: readonly OccurrenceChange[]; readonly nextAt: number | null } {
  const arrivals = one.events.map(({ receivedAt }) => receivedAt).toSorted((a, b) => a - b);
  const end = Math.max(...at);
  const changes: OccurrenceChange[] = [];
  let journey = begin;
  let nextAt: number | null = null;
  let now = Math.min(...at);
  for (;;) {
    const decision = decide(one.model, 1, journey, observedIn(one, now));
    changes.push(...decision.changes);
    ({ journey, nextAt } = decision);
    if (now >= end) return { journey, changes, nextAt };
    const reached = now;
    const planned = everyInstant ? [nextAt ?? Infinity, ...arrivals] : [];
    now = Math.min(end, ...[...at, ...planned].filter((time) => time > reached));
  }
}

/** The last state of every occurrence that ever was, without what depends on who looked when. */
export function outcome(changes: readonly OccurrenceChange[]): ReadonlyMap<string, Occurrence> {
  const last = new Map(changes.map(({ after }) => [after.id, { ...after, openedAt: null }]));
  return new Map([...last].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
