import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { riskTable } from './risk-table.ts';
import { lateSpells } from './spell.testing.ts';

describe('the table of those at risk', () => {
  it('counts who entered before a time and had not left before it, as a naive count does', () => {
    fc.assert(
      fc.property(lateSpells, (spells) => {
        const rows = riskTable(spells);
        expect(rows.map(({ time }) => time)).toEqual(
          [...new Set(spells.map(({ exit }) => exit))].toSorted((a, b) => a - b),
        );
        for (const { time, atRisk, ending } of rows) {
          expect(atRisk).toBe(spells.filter(({ entry, exit }) => (entry ?? -1) < time && time <= exit).length);
          expect(ending).toEqual(spells.filter(({ exit }) => exit === time));
        }
      }),
    );
  });

  it('counts a wait that ended in the instant it began among those at risk there', () => {
    const rows = riskTable([{ exit: 0 }, { exit: 0 }, { exit: 3 }]);
    expect(rows.map(({ time, atRisk }) => [time, atRisk])).toEqual([
      [0, 3],
      [3, 1],
    ]);
  });

  it('refuses a watch that cannot have been, naming its place', () => {
    const good = { entry: 1, exit: 2 };
    expect(() => riskTable([good, { exit: NaN }])).toThrow(
      'spell 1: exit must be a finite number of at least 0, not NaN',
    );
    expect(() => riskTable([{ exit: -1 }])).toThrow('not -1');
    expect(() => riskTable([{ exit: Infinity }])).toThrow('not Infinity');
    expect(() => riskTable([{ entry: NaN, exit: 1 }])).toThrow(
      'spell 0: entry must be a number of at least 0, not NaN',
    );
    expect(() => riskTable([{ entry: -1, exit: 1 }])).toThrow('not -1');
    expect(() => riskTable([{ entry: 2, exit: 2 }])).toThrow('spell 0: entry 2 must be before exit 2');
    expect(() => riskTable([{ entry: 0, exit: 0 }])).toThrow('entry 0 must be before exit 0');
  });
});
