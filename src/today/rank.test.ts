import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, type Circumstances, rank } from './rank.ts';
import { reasonsFor } from './words.ts';

const now = Date.UTC(2026, 4, 4, 9);
const day = 86_400_000;

function candidate(id: string, given: Partial<Candidate> = {}): Candidate {
  return {
    id,
    account: `account of ${id}`,
    opensAt: now - day,
    dueAt: now + 7 * day,
    minutes: 30,
    proactive: false,
    value: 10_000,
    score: 50,
    ...given,
  };
}

const given: Circumstances = { now, minutesLeft: 600, effect: 0.05, contacted: new Set() };
const order = (some: readonly Candidate[], circumstances = given): string[] =>
  rank(some, circumstances).map(({ candidate: { id }, part }) => `${id} ${part}`);

describe('the order of work', () => {
  it('begins with what is overdue, the oldest deadline first, whatever it is worth', () => {
    const some = [
      candidate('rich', { value: 1e9, dueAt: now + 1 }),
      candidate('late', { dueAt: now - day, value: 1 }),
      candidate('later', { dueAt: now - 2 * day, value: 1 }),
      candidate('just', { dueAt: now }),
    ];
    expect(order(some)).toEqual(['later overdue', 'late overdue', 'just overdue', 'rich week']);
  });

  it('goes by value × risk × urgency × effect for a minute', () => {
    const [first] = rank([candidate('one', { dueAt: now + 14 * day, score: 20, value: 50_000, minutes: 60 })], given);
    expect(first?.factors).toEqual({
      value: 50_000,
      valueAssumed: false,
      risk: 0.8,
      valueAtRisk: 40_000,
      urgency: 0.25,
      effect: 0.05,
      gain: 500,
      gainPerMinute: 500 / 60,
    });
    const short = candidate('short', { minutes: 20, value: 4_000 });
    const long = candidate('long', { minutes: 60, value: 10_000 });
    expect(order([long, short])).toEqual(['short week', 'long week']);
  });

  it('takes the middle value for one that nobody has told, and an even chance without a score', () => {
    const some = [candidate('a', { value: 1 }), candidate('b', { value: 100 }), candidate('c', { value: 1e6 })];
    const unknown = candidate('unknown', { value: null, score: null });
    const found = rank([...some, unknown], given).find(({ candidate: { id } }) => id === 'unknown');
    expect(found?.factors).toMatchObject({ value: 100, valueAssumed: true, risk: 0.5 });
  });

  it('fills the minutes of the week after what is overdue; what does not fit comes later', () => {
    const some = [
      candidate('late', { dueAt: now - day, minutes: 40 }),
      candidate('big', { value: 90_000, minutes: 45 }),
      candidate('small', { value: 5_000, minutes: 15 }),
    ];
    expect(order(some, { ...given, minutesLeft: 60 })).toEqual(['late overdue', 'small week', 'big later']);
    expect(order(some, { ...given, minutesLeft: 30 })).toEqual(['late overdue', 'big later', 'small later']);
  });

  it('contacts an account of ourselves once a week', () => {
    const own = { account: 'acme', proactive: true };
    const some = [
      candidate('more', { ...own, value: 9_000 }),
      candidate('less', { ...own, value: 8_000 }),
      candidate('case', { account: 'acme', value: 7_000 }),
    ];
    const ranked = rank(some, given);
    expect(ranked.map(({ candidate: { id }, part }) => `${id} ${part}`)).toEqual([
      'more week',
      'case week',
      'less later',
    ]);
    expect(ranked[2]?.waitsFor).toEqual({ id: 'more' });
    expect(order(some, { ...given, contacted: new Set(['acme']) })).toEqual(['case week', 'more later', 'less later']);
  });

  it('says why, in words and numbers', () => {
    const some = [
      candidate('late', { dueAt: now - 3 * day }),
      candidate('own', { account: 'acme', proactive: true, score: 20, dueAt: now + 2 * day }),
      candidate('other', { account: 'acme', proactive: true, value: null, score: null, dueAt: null }),
    ];
    const words = rank(some, given).map((one) => reasonsFor(one, { now, escalation: 2, labelOf: (id) => `"${id}"` }));
    expect(words).toEqual([
      ['Overdue by 3 days, escalated 2 times: what is overdue comes first, the oldest deadline before the others.'],
      [
        '8,000 at risk: 10,000 a year × 80 % (score 20).',
        'Due in 2 days: urgency 0.82.',
        'An action is assumed to take away 5 % of the risk: 328 in 30 minutes, 10.9 a minute.',
        'It fits into the 570 minutes that are left this week.',
      ],
      [
        '5,000 at risk: 10,000 a year (assumed, nobody has told it) × 50 % (its score is not known).',
        'No deadline: urgency 0.28.',
        'An action is assumed to take away 5 % of the risk: 69 in 30 minutes, 2.30 a minute.',
        'It can wait: of ourselves we contact an account once a week, and "own" comes first.',
      ],
    ]);
  });
});

const candidates = fc.uniqueArray(
  fc.record({
    id: fc.stringMatching(/^[a-z]{1,3}$/),
    account: fc.constantFrom('a', 'b', 'c', 'd'),
    opensAt: fc.integer({ min: now - 30 * day, max: now }),
    dueAt: fc.option(fc.integer({ min: now - 10 * day, max: now + 40 * day })),
    minutes: fc.integer({ min: 0, max: 180 }),
    proactive: fc.boolean(),
    value: fc.option(fc.integer({ min: 0, max: 100_000 })),
    score: fc.option(fc.integer({ min: 0, max: 100 })),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
);
const circumstances = fc.record({
  now: fc.constant(now),
  minutesLeft: fc.integer({ min: -100, max: 900 }),
  effect: fc.constantFrom(0.01, 0.05, 0.5),
  contacted: fc.subarray(['a', 'b', 'c', 'd']).map((accounts) => new Set(accounts)),
});

describe('any order of work', () => {
  it('is one of all candidates, the same however they come', () => {
    fc.assert(
      fc.property(candidates, circumstances, fc.gen(), (some, around, pick) => {
        const shuffled = pick(fc.shuffledSubarray, some, { minLength: some.length, maxLength: some.length });
        const ranked = rank(some, around);
        expect(rank(shuffled, around)).toEqual(ranked);
        expect(new Set(ranked.map(({ candidate: { id } }) => id))).toEqual(new Set(some.map(({ id }) => id)));
        expect(ranked).toHaveLength(some.length);
      }),
    );
  });

  it('never moves one back that is worth more, scores less or is due sooner', () => {
    const rise = fc.record({ value: fc.nat(50_000), score: fc.nat(50), sooner: fc.nat(20 * day) });
    fc.assert(
      fc.property(candidates, circumstances, fc.nat(), rise, (some, around, which, more) => {
        // With every value told: one that is told moves the middle one, and with it those that are not.
        const told = some.map((one) => ({ ...one, value: one.value ?? 500 }));
        const chosen = told[which % Math.max(1, told.length)];
        if (chosen === undefined) return;
        const raised = {
          ...chosen,
          value: chosen.value + more.value,
          score: chosen.score === null ? null : Math.max(0, chosen.score - more.score),
          dueAt: chosen.dueAt === null ? null : chosen.dueAt - more.sooner,
        };
        const place = (all: readonly Candidate[]): number =>
          rank(all, around).findIndex(({ candidate: { id } }) => id === chosen.id);
        expect(place(told.map((one) => (one === chosen ? raised : one)))).toBeLessThanOrEqual(place(told));
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds in the week what gains most, when everything takes the same time', () => {
    fc.assert(
      fc.property(candidates, circumstances, (some, around) => {
        const equal = some.map((one) => ({ ...one, minutes: 30, proactive: false }));
        const ranked = rank(equal, around);
        const overdue = ranked.filter(({ part }) => part === 'overdue').length;
        const room = Math.max(0, Math.floor((around.minutesLeft - 30 * overdue) / 30));
        const gains = ranked.filter(({ part }) => part !== 'overdue').map(({ factors }) => factors.gain);
        const week = ranked.filter(({ part }) => part === 'week').map(({ factors }) => factors.gain);
        expect(week).toEqual(gains.toSorted((one, other) => other - one).slice(0, room));
      }),
    );
  });
});
