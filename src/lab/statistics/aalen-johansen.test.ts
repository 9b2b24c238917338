import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aalenJohansen, incidenceAt, incidenceQuantile, type CausedSpell } from './aalen-johansen.ts';
import { kaplanMeier } from './kaplan-meier.ts';
import { lateSpells, shuffled } from './spell.testing.ts';

/** The test that lifelines (MIT) checks against PROC LIFETEST of SAS. */
const tiny: CausedSpell[] = [null, 'one', 'one', 'two', 'two', null].map((cause, index) => ({
  exit: index + 1,
  cause,
}));

const caused: fc.Arbitrary<CausedSpell[]> = lateSpells.chain((spells) =>
  fc
    .array(fc.constantFrom(null, 'first value', 'churn', 'sale'), {
      minLength: spells.length,
      maxLength: spells.length,
    })
    .map((causes) => spells.map(({ entry, exit }, index) => ({ entry, exit, cause: causes[index] ?? null }))),
);

/** The naive 1 − Kaplan–Meier, with the other causes as if they were censored. */
function naive(spells: readonly CausedSpell[], cause: string): number[] {
  return kaplanMeier(spells.map((spell) => ({ ...spell, event: spell.cause === cause }))).map(
    ({ survival }) => 1 - survival,
  );
}

describe('the cumulative incidence of one cause', () => {
  it('equals the one of SAS, with its variance and its limits', () => {
    const two = aalenJohansen(tiny, 'two');
    expect(two.map(({ incidence }) => incidence.toFixed(12))).toEqual(
      [0, 0, 0, 0.2, 0.4, 0.4].map((f) => f.toFixed(12)),
    );
    expect(two.map(({ standardError }) => (standardError ** 2).toFixed(12))).toEqual(
      [0, 0, 0, 0.032, 0.048, 0.048].map((variance) => variance.toFixed(12)),
    );
    const limits = two.map(({ low, high }) => `${low?.toFixed(8)} ${high?.toFixed(8)}`);
    expect(limits.slice(3)).toEqual(['0.00836904 0.58185303', '0.05197575 0.75281579', '0.05197575 0.75281579']);
    expect(two.slice(0, 3).every(({ low, high }) => low === null && high === null)).toBe(true);
    expect(incidenceAt(aalenJohansen(tiny, 'one'), 6)).toBeCloseTo(0.4, 12);
  });

  it('is the plain share of those who reached it, where 1 − Kaplan–Meier says half', () => {
    // Eight of ten accounts churn, one of the two that are left reaches first value, the last one still waits.
    const accounts: CausedSpell[] = [1, 2, 3, 4, 5, 6, 7, 8].map((exit) => ({ exit, cause: 'churn' }));
    accounts.push({ exit: 9, cause: 'first value' }, { exit: 10, cause: null });
    expect(aalenJohansen(accounts, 'first value').at(-1)?.incidence).toBeCloseTo(1 / 10, 12);
    expect(aalenJohansen(accounts, 'churn').at(-1)?.incidence).toBeCloseTo(8 / 10, 12);
    expect(naive(accounts, 'first value').at(-1)).toBe(1 / 2);
  });

  it('is 0 for a cause that nobody had, and has no steps without spells', () => {
    expect(aalenJohansen(tiny, 'three').map(({ incidence }) => incidence)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(aalenJohansen([], 'one')).toEqual([]);
    expect(aalenJohansen([{ exit: 3, cause: null }], 'one')).toEqual([
      { time: 3, atRisk: 1, events: 0, incidence: 0, standardError: 0, eventFree: 1, low: null, high: null },
    ]);
  });

  it('is known at a time while somebody was watched, or when all had an event', () => {
    const two = aalenJohansen(tiny, 'two');
    expect([0, 3.9, 4, 5.5].map((time) => incidenceAt(two, time)?.toFixed(2))).toEqual([
      '0.00',
      '0.00',
      '0.20',
      '0.40',
    ]);
    expect(incidenceAt(two, 6.5)).toBeNull();
    expect(incidenceAt([], 1)).toBeNull();
    expect(incidenceAt(aalenJohansen([{ exit: 1, cause: 'one' }], 'two'), 9)).toBe(0);
  });

  it('reaches a share at a time with limits, or never', () => {
    const two = aalenJohansen(tiny, 'two');
    expect(incidenceQuantile(two, 0.3)).toEqual({ time: 5, low: 4, high: null });
    expect(incidenceQuantile(two, 0.5)).toEqual({ time: null, low: 4, high: null });
  });
});

describe('every cumulative incidence', () => {
  it('sums with those of the other causes and the event-free share to 1, and never exceeds 1 − Kaplan–Meier', () => {
    fc.assert(
      fc.property(caused, (spells) => {
        const curves = ['first value', 'churn', 'sale'].map((cause) => aalenJohansen(spells, cause));
        const free = kaplanMeier(spells.map((spell) => ({ ...spell, event: spell.cause !== null })));
        free.forEach(({ survival }, index) => {
          const reached = curves.reduce((sum, curve) => sum + (curve[index]?.incidence ?? NaN), 0);
          expect(survival + reached).toBeCloseTo(1, 12);
          expect(curves[0]?.[index]?.eventFree).toBe(survival);
        });
        naive(spells, 'churn').forEach((share, index) => {
          expect(curves[1]?.[index]?.incidence).toBeLessThanOrEqual(share + 1e-12);
        });
      }),
    );
  });

  it('of the only cause is 1 − Kaplan–Meier, with the same standard error', () => {
    fc.assert(
      fc.property(lateSpells, (spells) => {
        const incidence = aalenJohansen(
          spells.map((spell) => ({ ...spell, cause: spell.event ? 'it' : null })),
          'it',
        );
        kaplanMeier(spells).forEach(({ survival, standardError }, index) => {
          expect(incidence[index]?.incidence).toBeCloseTo(1 - survival, 12);
          expect(incidence[index]?.standardError).toBeCloseTo(standardError ?? 0, 7);
        });
      }),
    );
  });

  it('is the same in any order of the spells', () => {
    fc.assert(
      fc.property(
        caused.chain((some) => fc.tuple(fc.constant(some), shuffled(some))),
        ([some, other]) => {
          expect(aalenJohansen(other, 'churn')).toEqual(aalenJohansen(some, 'churn'));
        },
      ),
    );
  });

  it('has the variance of the sums written out', () => {
    fc.assert(
      fc.property(caused, (spells) => {
        const steps = aalenJohansen(spells, 'churn');
        const free = kaplanMeier(spells.map((spell) => ({ ...spell, event: spell.cause !== null })));
        steps.forEach(({ incidence, standardError }, last) => {
          const variance = steps.slice(0, last + 1).reduce((sum, { atRisk: n, events: dk, incidence: at }, i) => {
            const d = free[i]?.events ?? NaN;
            const before = free[i - 1]?.survival ?? 1;
            const rest = incidence - at;
            const general = d === n ? 0 : (rest ** 2 * d) / (n * (n - d));
            return sum + general + (before ** 2 * dk * (n - dk)) / n ** 3 - (2 * rest * before * dk) / n ** 2;
          }, 0);
          expect(standardError ** 2).toBeCloseTo(Math.max(0, variance), 12);
        });
      }),
    );
  });
});
