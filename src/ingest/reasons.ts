/** Why an event was refused. The whole event is kept as a dead letter with one of these; the set is closed. */
export type DropReason =
  /** The item of the batch is not a JSON object. */
  | 'not-an-object'
  /** `type` is none of track, identify, group, page, screen, alias. */
  | 'unknown-type'
  /** Neither userId nor anonymousId nor an account (context.groupId); for alias, not both previousId and userId. */
  | 'missing-identity'
  /** A track call without `event`. */
  | 'missing-event-name'
  /** A group call without `groupId`. */
  | 'missing-group'
  /** `properties` or `traits` is neither an object nor missing. */
  | 'bad-properties'
  /** `timestamp` is given and cannot be read as an instant. */
  | 'bad-timestamp'
  /** messageId of 100 characters or more. */
  | 'message-id-too-long'
  /** An identifier or event name of more than 512 characters. */
  | 'name-too-long'
  /** An identifier is a number above 2^53: readers of JSON round it, so it may be the one of somebody else. */
  | 'id-not-exact'
  /** Properties nested deeper than 16 levels. */
  | 'too-deep'
  /** More than 1,000 properties in one event. */
  | 'too-many-properties'
  /** The item stands after the 2,500th of its batch. */
  | 'batch-too-long';

/** All reasons, for lists and counters. */
export const dropReasons: readonly DropReason[] = [
  'not-an-object',
  'unknown-type',
  'missing-identity',
  'missing-event-name',
  'missing-group',
  'bad-properties',
  'bad-timestamp',
  'message-id-too-long',
  'name-too-long',
  'id-not-exact',
  'too-deep',
  'too-many-properties',
  'batch-too-long',
];

/** What was noticed, and mended where needed, about an event that was accepted. */
export type Flag =
  /** The event is larger than 32 KB. */
  | 'oversize'
  /** The timestamp lies before 1970 or after 2200: the time of receipt is used. */
  | 'absurd-timestamp'
  /** After correction it would lie in the future: the time of receipt is used. */
  | 'future-timestamp'
  /** NUL characters or broken Unicode in a text were removed. */
  | 'text-mended';

/** All flags, for counters. */
export const flags: readonly Flag[] = ['oversize', 'absurd-timestamp', 'future-timestamp', 'text-mended'];

/** Counts since the start of this process; read by the metrics page. Never reset. */
export interface IngestCounters {
  requests: number;
  refusedRequests: Record<string, number>;
  accepted: number;
  duplicates: number;
  reattributed: number;
  segments: number;
  failedLoads: number;
  dropped: Record<DropReason, number>;
  flagged: Record<Flag, number>;
}

/** Counters at zero. */
export function newCounters(): IngestCounters {
  return {
    requests: 0,
    refusedRequests: {},
    accepted: 0,
    duplicates: 0,
    reattributed: 0,
    segments: 0,
    failedLoads: 0,
    dropped: Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as Record<DropReason, number>,
    flagged: Object.fromEntries(flags.map((flag) => [flag, 0])) as Record<Flag, number>,
  };
}
