/**
 * The candidate that `word` was probably meant to be ("did you mean"), or null when none is near: a few letters away, or
 * the same words but for one, or in another order (`Signed` and `Signed In`). Case does not count.
 */
export function closest(word: string, candidates: Iterable<string>): string | null {
  const all = [...candidates];
  const target = word.toLowerCase();
  // Of a single letter, another one is not near.
  const limit = Math.min(nearness(target), target.length - 1);
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of all) {
    const name = candidate.toLowerCase();
    if (Math.abs(name.length - target.length) > limit) continue;
    const distance = editDistance(target, name, best === null ? limit : best.distance - 1);
    if (distance <= limit && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? all.find((candidate) => haveSameWords(target, candidate.toLowerCase())) ?? null;
}

function nearness(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}

function haveSameWords(left: string, right: string): boolean {
  const [short, long] = [wordsOf(left), wordsOf(right)].toSorted((a, b) => a.length - b.length);
  if (!short || !long || short.length === 0 || long.length > short.length + 1) return false;
  return short.every((word) => long.some((other) => editDistance(word, other) < nearness(word)));
}

function wordsOf(name: string): string[] {
  return name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn `left` into `right` (optimal string alignment).
 * Beyond `limit` it stops to count, and the answer is just more than that.
 */
export function editDistance(left: string, right: string, limit = Number.POSITIVE_INFINITY): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let distance = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) distance = Math.min(distance, at(beforeLast, column - 2) + 1);
      current.push(distance);
    }
    if (Math.min(...last, ...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
