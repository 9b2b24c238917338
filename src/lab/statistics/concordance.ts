import type { Spell } from './spell.ts';

/**
 * How well a hazard tells who has the event first: of all pairs of which it is known who was first, the share in which
 * that one has the higher hazard, ties of the hazard counting half (Harrell et al. 1982; `concordance` of R). At an event
 * a subject is compared with those at risk that stay, or are censored at that time. Null without such a pair.
 */
export function concordance(subjects: readonly (Spell & { readonly hazard: number })[]): number | null {
  const levels = [...new Set(subjects.map(({ hazard }) => hazard))].toSorted((a, b) => a - b);
  const rankOf = new Map(levels.map((hazard, rank) => [hazard, rank]));
  const ranked = subjects.map((one) => ({ ...one, rank: rankOf.get(one.hazard) ?? 0 }));
  const byExit = [...Map.groupBy(ranked, ({ exit }) => exit)].toSorted(([a], [b]) => b - a);
  const lateEntries = ranked
    .flatMap(({ entry, rank }) => (entry === undefined ? [] : [{ entry, rank }]))
    .toSorted((a, b) => b.entry - a.entry);
  const staying = new RankCounts(levels.length);
  let [left, right, pairs] = [0, 0, 0];
  for (const [time, ending] of byExit) {
    for (const { rank, event } of ending) if (!event) staying.add(rank, 1);
    for (let late = lateEntries[left]; late && late.entry >= time; late = lateEntries[++left])
      staying.add(late.rank, -1);
    for (const { rank, event } of ending) {
      if (!event) continue;
      const below = staying.upTo(rank - 1);
      right += below + (staying.upTo(rank) - below) / 2;
      pairs += staying.upTo(levels.length - 1);
    }
    for (const { rank, event } of ending) if (event) staying.add(rank, 1);
  }
  return pairs === 0 ? null : right / pairs;
}

/** How many subjects have each rank, with sums over ranks in logarithmic time (Fenwick 1994): pairs are never listed. */
class RankCounts {
  readonly #tree: Int32Array;

  constructor(ranks: number) {
    this.#tree = new Int32Array(ranks + 1);
  }

  add(rank: number, count: number): void {
    for (let at = rank + 1; at < this.#tree.length; at += at & -at) this.#tree[at] = (this.#tree[at] ?? 0) + count;
  }

  /** How many have this rank or a lower one. */
  upTo(rank: number): number {
    let count = 0;
    for (let at = rank + 1; at > 0; at -= at & -at) count += this.#tree[at] ?? 0;
    return count;
  }
}
