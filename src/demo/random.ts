/**
 * Seeded random numbers: xoshiro128** (Blackman, Vigna 2018), seeded by splitmix32. The same seed gives the same numbers
 * on every machine: only 32-bit integer arithmetic and exact divisions are used for draws that decide anything.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** From a seed, or from a state as it is. */
  constructor(seed: number | string | readonly [number, number, number, number]) {
    [this.#a, this.#b, this.#c, this.#d] = typeof seed === 'object' ? seed : stateOf(seed);
  }

  /** In [0, 1), with 32 random bits. */
  unit(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** About normal with this spread: the sum of four draws, which needs no logarithm (whose last bit may differ by machine). */
  around(mean: number, spread: number): number {
    return mean + spread * (this.unit() + this.unit() + this.unit() + this.unit() - 2) * 1.732;
  }

  /** How many of a rare kind happen when `mean` do on average: one try per whole step of the mean, at most `4 + 4 · mean`. */
  count(mean: number): number {
    const tries = Math.ceil(4 + 4 * mean);
    let happened = 0;
    for (let i = 0; i < tries; i++) if (this.chance(mean / tries)) happened++;
    return happened;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** `count` different ones, in random order. */
  some<T>(items: readonly T[], count: number): T[] {
    const left = [...items];
    const taken: T[] = [];
    while (taken.length < count && left.length > 0) taken.push(...left.splice(this.whole(0, left.length - 1), 1));
    return taken;
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function stateOf(seed: number | string): [number, number, number, number] {
  let state = typeof seed === 'number' ? seed | 0 : hashText(seed);
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  return [next(), next(), next(), next()];
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
