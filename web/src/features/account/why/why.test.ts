import { describe, expect, it } from 'vitest';
import { setReader } from '../../../lib/format.ts';
import { isRising, nextCut, pointsAt, raises, shareBelow } from './raise.ts';
import { domainChanges, stepsOf } from './steps.ts';
import { whyOf } from './why.testing.ts';
import { sentences } from './words.ts';

setReader({ locale: 'en', timeZone: 'UTC' });
const fallen = whyOf({ value: { seats: [10, 12] }, adoption: { use: [30, 18], days: [10, 9] } });

describe('the steps of a waterfall', () => {
  it('go from then to now without a gap, the largest change first', () => {
    const steps = stepsOf(fallen, () => false);
    expect(steps.map(({ kind, id, from, to }) => [kind, id, from, to])).toEqual([
      ['then', 'then', 50, 50],
      ['domain', 'adoption', 50, 37],
      ['domain', 'value', 37, 39],
      ['now', 'now', 39, 39],
    ]);
  });

  it('show the indicators of an open domain within its stretch', () => {
    const steps = stepsOf(fallen, (domain) => domain === 'adoption');
    expect(steps.slice(1, 4).map(({ id, from, to }) => [id, from, to])).toEqual([
      ['adoption', 50, 37],
      ['use', 50, 38],
      ['days', 38, 37],
    ]);
  });

  it('leave out what did not move, but not a domain whose parts moved against each other', () => {
    const why = whyOf({ value: { seats: [10, 10] }, adoption: { use: [30, 20], days: [10, 20], reach: [5, 5] } });
    expect(stepsOf(why, () => true).map(({ id }) => id)).toEqual(['then', 'adoption', 'use', 'days', 'now']);
  });

  it('end at the score when limits take something away', () => {
    const steps = stepsOf(whyOf({ adoption: { use: [40, 60] } }, [0, -21]), () => false);
    expect(steps.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['then', 40, 40],
      ['domain', 40, 60],
      ['limits', 60, 39],
      ['now', 39, 39],
    ]);
  });

  it('build the score up from nothing when nothing earlier is known', () => {
    const why = whyOf({ adoption: { use: [0, 30] }, value: { seats: [0, 10] } }, [0, 0], { since: null });
    const steps = stepsOf(why, () => false);
    expect(steps.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['domain', 0, 30],
      ['domain', 30, 40],
      ['now', 40, 40],
    ]);
  });

  it('name the same changes as the words', () => {
    expect(domainChanges(fallen).map(({ id, delta }) => [id, delta])).toEqual([
      ['adoption', -13],
      ['value', 2],
    ]);
  });
});

describe('why, in words', () => {
  it('says what moved it and what worked against it', () => {
    expect(sentences(fallen, 'Acme')).toEqual([
      'Acme went down by 11 since May 4, 2026, from 50 to 39 of 100, mostly through adoption −13 (“The use”).',
      'What helped: value +2 (“The seats”).',
    ]);
  });

  it('says so when nothing moved, and when there is nothing to compare with', () => {
    expect(sentences(whyOf({ adoption: { use: [40, 40] } }), 'Acme')).toEqual([
      'Acme is at 40 of 100, as on May 4, 2026.',
    ]);
    const first = whyOf({ adoption: { use: [0, 40] } }, [0, 0], { since: null });
    expect(sentences(first, 'Acme')).toEqual(['Acme is at 40 of 100. There is nothing earlier to compare with.']);
  });

  it('says what holds the score below the sum of its parts', () => {
    expect(sentences(whyOf({ adoption: { use: [60, 60] } }, [-21, -21]), 'Acme')[1]).toBe(
      'Its parts would add up to 21 more, but renewal declined holds it at 39 or below.',
    );
  });

  it('says how much is not known', () => {
    const why = whyOf({ adoption: { use: [40, 40] } });
    const thin = { ...why, evaluation: { ...why.evaluation, coverage: 0 } };
    expect(sentences(thin, 'Acme')[1]).toBe('100% of what counts is not freshly known.');
  });
});

describe('what would raise it', () => {
  const hump = [
    [0, 40],
    [0.5, 100],
    [3, 100],
    [8, 0],
  ] as const;

  it('is what has most points missing, by its weight', () => {
    const found = raises(whyOf({ adoption: { use: [0, 10], days: [0, 45] } }));
    expect(found.map(({ id, gain }) => [id, gain])).toEqual([
      ['use', 40],
      ['days', 5],
    ]);
  });

  it('reads points along a line, and keeps its ends', () => {
    expect([-1, 0, 0.25, 3, 5.5, 9].map((value) => pointsAt(hump, value))).toEqual([40, 40, 70, 100, 50, 0]);
  });

  it('names the nearest better cut on either side', () => {
    expect(nextCut(hump, 0.1)).toEqual({ value: 0.5, points: 100 });
    expect(nextCut(hump, 7)).toEqual({ value: 3, points: 100 });
    expect(nextCut(hump, 1)).toBeNull();
  });

  it('knows where a value stands among others, also when less is better', () => {
    expect(shareBelow([1, 2, 2, 3], 2, true)).toBe(0.5);
    expect(shareBelow([1, 2, 3, 4], 1, false)).toBe(0.875);
    expect(shareBelow([], 1, true)).toBeNull();
    expect([
      isRising(hump),
      isRising([
        [0, 0],
        [1, 100],
      ]),
    ]).toEqual([false, true]);
  });
});
