import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Act, applyAct, type Refusal } from './act.ts';
import { decide } from './decide.ts';
import { hasEnded, type Journey, type Occurrence } from './journey.ts';
import { day, happened, hour, looks, moment, momentModel, named, start, story } from './moments.testing.ts';
import { anyWorld, instants, observedIn } from './world.testing.ts';

const onCase = moment(
  'case',
  { kind: 'event', test: named('Case Opened'), within: day, atMostOncePer: null },
  { expires: 2 * day },
);
const model = momentModel([onCase]);
const one = happened(['Case Opened', 1]);
const { journey } = looks(model, [{ now: start + 1.5 * day, rest: one }]);
const id = journey.occurrences[0]?.id ?? '';
const now = start + 1.5 * day;
const ada = { occurrence: id, member: 'ada', note: 'met them' };

describe('an act', () => {
  it.each<readonly [string, Act, Partial<Occurrence>]>([
    [
      'completes',
      { ...ada, kind: 'complete' },
      { state: 'done', endedAt: now, endedBy: { kind: 'person', member: 'ada', note: 'met them' } },
    ],
    [
      'skips with a reason',
      { ...ada, kind: 'skip' },
      { state: 'skipped', endedAt: now, endedBy: { kind: 'person', member: 'ada', note: 'met them' } },
    ],
    [
      'puts off',
      { ...ada, kind: 'snooze', until: now + day },
      { state: 'open', snoozedUntil: now + day, touched: true },
    ],
    ['hands over', { ...ada, kind: 'assign', to: 'bob' }, { state: 'open', assignedTo: 'bob', touched: true }],
  ])('%s', (_, act, expected) => {
    const result = applyAct(model, journey, act, now);
    expect(result).toMatchObject({ kind: 'applied', journey: { occurrences: [expected] } });
    const change = { before: journey.occurrences[0], after: expected, reason: { kind: 'person', member: 'ada' } };
    expect(result).toMatchObject({ changes: [change] });
  });

  it.each<readonly [string, Act, Refusal]>([
    ['on nothing', { ...ada, occurrence: 'other', kind: 'complete' }, 'unknownOccurrence'],
    ['skipping without a reason', { ...ada, note: ' ', kind: 'skip' }, 'reasonMissing'],
    ['putting off until now', { ...ada, kind: 'snooze', until: now }, 'notLater'],
    ['opening again what is open', { ...ada, kind: 'reopen' }, 'notEnded'],
  ])('is refused: %s', (_, act, refusal) => {
    expect(applyAct(model, journey, act, now)).toMatchObject({ kind: 'refused', refusal });
  });

  it.each(['complete', 'skip', 'snooze', 'assign'] as const)('is refused on what has ended: %s', (kind) => {
    const ended = looks(model, [{ now: start + 9 * day, rest: one }]).journey;
    const act = { ...ada, kind, until: start + 20 * day, to: 'bob' } as Act;
    expect(applyAct(model, ended, act, start + 9 * day)).toMatchObject({ refusal: 'alreadyEnded' });
    expect(applyAct(momentModel([]), ended, { ...ada, kind: 'reopen' }, start + 9 * day)).toMatchObject({
      refusal: 'unknownMoment',
    });
  });

  it('opens again what was missed, skipped or done', () => {
    for (const kind of ['complete', 'skip'] as const) {
      const scenes = [
        [1.5, { rest: one, act: { kind, moment: 'case' } }],
        [2, { rest: one, act: { kind: 'reopen', moment: 'case' } }],
        [30, { rest: one }],
      ] as const;
      expect(story(model, ...scenes)).toEqual(['case open d1, due d2']);
    }
  });

  it('ends a snooze in time, and tells so', () => {
    const put = applyAct(model, journey, { ...ada, kind: 'snooze', until: start + 2.5 * day }, now);
    if (put.kind === 'refused') throw new Error(put.message);
    const { last } = looks(model, [{ now: start + 2 * day, rest: one }], put.journey);
    expect([last.changes, last.nextAt]).toEqual([[], start + 2.5 * day]);
    const { changes } = looks(model, [{ now: start + 2.5 * day, rest: one }], last.journey);
    expect(changes).toMatchObject([{ after: { snoozedUntil: null, state: 'open' }, reason: { kind: 'snooze' } }]);
  });
});

const acts = fc.array(
  fc.record({
    kind: fc.constantFrom('complete', 'skip', 'snooze', 'assign', 'reopen'),
    which: fc.nat(20),
    later: fc.integer({ min: 1, max: 300 }),
  }),
  { maxLength: 20 },
);

function done(before: Journey, drawn: { kind: string; which: number; later: number }, at: number): Act {
  const occurrence = before.occurrences[drawn.which % Math.max(before.occurrences.length, 1)]?.id ?? '';
  const rest = { until: at + drawn.later * hour, to: `member ${drawn.which}` };
  return { occurrence, member: 'ada', note: 'so', kind: drawn.kind, ...rest } as Act;
}

it('what a person did is never overwritten', () => {
  fc.assert(
    fc.property(anyWorld, instants, acts, (world, at, drawn) => {
      let present: Journey | null = null;
      const by = new Map<string, Occurrence>();
      for (const [index, time] of at.entries()) {
        const decision = decide(world.model, 1, present, observedIn(world, time));
        present = decision.journey;
        for (const { after, reason } of decision.changes) {
          const kept = by.get(after.id);
          if (kept === undefined) continue;
          expect(hasEnded(kept)).toBe(false);
          expect(after.assignedTo).toBe(kept.assignedTo);
          expect(after.reopenedAt).toBe(kept.reopenedAt);
          if (kept.assignedTo !== null && kept.openedAt !== null) expect(after.doneBy).toEqual(kept.doneBy);
          const woken = reason?.kind === 'snooze' && (kept.snoozedUntil ?? Infinity) <= time;
          if (!hasEnded(after) && !woken) expect(after.snoozedUntil).toBe(kept.snoozedUntil);
          expect(['phase', 'segment', 'schedule']).not.toContain(hasEnded(after) ? reason?.kind : '');
          by.set(after.id, after);
          if (hasEnded(after)) by.delete(after.id);
        }
        const next = drawn[index];
        const acted = next === undefined ? null : applyAct(world.model, present, done(present, next, time), time);
        if (acted?.kind !== 'applied') continue;
        present = acted.journey;
        for (const { after } of acted.changes) by.set(after.id, after);
      }
    }),
    { numRuns: 300 },
  );
});
