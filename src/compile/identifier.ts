import { createHash } from 'node:crypto';

/** Quotes a name as a ClickHouse identifier; whatever it holds, it stays one name. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** A column name made from any text: the prefix and ten hex digits of its SHA-256. Names of the model never reach SQL. */
export function hashedName(prefix: string, text: string): string {
  return `${prefix}_${createHash('sha256').update(text).digest('hex').slice(0, 10)}`;
}
