import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logRank, type LogRank } from './log-rank.ts';
import { lateSpells, shuffled } from './spell.testing.ts';
import type { Spell } from './spell.ts';
import { aml, gehan, lung, veteranTumours } from './survival-data.testing.ts';

const printed = (test: LogRank | null): string =>
  `${test?.chiSquare.toFixed(1)} on ${test?.degreesOfFreedom}, p ${test?.p.toPrecision(1)}`;
const counts = (test: LogRank | null): string[] =>
  (test?.groups ?? []).map((one) => `${one.observed} ${one.expected.toFixed(2)}`);
const men = lung.filter(({ covariates }) => covariates[1] === 1);
const women = lung.filter(({ covariates }) => covariates[1] === 2);

describe('the log-rank test', () => {
  it('equals the printed χ² of the lung cancer, 6-MP and leukaemia studies', () => {
    expect(printed(logRank([men, women]))).toBe('10.3 on 1, p 0.001');
    expect(printed(logRank([gehan.treated, gehan.control]))).toBe('16.8 on 1, p 0.00004');
    expect(printed(logRank([aml.maintained, aml.nonmaintained]))).toBe('3.4 on 1, p 0.07');
  });

  it('equals the printed events, and what was expected (R survival, tests/doaml)', () => {
    expect(counts(logRank([aml.maintained, aml.nonmaintained]))).toEqual(['7 10.69', '11 7.31']);
  });

  it('does not count a group that left before the first event (R survival, tests/difftest)', () => {
    const early = [1, 2, 2, 3, 3, 3, 4].map((exit) => ({ exit, event: false }));
    const test = logRank([early, aml.maintained, aml.nonmaintained]);
    expect(printed(test)).toBe('3.4 on 1, p 0.07');
    expect(counts(test)).toEqual(['0 0.00', '7 10.69', '11 7.31']);
  });

  it('counts late entries only after they entered', () => {
    // At 4 both of A and one of B are at risk and one of A ends; at 7 one of A and two of B, and one of B ends; at 9 one and
    // one, and A ends. Expected of A: 2/3 + 1/3 + 1/2 = 3/2, variance 2/9 + 2/9 + 1/4 = 25/36; observed 2.
    const a = [
      { exit: 4, event: true },
      { entry: 2, exit: 9, event: true },
    ];
    const b = [
      { entry: 3, exit: 7, event: true },
      { entry: 5, exit: 12, event: false },
    ];
    const test = logRank([a, b]);
    expect(test?.groups[0]?.expected).toBeCloseTo(1.5, 12);
    expect(test?.groups[1]?.expected).toBeCloseTo(1.5, 12);
    expect(test?.chiSquare).toBeCloseTo(0.5 ** 2 / (25 / 36), 12);
  });

  it('compares more than two groups with one degree of freedom less than groups', () => {
    // The veterans by tumour; statistic and p recomputed with NumPy from the formula, one group left out.
    const test = logRank(veteranTumours);
    expect(test?.chiSquare.toFixed(8)).toBe('25.40370035');
    expect(test?.degreesOfFreedom).toBe(3);
    expect(test?.p.toPrecision(6)).toBe('0.0000127125');
    expect(counts(test)).toEqual(['31 47.65', '45 30.10', '26 15.69', '26 34.55']);
  });

  it('is not known for one group, without events, and for groups that were never at risk together', () => {
    expect(logRank([])).toBeNull();
    expect(logRank([men])).toBeNull();
    expect(logRank([men, []])).toBeNull();
    expect(logRank([[{ exit: 3, event: false }], [{ exit: 4, event: false }]])).toBeNull();
    expect(logRank([[{ exit: 3, event: true }], [{ entry: 3, exit: 4, event: true }]])).toBeNull();
  });

  it('refuses a spell that cannot have been', () => {
    expect(() => logRank([men, [{ entry: 3, exit: 3, event: true }]])).toThrow('entry 3 must be before exit 3');
  });
});

describe('every log-rank test', () => {
  const groups = fc.array(lateSpells, { minLength: 2, maxLength: 4 });
  const same = (one: LogRank | null, other: LogRank | null): void => {
    expect(one?.degreesOfFreedom).toBe(other?.degreesOfFreedom);
    expect(one?.chiSquare ?? 0).toBeCloseTo(other?.chiSquare ?? 0, 8);
    expect(one?.p ?? 0).toBeCloseTo(other?.p ?? 0, 6);
  };

  it('says the same when one sample is split and the halves change their names', () => {
    fc.assert(
      fc.property(lateSpells, fc.infiniteStream(fc.boolean()), (spells, sides) => {
        const left = new Set(spells.filter(() => sides.next().value));
        const halves: [Spell[], Spell[]] = [
          spells.filter((one) => left.has(one)),
          spells.filter((one) => !left.has(one)),
        ];
        const test = logRank(halves);
        const renamed = logRank([halves[1], halves[0]]);
        same(test, renamed);
        expect(renamed?.groups.toReversed()).toEqual(test?.groups);
      }),
    );
  });

  it('expects as many events as were seen, whatever the order of spells and groups', () => {
    const both = groups.chain((some) => fc.tuple(fc.constant(some), shuffled(some.map((one) => one.toReversed()))));
    fc.assert(
      fc.property(both, ([some, other]) => {
        const test = logRank(some);
        same(test, logRank(other));
        if (test === null) return;
        const total = (what: 'observed' | 'expected'): number =>
          test.groups.reduce((sum, group) => sum + group[what], 0);
        expect(total('expected')).toBeCloseTo(total('observed'), 10);
        expect(test.p).toBeGreaterThanOrEqual(0);
        expect(test.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('finds nothing between a sample and itself', () => {
    fc.assert(
      fc.property(lateSpells, (spells) => {
        expect(logRank([spells, spells])?.p ?? 1).toBeCloseTo(1, 6);
      }),
    );
  });
});
