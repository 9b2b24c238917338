import type { Flag } from '../reasons.ts';
import type { Message } from './message.ts';
import { timeOf } from '../../model/typed.ts';

const earliest = 86_400_000;
const latest = Date.UTC(2200, 0, 1);
/** Clocks of senders without `sentAt` may be this far ahead before it is worth a flag. */
const tolerance = 5 * 60_000;

/** The instant a sender meant: ISO 8601 text, epoch milliseconds, or epoch seconds; null if it is none of these. */
export function instantOf(value: unknown): number | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.getTime();
  if (typeof value === 'number') return Number.isFinite(value) ? fromEpoch(value) : null;
  if (typeof value !== 'string') return null;
  const iso = timeOf(value);
  if (iso !== null) return iso;
  if (/^\d{9,16}(?:\.\d+)?$/.test(value)) return fromEpoch(Number(value));
  // Other spellings that JavaScript reads without guessing a local zone: RFC 2822 and years below 1900 (Go's zero time).
  return /GMT|UTC|Z$|[+-]\d{2}:?\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : null;
}

/** Numbers up to the year 5138 in seconds are below 10^11, later than 1973 in milliseconds above it. */
function fromEpoch(value: number): number {
  return Math.round(Math.abs(value) < 1e11 ? value * 1000 : value);
}

/** Before 1970 or after 2200: a clock that was never set, not a time. */
export function isAbsurd(instant: number): boolean {
  return instant < earliest || instant > latest;
}

/**
 * Step 4: when it happened by our clock. With `sentAt` the sender's clock error cancels out:
 * receivedAt − (sentAt − timestamp). Never later than receivedAt: an event cannot be received before it happens, and
 * a time in the future would stay out of every window until then.
 */
export function correctTime(message: Message): Flag | null {
  const given = message.timestamp as number | null;
  if (given === null) {
    message.time = message.receivedAt;
    return null;
  }
  const sent = message.sentAt === undefined || message.sentAt === null ? null : instantOf(message.sentAt);
  const time = sent !== null && !isAbsurd(sent) ? message.receivedAt - (sent - given) : given;
  if (isAbsurd(time)) {
    message.time = message.receivedAt;
    return 'absurd-timestamp';
  }
  message.time = Math.min(time, message.receivedAt);
  return time > message.receivedAt + tolerance ? 'future-timestamp' : null;
}
