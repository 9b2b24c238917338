import { hash } from 'node:crypto';
import type { Cause } from './journey.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The id of an occurrence: 26 letters of the hash of what it is about and what caused it. A crash and a second run give
 * the same id; a version of the model is no part of it, so publishing one carries occurrences over.
 */
export function occurrenceId(workspace: string, account: string, moment: string, cause: Cause): string {
  const digest = hash('sha256', JSON.stringify([workspace, account, moment, ...causeKey(cause)]), 'buffer');
  let id = '';
  let bits = 0;
  let count = 0;
  for (const byte of digest) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 5) {
      count -= 5;
      id += letters[(bits >> count) & 31];
    }
    bits &= (1 << count) - 1;
    if (id.length >= 26) break;
  }
  return id.slice(0, 26);
}

/** What makes a cause the same cause: its instants can move with a time zone or a calendar, a date cannot. */
export function causeKey(cause: Cause): readonly (string | number)[] {
  switch (cause.kind) {
    case 'phase':
      return [cause.kind, cause.phase, cause.at];
    case 'date':
      return [cause.kind, cause.local];
    case 'event':
      return [cause.kind, cause.event];
    case 'absence':
      return [cause.kind, cause.since];
    case 'condition':
      return [cause.kind, cause.cycle];
    case 'hand':
      return [cause.kind, cause.by, cause.at];
  }
}
