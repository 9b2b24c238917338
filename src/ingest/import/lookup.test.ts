import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileExpression } from './expression.ts';
import { type LookupColumns, readLookup } from './lookup.ts';
import { RowProblem } from './value.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapport-lookup-'));
const file = join(folder, 'visits.jsonl');
const visit = (store: number, name: string, day: number | null): string => JSON.stringify({ store, visit: name, day });
writeFileSync(
  file,
  [visit(7, 'x', 20), visit(7, 'y', null), visit(7, 'z', 9), visit(7, 'a', 20), visit(8, 'w', 1)].join('\n'),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function found(key: string, columns: Partial<LookupColumns> = {}) {
  const table = await readLookup(file, { key: ['store'], columns: ['visit', 'day'], all: [], ...columns });
  return table.rows.get(key);
}

describe('a lookup', () => {
  it('has the last row of a key', async () => {
    expect(await found('7')).toEqual(['a', 20]);
  });

  it('has all rows of a key as lists, in the order of columns, unknown last, when it says so', async () => {
    expect(await found('7', { all: ['day', 'visit'] })).toEqual([
      ['z', 'a', 'x', 'y'],
      [9, 20, 20, null],
    ]);
    expect(await found('7', { all: ['visit'] })).toEqual([
      ['a', 'x', 'y', 'z'],
      [20, 20, null, 9],
    ]);
    expect(await found('8', { all: ['day'] })).toEqual([['w'], [1]]);
  });

  it('is asked for places and by places', () => {
    const list = { kind: 'any', compute: () => ['z', 'a', 'x'], reads: ['visit'] } as const;
    const names = {
      constants: {},
      values: new Map(),
      column: () => null,
      columnNames: [],
      lookup: () => list,
      lookupNames: { visits: ['visit'] },
    };
    const cursor = { columns: [], at: 0, number: 0, values: [] };
    const evaluate = (text: string) => compileExpression(text, names).compute(cursor);
    expect(evaluate('lookups.visits.visit[1]')).toBe('a');
    expect(evaluate('lookups.visits.visit[3]')).toBeNull();
    expect(evaluate('indexOf(lookups.visits.visit, "x") + 1')).toBe(3);
    expect(evaluate('indexOf(lookups.visits.visit, "q") + 1')).toBeNull();
    expect(() => evaluate('indexOf(lookups.visits.visit[0], "q")')).toThrow(RowProblem);
  });
});
