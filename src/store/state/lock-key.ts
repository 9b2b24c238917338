import { createHash } from 'node:crypto';

/** The 64-bit number that stands for a name among PostgreSQL's advisory locks, as text. */
export function lockKey(name: string): string {
  return createHash('sha256').update(name).digest().readBigInt64BE(0).toString();
}
