import { createHash } from 'node:crypto';

/**
 * What is kept of a secret that we made: SHA-256, hex. Ours have 128 random bits or more, so nothing slower is needed;
 * what people think up goes through scrypt.
 */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
