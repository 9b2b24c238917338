/** How many values lie in a stretch; the last stretch has its end too. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const most = 16;

/** Rising values in stretches of equal, round width. Pure. */
export function binsOf(values: readonly number[]): readonly Bin[] {
  const [low, high] = [values[0] ?? 0, values.at(-1) ?? 0];
  if (values.length === 0) return [];
  const width = roundUp((high - low) / most);
  // Values that are the same, or differ by less than their digits can say, are one stretch.
  if (!(width > Number.EPSILON * Math.max(Math.abs(low), Math.abs(high))))
    return [{ from: low, to: high, count: values.length }];
  const start = Math.floor(low / width);
  const bins = Array.from({ length: Math.max(1, Math.ceil(high / width - start)) }, (_, at) => ({
    from: (start + at) * width,
    to: (start + at + 1) * width,
    count: 0,
  }));
  for (const value of values) {
    const bin = bins[Math.min(bins.length - 1, Math.floor(value / width - start))];
    if (bin) bin.count += 1;
  }
  return bins;
}

/** The next of 1, 2, 5, 10, 20, … times a power of ten. */
function roundUp(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return ([1, 2, 5].find((step) => step * power >= width) ?? 10) * power;
}
