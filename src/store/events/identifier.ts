/** A name (table, column, database, cluster) as ClickHouse SQL; the only way a name gets into a statement. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new Error(`Not a name: ${JSON.stringify(name)}`);
  return `\`${name.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;
}
