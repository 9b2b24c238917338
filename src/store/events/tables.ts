/**
 * The ClickHouse tables, in migration order. Names are unqualified here; the store puts its database in front.
 *
 * A **day** is the interval (00:00, 24:00] UTC: `toDate(time − 1 ms)`. Windows are (T − w, T], so at midnight a window
 * is exactly whole days and needs no raw rows. Calendar dates (for "days active") are `toDate(time)`.
 *
 * Rows are never changed in place. A row with the same key and a higher `version` replaces it, one with `deleted` = 1
 * removes it; every read says FINAL. So running anything again is harmless.
 */
export interface EventRow {
  workspace: string;
  /** '' while not known (the event waits); in a B2C workspace the person. */
  account: string;
  /** Corrected for the clock of the sender. UTC, milliseconds. */
  time: number;
  /** messageId, or made of segment and position when the sender gave none. */
  id: string;
  kind: 'track' | 'page' | 'screen' | 'identify' | 'group' | 'alias';
  /** Name of the track event; 'Page Viewed', 'Screen Viewed', 'Identify', 'Group', 'Alias' for the others. */
  name: string;
  /** Canonical person, '' if nobody is known. */
  person: string;
  /** As sent: */
  user_id: string;
  anonymous_id: string;
  group_id: string;
  received_at: number;
  /** Every scalar property as text (numbers and booleans too), lists as JSON; nested keys joined with a dot. */
  texts: Record<string, string>;
  /** Finite JSON numbers, booleans as 1 and 0, and strings that are plainly a number. */
  numbers: Record<string, number>;
  /** ISO 8601 dates and date-times. UTC milliseconds. */
  times: Record<string, number>;
  /** JSON, as written by the sender. */
  properties: string;
  context: string;
  /** Id of the API key, or 'import:<name>'. */
  source: string;
  /** Spool segment or import chunk that brought it. */
  segment: string;
  version: number;
  deleted: 0 | 1;
}

export const eventsDdl = `
  workspace LowCardinality(String),
  account String,
  day Date MATERIALIZED toDate(time - INTERVAL 1 MILLISECOND),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  id String,
  kind Enum8('track' = 1, 'page' = 2, 'screen' = 3, 'identify' = 4, 'group' = 5, 'alias' = 6),
  name LowCardinality(String),
  person String,
  user_id String,
  anonymous_id String,
  group_id String,
  received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  texts Map(LowCardinality(String), String),
  numbers Map(LowCardinality(String), Float64),
  times Map(LowCardinality(String), DateTime64(3, 'UTC')),
  properties String CODEC(ZSTD),
  context String CODEC(ZSTD),
  source LowCardinality(String),
  segment String,
  version UInt64,
  deleted UInt8,
  INDEX by_person person TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_anonymous anonymous_id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX by_segment segment TYPE bloom_filter(0.01) GRANULARITY 4`;
// ENGINE ReplacingMergeTree(version, deleted) ORDER BY (workspace, account, day, time, id) SETTINGS index_granularity = 1024

/** Which segment brought a messageId first. Fed from `events` by a materialised view (rows with version 0). */
export const eventIdsDdl = `
  workspace LowCardinality(String),
  hash UInt128,
  segment String`;
// ENGINE ReplacingMergeTree ORDER BY (workspace, hash, segment) SETTINGS index_granularity = 256; hash = sipHash128(id)

/**
 * When each event name came first and last, per day: what sources are alive, without reading their events. Fed from
 * `events` by a materialised view. Two rows per name and day; `version` makes the earliest first and the latest last stay.
 * Parts that are not merged yet hold more of them: `min(time)` and `max(time)` are right all the same.
 */
export const eventDaysDdl = `
  workspace LowCardinality(String),
  name LowCardinality(String),
  day Date,
  bound Enum8('first' = 1, 'last' = 2),
  time DateTime64(3, 'UTC'),
  version UInt64`;
// ENGINE ReplacingMergeTree(version) ORDER BY (workspace, name, day, bound)

/** History of every trait of accounts and persons. A null (removed) trait has `removed` = 1. */
export const traitsDdl = `
  workspace LowCardinality(String),
  kind Enum8('account' = 1, 'person' = 2),
  id String,
  trait LowCardinality(String),
  time DateTime64(3, 'UTC'),
  message String,
  received_at DateTime64(3, 'UTC'),
  text String,
  number Nullable(Float64),
  moment Nullable(DateTime64(3, 'UTC')),
  removed UInt8,
  segment String,
  version UInt64,
  deleted UInt8`;
// ENGINE ReplacingMergeTree(version, deleted) ORDER BY (workspace, kind, id, trait, time, message)

/** Events that were refused, whole. */
export const deadLettersDdl = `
  workspace LowCardinality(String),
  received_at DateTime64(3, 'UTC'),
  id String,
  reason LowCardinality(String),
  detail String,
  body String CODEC(ZSTD),
  route LowCardinality(String),
  source LowCardinality(String),
  segment String,
  resent_at Nullable(DateTime64(3, 'UTC')),
  version UInt64`;
// ENGINE ReplacingMergeTree(version) ORDER BY (workspace, received_at, id)

/** Every stored evaluation: nightly ones and live changes. */
export const scoresDdl = `
  workspace LowCardinality(String),
  account String,
  as_of DateTime64(3, 'UTC'),
  model_version UInt32,
  segment LowCardinality(String),
  score Float64,
  band LowCardinality(String),
  coverage Float64,
  nightly UInt8,
  domains Map(LowCardinality(String), Float64),
  indicators Array(Tuple(id LowCardinality(String), value Nullable(Float64), points Float64, state LowCardinality(String), weight Float64, contribution Float64)),
  version UInt64`;
// ENGINE ReplacingMergeTree(version) ORDER BY (workspace, account, as_of, model_version)
