import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concordance } from './concordance.ts';
import { lateSpells } from './spell.testing.ts';
import { aml } from './survival-data.testing.ts';

describe('concordance', () => {
  it('equals the pairs counted by hand (R survival, tests/concordance)', () => {
    const hazards = [1, 6, 2, 7, 3, 7, 3, 8, 4, 4, 5];
    const maintained = aml.maintained.map((one, index) => ({ ...one, hazard: -(hazards[index] ?? 0) }));
    expect(concordance(maintained)).toBe((24 + 2 / 2) / (24 + 14 + 2));
  });

  it('is the naive count over all pairs, also with late entries', () => {
    const withHazards = lateSpells.chain((spells) =>
      fc
        .array(fc.integer({ min: 0, max: 4 }), { minLength: spells.length, maxLength: spells.length })
        .map((hazards) => spells.map((spell, index) => ({ ...spell, hazard: hazards[index] ?? 0 }))),
    );
    fc.assert(
      fc.property(withHazards, (subjects) => {
        const pairs = subjects
          .filter(({ event }) => event)
          .flatMap((first) =>
            subjects
              .filter(({ entry }) => entry === undefined || entry < first.exit)
              .filter(({ exit, event }) => exit > first.exit || (exit === first.exit && !event))
              .map((later) => (Math.sign(first.hazard - later.hazard) + 1) / 2),
          );
        const naive = pairs.length === 0 ? null : pairs.reduce((sum, one) => sum + one, 0) / pairs.length;
        expect(concordance(subjects)).toBe(naive);
      }),
    );
  });

  it('is not known without a pair', () => {
    expect(concordance([])).toBeNull();
    expect(
      concordance([
        { exit: 1, event: true, hazard: 1 },
        { exit: 1, event: true, hazard: 2 },
      ]),
    ).toBeNull();
    expect(
      concordance([
        { exit: 1, event: false, hazard: 1 },
        { exit: 2, event: true, hazard: 2 },
      ]),
    ).toBeNull();
  });
});
