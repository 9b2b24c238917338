/**
 * Area under the ROC curve: the chance that a positive has a higher score than a negative, ties counting half.
 * By ranks, AUC = (R₁ − n₁(n₁+1)/2) / (n₁·n₀) with midranks (Mann and Whitney 1947). Null without both classes.
 */
export function areaUnderCurve(scores: ArrayLike<number>, positives: ArrayLike<boolean>): number | null {
  if (scores.length !== positives.length) throw new RangeError('as many scores as outcomes are needed');
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index).toSorted(
    (a, b) => (scores[a] ?? 0) - (scores[b] ?? 0),
  );
  let positiveCount = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let positivesHere = 0;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) {
      if (positives[order[end] ?? 0] === true) positivesHere++;
      end++;
    }
    rankSum += positivesHere * ((start + 1 + end) / 2);
    positiveCount += positivesHere;
    start = end;
  }
  const negativeCount = order.length - positiveCount;
  if (positiveCount === 0 || negativeCount === 0) return null;
  return (rankSum - (positiveCount * (positiveCount + 1)) / 2) / (positiveCount * negativeCount);
}
