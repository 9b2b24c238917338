const windowBlocks = 26;
const leastHistory = 13;
const slack = 0.5;
const threshold = 5.5;
const smallestDeviation = 0.5;
const frozenBlocks = 4;
const recentBlocks = 4;
const normalBlocks = 12;
const leastEvents = 20;

/**
 * How the newest four blocks of a series of counts compare with the account's own normal.
 *
 * 0 when a downward change was found in the newest four blocks, else mean(last 4) ÷ mean(12 before), divided by the
 * cohort's median of that ratio when given; null when there are fewer than 16 blocks or fewer than 20 events in the 12.
 */
export function seriesTrend(series: readonly number[], cohortMedian: number | null): number | null {
  const alarms = downwardAlarms(series);
  if (alarms.some((block) => block >= series.length - recentBlocks)) return 0;
  const ratio = ownRatio(series);
  if (ratio === null) return null;
  return cohortMedian !== null && cohortMedian > 0 ? ratio / cohortMedian : ratio;
}

/** Mean of the last 4 blocks ÷ mean of the 12 before them, without looking for alarms; null when too little is known. */
export function ownRatio(series: readonly number[]): number | null {
  if (series.length < recentBlocks + normalBlocks) return null;
  const before = sum(series.slice(-(recentBlocks + normalBlocks), -recentBlocks));
  if (before < leastEvents) return null;
  return sum(series.slice(-recentBlocks)) / recentBlocks / (before / normalBlocks);
}

/**
 * Positions of the blocks at which a one-sided CUSUM of √(count + 3/8) raises an alarm.
 *
 * The baseline (mean, sample standard deviation of at least 0.5) is that of up to 26 blocks before the block, at least
 * 13; after an alarm the sum starts again at 0 and the baseline stays as it was for the next 4 blocks.
 * A slack of 0.5 and a threshold of 5.5 gave 0.25 false alarms per account-year in simulation.
 */
export function downwardAlarms(series: readonly number[]): number[] {
  const y = series.map((count) => Math.sqrt(count + 3 / 8));
  const alarms: number[] = [];
  let c = 0;
  let baseline = { mean: 0, deviation: 1 };
  let frozenUntil = -1;
  for (let i = leastHistory; i < y.length; i += 1) {
    if (i > frozenUntil) baseline = baselineOf(y.slice(Math.max(0, i - windowBlocks), i));
    c = Math.max(0, c + (baseline.mean - (y[i] ?? 0)) / baseline.deviation - slack);
    if (c > threshold) {
      alarms.push(i);
      c = 0;
      frozenUntil = i + frozenBlocks;
    }
  }
  return alarms;
}

function baselineOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = sum(values) / values.length;
  const squares = sum(values.map((value) => (value - mean) ** 2));
  return { mean, deviation: Math.max(smallestDeviation, Math.sqrt(squares / (values.length - 1))) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
