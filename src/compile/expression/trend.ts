/**
 * `trend` of a series (Array(Float64), oldest first) as SQL; `trend.ts` of the model says the same in process.
 * Constants: baseline of 26 blocks, at least 13, deviation at least 0.5, slack 0.5, threshold 5.5, rest of 4 blocks.
 */
export function trendSql(series: string, median: string): string {
  const ratio = ownRatioSql('series');
  const adjusted = `if(ifNull(${median} > 0, 0), ${ratio} / ${median}, ${ratio})`;
  const alarmed = 'alarm > toInt64(length(series)) - 4 AND alarm > 0';
  const named = `arrayMap(alarm -> if(${alarmed}, toNullable(0e0), ${adjusted}), [${lastAlarmSql('series')}])[1]`;
  return `arrayMap(series -> ${named}, [${series}])[1]`;
}

/** Mean of the newest 4 blocks ÷ mean of the 12 before; null with fewer than 16 blocks or 20 events in the 12. */
export function ownRatioSql(series: string): string {
  const before = `arraySum(arraySlice(${series}, -16, 12))`;
  return `if(length(${series}) >= 16 AND ${before} >= 20, (arraySum(arraySlice(${series}, -4)) / 4) / (${before} / 12), NULL)`;
}

/**
 * Position (from 1) of the last block at which the downward CUSUM of √(count + 3/8) raised an alarm, 0 when none did.
 * The fold carries (sum, last alarm, mean, deviation). A one-element arrayMap is how a value gets a name inside it.
 */
function lastAlarmSql(series: string): string {
  const window = 'arraySlice(y, greatest(1, k - 26), k - greatest(1, k - 26))';
  const deviation = 'greatest(0.5e0, sqrt(arraySum(x -> (x - arrayAvg(w)) * (x - arrayAvg(w)), w) / (length(w) - 1)))';
  const baselines = `arrayMap(k -> arrayMap(w -> (arrayAvg(w), ${deviation}), [${window}])[1], range(14, length(y) + 1))`;
  const blocks = `arrayZip(range(14, length(y) + 1), arraySlice(y, 14), ${baselines})`;
  const baseline = 'if(acc.2 > 0 AND item.1 - acc.2 <= 4, (acc.3, acc.4), item.3)';
  const next = `arrayMap(b -> (acc.1 + (b.1 - item.2) / b.2 - 0.5e0, b), [${baseline}])[1]`;
  const alarm = '(0e0, item.1, n.2.1, n.2.2)';
  const calm = '(greatest(0e0, n.1), acc.2, n.2.1, n.2.2)';
  const step = `arrayMap(n -> if(n.1 > 5.5e0, ${alarm}, ${calm}), [${next}])[1]`;
  const fold = `arrayFold((acc, item) -> ${step}, ${blocks}, (0e0, toUInt64(0), 0e0, 1e0))`;
  return `toInt64(arrayMap(y -> (${fold}).2, [arrayMap(x -> sqrt(x + 0.375e0), ${series})])[1])`;
}
