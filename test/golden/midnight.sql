-- ## Columns of the rollup: one row per account and day
  account String
  day Date -- (00:00, 24:00] UTC
  unique_970766f5ab Array(String) -- measures.people (golden.yaml:8)
  sum_8843185251 Tuple(total Int128, events UInt64) -- measures.minutes (golden.yaml:9)
-- {}

-- ## Rolling up account-days
INSERT INTO rollup_WORKSPACE (account, day, version, deleted, `unique_970766f5ab`, `sum_8843185251`)
SELECT account, day, toUInt64(toUnixTimestamp64Nano(now64(9))) AS version, toUInt8(present = 0) AS deleted, `unique_970766f5ab`, `sum_8843185251`
FROM (SELECT DISTINCT pair.1 AS account, pair.2 AS day FROM (SELECT arrayJoin(arrayZip({p_5:Array(String)}, {p_6:Array(Date)})) AS pair)) AS asked
LEFT JOIN (SELECT *, 1 AS present FROM (
SELECT
  account,
  day,
  CAST(arraySort(groupUniqArrayIf(assumeNotNull(nullIf(person, '')), kind IN ('track', 'page', 'screen') AND isNotNull(nullIf(person, '')))), 'Array(String)') AS `unique_970766f5ab`,
  CAST((sumIf(arrayMap(b -> toInt128(toInt64(floor(b / 4294967296e0))) * 4294967296 + toInt64(b - floor(b / 4294967296e0) * 4294967296e0), [floor(if(abs(numbers[{p_4:String}]) <= 1e15, numbers[{p_4:String}], 0e0) * 1e9 + 0.5)])[1], kind IN ('track', 'page', 'screen') AND name IN {p_1:Array(String)} AND ifNull((if(mapContains(texts, {p_2:String}), texts[{p_2:String}], NULL) = {p_3:String}), 0) AND mapContains(numbers, {p_4:String}) AND abs(numbers[{p_4:String}]) <= 1e15), countIf(kind IN ('track', 'page', 'screen') AND name IN {p_1:Array(String)} AND ifNull((if(mapContains(texts, {p_2:String}), texts[{p_2:String}], NULL) = {p_3:String}), 0) AND mapContains(numbers, {p_4:String}) AND abs(numbers[{p_4:String}]) <= 1e15)), 'Tuple(total Int128, events UInt64)') AS `sum_8843185251`
FROM events FINAL
WHERE workspace = {p_7:String} AND account != '' AND account IN {p_5:Array(String)} AND day IN {p_6:Array(Date)} AND (account, day) IN (SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({p_5:Array(String)}, {p_6:Array(Date)})) AS pair))
GROUP BY account, day
)) AS found USING (account, day)
-- {"p_1":["Report Viewed"],"p_2":"kind","p_3":"o'clock","p_4":"minutes","p_5":["ACCOUNT"],"p_6":["2026-03-10"],"p_7":"WORKSPACE"}

-- ## When each event was seen last
-- heartbeats: first and last time of every event name, from its days
SELECT name, toUnixTimestamp64Milli(min(time)) AS first,
  toUnixTimestamp64Milli(maxIf(time, time <= fromUnixTimestamp64Milli({p_1:Int64}, 'UTC'))) AS last, max(time) > fromUnixTimestamp64Milli({p_1:Int64}, 'UTC') AS beyond
FROM event_days
WHERE workspace = {p_2:String}
  AND day <= toDate(fromUnixTimestamp64Milli({p_1:Int64}, 'UTC') - INTERVAL 1 MILLISECOND)
GROUP BY name
HAVING min(time) <= fromUnixTimestamp64Milli({p_1:Int64}, 'UTC')
-- {"p_1":1773100800000,"p_2":"WORKSPACE"}

-- ## Evaluation
WITH
days AS (
  -- days: stored account-days up to T, without those in which a window ends
  --   unique_970766f5ab = measures.people (golden.yaml:8)
  --   sum_8843185251 = measures.minutes (golden.yaml:9)
  SELECT
    account,
    toInt64(day) * 86400000 AS start,
    `unique_970766f5ab`,
    `sum_8843185251`
  FROM rollup_WORKSPACE FINAL
  WHERE day < {p_1:Date} AND day NOT IN {p_2:Array(Date)}
),
edges AS (
  -- edges: the days in which a window ends, from raw events, cut there
  SELECT
    events.account AS account,
    greatest(toInt64(day) * 86400000, arrayMax(arrayFilter(cut -> cut < toUnixTimestamp64Milli(time), {p_9:Array(Int64)}))) AS start,
    CAST(arraySort(groupUniqArrayIf(assumeNotNull(nullIf(person, '')), kind IN ('track', 'page', 'screen') AND isNotNull(nullIf(person, '')))), 'Array(String)') AS `unique_970766f5ab`,
    CAST((sumIf(arrayMap(b -> toInt128(toInt64(floor(b / 4294967296e0))) * 4294967296 + toInt64(b - floor(b / 4294967296e0) * 4294967296e0), [floor(if(abs(numbers[{p_6:String}]) <= 1e15, numbers[{p_6:String}], 0e0) * 1e9 + 0.5)])[1], kind IN ('track', 'page', 'screen') AND name IN {p_3:Array(String)} AND ifNull((if(mapContains(texts, {p_4:String}), texts[{p_4:String}], NULL) = {p_5:String}), 0) AND mapContains(numbers, {p_6:String}) AND abs(numbers[{p_6:String}]) <= 1e15), countIf(kind IN ('track', 'page', 'screen') AND name IN {p_3:Array(String)} AND ifNull((if(mapContains(texts, {p_4:String}), texts[{p_4:String}], NULL) = {p_5:String}), 0) AND mapContains(numbers, {p_6:String}) AND abs(numbers[{p_6:String}]) <= 1e15)), 'Tuple(total Int128, events UInt64)') AS `sum_8843185251`
  FROM events AS events FINAL
  PREWHERE workspace = {p_7:String}
    AND events.account != ''
    AND day IN {p_2:Array(Date)}
    AND time <= fromUnixTimestamp64Milli({p_8:Int64}, 'UTC')
  GROUP BY account, start
),
slices AS (
  -- slices: whole days and parts of days
  SELECT * FROM days
  UNION ALL
  SELECT * FROM edges
),
measured AS (
  -- measured: measures: account-days of each window put together
  --   a_c9022680f8 = measures.people (golden.yaml:8)
  --   a_90e63d85fa = measures.minutes (golden.yaml:9)
  SELECT
    account,
    uniqExactArrayIf(`unique_970766f5ab`, start >= {p_10:Int64}) AS `a_c9022680f8`,
    (sumIf(`sum_8843185251`.total, start >= {p_11:Int64}), sumIf(`sum_8843185251`.events, start >= {p_11:Int64})) AS `a_90e63d85fa`
  FROM slices
  GROUP BY account
),
traits AS (
  -- traits: traits as of T: the newest row of each; (text, number, moment, present)
  --   h_f399a102e2 = account.seats
  SELECT
    id AS account,
    argMaxIf((text, number, moment, 1 - removed), (time, message), trait = {p_12:String}) AS `h_f399a102e2`
  FROM traits FINAL
  WHERE workspace = {p_7:String}
    AND kind = {p_13:String}
    AND time <= fromUnixTimestamp64Milli({p_8:Int64}, 'UTC')
  GROUP BY account
),
facts AS (
  -- facts: everybody known at T (any event or trait), measures and traits as values
  --   m_c9022680f8 = measures.people (golden.yaml:8)
  --   m_90e63d85fa = measures.minutes (golden.yaml:9)
  SELECT
    account,
    toFloat64(`a_c9022680f8`) AS `m_c9022680f8`,
    toUInt8(`a_c9022680f8` > 0) AS `f_c9022680f8`,
    (toFloat64(intDiv(`a_90e63d85fa`.1, toInt128(1000000000))) + toFloat64(`a_90e63d85fa`.1 % toInt128(1000000000)) / 1e9) AS `m_90e63d85fa`,
    toUInt8(`a_90e63d85fa`.2 > 0) AS `f_90e63d85fa`,
    if(`h_f399a102e2`.4 = 1, `h_f399a102e2`.2, NULL) AS `t_f399a102e2`
  FROM measured
  FULL JOIN traits USING account
),
segmented AS (
  -- segmented: segments, first match wins
  --   segment = segments.big (golden.yaml:4)
  --   segment = segments.rest (golden.yaml:5)
  SELECT *, multiIf(ifNull((`t_f399a102e2` >= 100e0), 0), {p_14:String}, {p_15:String}) AS segment
  FROM facts
),
valued AS (
  -- valued: indicators: values and states (0 ok, 1 zero, 2 stale, 3 never, 4 na)
  --   values[1] = indicators.reach (golden.yaml:12)
  --   values[2] = indicators.minutes (golden.yaml:13)
  SELECT
    *,
    [CAST(ifNotFinite((`m_c9022680f8` / nullIf(`t_f399a102e2`, 0)), NULL), 'Nullable(Float64)'), CAST(`m_90e63d85fa`, 'Nullable(Float64)')] AS values,
    arrayMap((v, fixed, filled, notYet) -> toUInt8(multiIf(fixed = 4 OR (isNull(v) AND notYet), 4, fixed = 3 OR isNull(v), 3, fixed = 2, 2, filled, 0, 1)), values, [-1, -1], [`f_c9022680f8`, `f_90e63d85fa`], [0, 0]) AS states
  FROM segmented
),
pointed AS (
  -- pointed: points of the indicators as they count (along their lines; faded, stale, never)
  --   points[1] = indicators.reach (golden.yaml:12)
  --   points[2] = indicators.minutes (golden.yaml:13)
  SELECT
    *,
    arrayMap((p, state, decay) -> CAST(multiIf(state = 4, NULL, state = 3, 50e0, state = 2, least(p, 50e0 + (p - 50e0) * decay), p), 'Nullable(Float64)'), arrayMap((v, x, y) -> arrayMap(k -> multiIf(k = 0, y[1], k = length(x), y[-1], arrayMap(i -> y[i] + (y[i + 1] - y[i]) * (ifNull(v, 0e0) - x[i]) / (x[i + 1] - x[i]), [toInt64(least(greatest(k, 1), length(x) - 1))])[1]), [arrayCount(edge -> edge < ifNull(v, 0e0), x)])[1], values, [[0.1, 0.35, 0.7], [0e0, 100e0]], [[0e0, 50e0, 100e0], [0e0, 100e0]]), states, [1e0, 1e0]) AS points
  FROM valued
),
weighted AS (
  -- weighted: domains: weighted mean of the indicators that apply
  --   domains[1] = score.domains.adoption (model.yaml:1)
  SELECT
    *,
    arrayMap(domain -> arraySum((w, place, item) -> if(place = domain, if(item = 4, 0e0, w), 0e0), [1e0, 1e0], [1, 1], states), range(1, 2)) AS domain_weights,
    arrayMap(domain -> arraySum((w, place, item) -> if(place = domain, if(item <= 1, w, 0e0), 0e0), [1e0, 1e0], [1, 1], states), range(1, 2)) AS domain_covered,
    arrayMap(domain -> arraySum((w, place, item) -> if(place = domain, ifNull(w * item, 0e0), 0e0), [1e0, 1e0], [1, 1], points), range(1, 2)) AS domain_sums,
    arrayMap((sum, w) -> if(w > 0, toNullable(sum / w), NULL), domain_sums, domain_weights) AS domains
  FROM pointed
),
weighed AS (
  -- weighed: score before limits, how much of it rests on fresh data, limits and hard triggers
  SELECT
    *,
    arraySum((share, d) -> if(isNull(d), 0e0, share), [30e0], domains) AS total_weight,
    if(total_weight > 0, arraySum((share, d) -> ifNull(share * d, 0e0), [30e0], domains) / total_weight, 50e0) AS raw_score,
    if(total_weight > 0, arraySum((share, covered, w) -> if(w > 0, share * (covered / w), 0e0), [30e0], domain_covered, domain_weights) / total_weight, 0e0) AS coverage,
    arrayFilter((id, share, d) -> share >= 10e0 AND ifNull(d < 25e0, 0), {p_16:Array(String)}, [30e0], domains) AS limits,
    CAST([], 'Array(Tuple(String, Float64))') AS triggers
  FROM weighted
),
scored AS (
  -- scored: score under its caps
  SELECT *, arrayMin(arrayConcat([raw_score, if(empty(limits), raw_score, 69e0)], arrayMap(trigger -> trigger.2, triggers))) AS score
  FROM weighed
)
-- answer: one row per account; arrays in the order of the model; 1 for each audience that holds
SELECT
  account,
  segment,
  [CAST(`m_c9022680f8`, 'Nullable(Float64)'), CAST(`m_90e63d85fa`, 'Nullable(Float64)')] AS numbers,
  CAST([], 'Array(Nullable(String))') AS texts,
  CAST([], 'Array(Array(Float64))') AS series,
  values,
  points,
  states,
  domains,
  score,
  coverage,
  limits,
  arrayMap(trigger -> trigger.1, triggers) AS triggered,
  CAST([], 'Array(UInt8)') AS audiences
FROM scored
ORDER BY account
SETTINGS optimize_and_compare_chain = 0
-- {"p_1":"2026-03-10","p_2":["2026-03-09"],"p_3":["Report Viewed"],"p_4":"kind","p_5":"o'clock","p_6":"minutes","p_7":"WORKSPACE","p_8":1773100800000,"p_9":[1773095400000],"p_10":1770681600000,"p_11":1773095400000,"p_12":"seats","p_13":"account","p_14":"big","p_15":"rest","p_16":["adoption"]}
