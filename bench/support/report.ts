import { cpus, totalmem } from 'node:os';

/** One measured figure. `ratio` compares with a baseline of the same run: machines are noisy, ratios less so. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: { readonly name: string; readonly value: number };
  readonly ratio?: number;
  /** The promise of the figure, and whether this run kept it. */
  readonly promise?: string;
  readonly kept?: boolean;
}

/** A bench: prepares its own data, measures, cleans up. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  run(say: (progress: string) => void): Promise<Figure[]>;
}

/** The middle of several runs. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** The value that a share of them does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Milliseconds that the work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Medians of two works run in turn, A B A B …, so that both see the same machine. */
export async function compared(
  a: () => Promise<unknown>,
  b: () => Promise<unknown>,
  runs = 5,
): Promise<[number, number]> {
  await a();
  await b();
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    times[0].push(await timed(a));
    times[1].push(await timed(b));
  }
  return [median(times[0]), median(times[1])];
}

/** Prints a table for people on stderr and one JSON document on stdout. */
export function print(results: readonly { bench: Bench; figures: readonly Figure[] }[]): void {
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  for (const { bench, figures } of results) {
    process.stderr.write(`\n${bench.name}: ${bench.about}\n`);
    for (const figure of figures) process.stderr.write(`  ${row(figure)}\n`);
  }
  process.stdout.write(
    `${JSON.stringify({ machine, benches: results.map(({ bench, figures }) => ({ name: bench.name, figures })) }, null, 2)}\n`,
  );
}

function row({ name, value, unit, baseline, ratio, promise, kept }: Figure): string {
  const against = baseline ? ` against ${format(baseline.value)} ${unit} (${baseline.name})` : '';
  const relation = ratio === undefined ? '' : `, ratio ${ratio.toFixed(2)}`;
  const verdict = promise === undefined ? '' : `  [${kept ? 'kept' : 'MISSED'}: ${promise}]`;
  return `${name.padEnd(44)} ${format(value)} ${unit}${against}${relation}${verdict}`;
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
