/** A square matrix by rows. */
export type Matrix = readonly (readonly number[])[];

/** A pivot below this share of the largest is the rounding of a 0. */
const relativeTolerance = 1e-10;

/**
 * A generalised inverse of a symmetric, non-negative definite matrix and its rank, by sweeping (Goodnight 1979). A row
 * that depends on the ones before is left out and has zeros in the inverse: tests count what the data can tell apart.
 */
export function generalisedInverse(matrix: Matrix): { readonly inverse: Matrix; readonly rank: number } {
  const smallest = relativeTolerance * Math.max(0, ...matrix.map((row, index) => row[index] ?? 0));
  let rank = 0;
  let swept: Matrix = matrix;
  matrix.forEach((_, k) => {
    const pivot = swept[k]?.[k] ?? 0;
    if (pivot > smallest) {
      rank++;
      swept = sweep(swept, k, pivot);
    } else {
      swept = swept.map((row, i) => row.map((value, j) => (i === k || j === k ? 0 : value)));
    }
  });
  return { inverse: swept, rank };
}

function sweep(matrix: Matrix, k: number, pivot: number): Matrix {
  const pivotRow = matrix[k]?.map((value, j) => (j === k ? 1 : value) / pivot) ?? [];
  return matrix.map((row, i) => {
    if (i === k) return pivotRow;
    const factor = row[k] ?? 0;
    return row.map((value, j) => (j === k ? 0 : value) - factor * (pivotRow[j] ?? 0));
  });
}

/** Matrix × vector. */
export function times(matrix: Matrix, vector: readonly number[]): number[] {
  return matrix.map((row) => dot(row, vector));
}

/** Σ aᵢ bᵢ. */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
