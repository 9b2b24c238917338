import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, generalisedInverse, times, type Matrix } from './matrix.ts';

const close = (actual: Matrix, expected: Matrix): void =>
  actual.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(expected[i]?.[j] ?? NaN, 6)));
const product = (a: Matrix, b: Matrix): Matrix => a.map((row) => times(b, row)); // b is symmetric in these tests

describe('the generalised inverse of a symmetric matrix', () => {
  it('is the inverse of a matrix that has one', () => {
    const { inverse, rank } = generalisedInverse([
      [4, 2],
      [2, 3],
    ]);
    expect(rank).toBe(2);
    close(inverse, [
      [3 / 8, -2 / 8],
      [-2 / 8, 4 / 8],
    ]);
  });

  it('leaves out what depends on the rest', () => {
    expect(
      generalisedInverse([
        [2, -2],
        [-2, 2],
      ]),
    ).toEqual({
      inverse: [
        [0.5, 0],
        [0, 0],
      ],
      rank: 1,
    });
    expect(
      generalisedInverse([
        [0, 0],
        [0, 5],
      ]),
    ).toEqual({
      inverse: [
        [0, 0],
        [0, 0.2],
      ],
      rank: 1,
    });
    expect(generalisedInverse([])).toEqual({ inverse: [], rank: 0 });
  });

  it('gives the matrix back: A A⁻ A = A, also for one row less than columns', () => {
    const entry = fc.integer({ min: -5, max: 5 });
    const rows = fc.array(fc.tuple(entry, entry, entry, entry), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rows, (some) => {
        const columns = [0, 1, 2, 3].map((j) => some.map((row) => row[j] ?? 0));
        const gram = columns.map((column) => columns.map((other) => dot(column, other)));
        const { inverse, rank } = generalisedInverse(gram);
        expect(rank).toBeLessThanOrEqual(Math.min(4, some.length));
        close(product(product(gram, inverse), gram), gram);
      }),
    );
  });
});
