import { randomBytes } from 'node:crypto';

/** A new identifier nobody can guess: `<prefix>_` and 128 random bits in URL-safe letters. */
export function randomId(prefix: string): string {
  return `${prefix}_${randomSecret(16)}`;
}

/** Random letters that are safe in URLs, headers and shells; `bytes` of entropy. */
export function randomSecret(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}
