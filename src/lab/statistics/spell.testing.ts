import * as fc from 'fast-check';
import type { Spell } from './spell.ts';

/** Spells in whole units, so that times tie often; all watched from the start, some only until 0. */
export const spells: fc.Arbitrary<Spell[]> = fc.array(
  fc.record({ exit: fc.integer({ min: 0, max: 12 }), event: fc.boolean() }),
  { maxLength: 40 },
);

/** Spells of which some were already running when watching began. */
export const lateSpells: fc.Arbitrary<Spell[]> = fc.array(
  fc
    .record({
      entry: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
      length: fc.integer({ min: 1, max: 8 }),
      event: fc.boolean(),
    })
    .map(({ entry, length, event }) => ({ entry, exit: (entry ?? 0) + length, event })),
  { maxLength: 40 },
);

/** Another order of the same things. */
export function shuffled<T>(things: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...things], { minLength: things.length });
}
