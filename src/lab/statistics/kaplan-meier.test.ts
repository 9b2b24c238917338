import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kaplanMeier, survivalAt, type SurvivalStep } from './kaplan-meier.ts';
import { lateSpells, shuffled, spells } from './spell.testing.ts';
import { aml, gehan, lung, ovarian } from './survival-data.testing.ts';

const fixed = (value: number | null | undefined, digits: number): string => value?.toFixed(digits) ?? 'none';
const withEvents = (steps: SurvivalStep[]): SurvivalStep[] => steps.filter(({ events }) => events > 0);

describe('the curve of Kaplan and Meier', () => {
  it('equals the printed one of the 6-MP trial (Gehan 1965)', () => {
    const steps = withEvents(kaplanMeier(gehan.treated));
    expect(steps.map(({ time, survival }) => `${time} ${fixed(survival, 3)}`).join(', ')).toBe(
      '6 0.857, 7 0.807, 10 0.753, 13 0.690, 16 0.627, 22 0.538, 23 0.448',
    );
  });

  it('equals the printed tables of the leukaemia trial with log limits (R survival, tests/doaml)', () => {
    const print = ({ time, atRisk, events, survival, standardError, low, high }: SurvivalStep): string =>
      `${time} ${atRisk} ${events} ${fixed(survival, 4)} ${fixed(standardError, 4)} ${fixed(low, 4)} ${fixed(high, 3)}`;
    expect(withEvents(kaplanMeier(aml.nonmaintained, { scale: 'log' })).map(print)).toEqual([
      '5 12 2 0.8333 0.1076 0.6470 1.000',
      '8 10 2 0.6667 0.1361 0.4468 0.995',
      '12 8 1 0.5833 0.1423 0.3616 0.941',
      '23 6 1 0.4861 0.1481 0.2675 0.883',
      '27 5 1 0.3889 0.1470 0.1854 0.816',
      '30 4 1 0.2917 0.1387 0.1148 0.741',
      '33 3 1 0.1944 0.1219 0.0569 0.664',
      '43 2 1 0.0972 0.0919 0.0153 0.620',
      '45 1 1 0.0000 none none none',
    ]);
    const maintained = withEvents(kaplanMeier(aml.maintained, { scale: 'log' }));
    expect(maintained.map(({ survival }) => fixed(survival, 3)).join(' ')).toBe(
      '0.909 0.818 0.716 0.614 0.491 0.368 0.184',
    );
    expect(maintained.map(({ low }) => fixed(low, 4)).join(' ')).toBe(
      '0.7541 0.6192 0.4884 0.3769 0.2549 0.1549 0.0359',
    );
    expect(maintained.map(({ high }) => fixed(high, 3)).join(' ')).toBe('1.000 1.000 1.000 0.999 0.946 0.875 0.944');
  });

  it('has a step also where a watch ended without the event (R survival, tests/ovarian)', () => {
    const steps = kaplanMeier(ovarian, { scale: 'log' }).map(
      ({ time, atRisk, events, censored, survival, standardError }) =>
        `${time} ${atRisk} ${events} ${censored} ${fixed(survival, 3)} ${fixed(standardError, 4)}`,
    );
    expect(steps).toHaveLength(26);
    expect(steps.slice(6, 11)).toEqual([
      '365 20 1 0 0.731 0.0870',
      '377 19 0 1 0.731 0.0870',
      '421 18 0 1 0.731 0.0870',
      '431 17 1 0 0.688 0.0919',
      '448 16 0 1 0.688 0.0919',
    ]);
  });

  it('equals the printed survival of the lung cancer study at 100 and at 365 days', () => {
    const steps = kaplanMeier(lung);
    expect(steps.reduce((sum, { events }) => sum + events, 0)).toBe(165);
    expect(fixed(survivalAt(steps, 100), 3)).toBe('0.864');
    expect(fixed(survivalAt(steps, 365), 3)).toBe('0.409');
    expect(fixed(steps.findLast(({ time }) => time <= 365)?.standardError, 4)).toBe('0.0358');
  });

  it('counts late entries only after they entered', () => {
    const late = [
      { entry: 0, exit: 4, event: true },
      { entry: 0, exit: 6, event: false },
      { entry: 2, exit: 7, event: true },
      { entry: 3, exit: 9, event: true },
      { entry: 0, exit: 10, event: false },
      { entry: 5, exit: 12, event: true },
    ];
    const steps = kaplanMeier(late);
    expect([4, 7, 9, 12].map((time) => fixed(survivalAt(steps, time), 12))).toEqual(
      [0.8, 0.6, 0.4, 0].map((share) => fixed(share, 12)),
    );
    expect(steps.map(({ atRisk }) => atRisk)).toEqual([5, 5, 4, 3, 2, 1]);
  });

  it('stays at 0 once everybody watched had the event, whoever enters later', () => {
    const steps = kaplanMeier([
      { exit: 1, event: true },
      { entry: 2, exit: 3, event: true },
      { entry: 2, exit: 4, event: false },
    ]);
    expect(steps.map(({ survival, standardError }) => [survival, standardError])).toEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
  });

  it('has no steps without spells, and stays at 1 when no event was seen', () => {
    expect(kaplanMeier([])).toEqual([]);
    expect(kaplanMeier([{ exit: 2, event: false }])).toEqual([
      { time: 2, atRisk: 1, events: 0, censored: 1, survival: 1, standardError: 0, low: null, high: null },
    ]);
  });

  it('is not known after the last exit unless nobody waits any more, nor without spells', () => {
    expect(survivalAt([], 1)).toBeNull();
    const open = kaplanMeier([
      { exit: 1, event: true },
      { exit: 3, event: false },
    ]);
    expect([0.5, 1, 2, 3, 3.5].map((time) => survivalAt(open, time))).toEqual([1, 0.5, 0.5, 0.5, null]);
    expect(survivalAt(kaplanMeier([{ exit: 1, event: true }]), 9)).toBe(0);
  });
});

describe('every curve of Kaplan and Meier', () => {
  it('without censoring is the share that still waits', () => {
    fc.assert(
      fc.property(spells, (some) => {
        const all = some.map(({ exit }) => ({ exit, event: true }));
        for (const { time, survival } of kaplanMeier(all)) {
          expect(survival).toBeCloseTo(all.filter(({ exit }) => exit > time).length / all.length, 12);
        }
      }),
    );
  });

  it('is the same whether watched from the start or entered at 0', () => {
    fc.assert(
      fc.property(spells, (some) => {
        const later = some.filter(({ exit }) => exit > 0);
        expect(kaplanMeier(later.map((spell) => ({ ...spell, entry: 0 })))).toEqual(kaplanMeier(later));
      }),
    );
  });

  it('is the same in any order of the spells, falls, and lies between its limits', () => {
    fc.assert(
      fc.property(
        lateSpells.chain((some) => fc.tuple(fc.constant(some), shuffled(some))),
        ([some, other]) => {
          const steps = kaplanMeier(some);
          expect(kaplanMeier(other)).toEqual(steps);
          let before = 1;
          for (const { survival, low, high } of steps) {
            expect(survival).toBeLessThanOrEqual(before);
            if (low !== null && high !== null)
              expect(0 <= low && low <= survival && survival <= high && high <= 1).toBe(true);
            before = survival;
          }
        },
      ),
    );
  });
});
