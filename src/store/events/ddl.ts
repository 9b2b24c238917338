import { quoteIdentifier } from './identifier.ts';
import type { EventProfile, TableDefinition } from './store.ts';

/**
 * Said by every table itself, so that it is durable on a server with other defaults too.
 * Measured: without them a power cut takes acknowledged inserts along.
 */
const durable = {
  fsync_after_insert: 1,
  fsync_part_directory: 1,
  min_rows_to_fsync_after_merge: 1,
  min_compressed_bytes_to_fsync_after_merge: 1,
} as const;

const defaultShard = 'sipHash64(workspace, account)';

/** The qualified name as queries use it. */
export function qualified(profile: EventProfile, name: string): string {
  return `${quoteIdentifier(profile.database)}.${quoteIdentifier(name)}`;
}

/** The qualified name of the table that holds the rows; on a cluster, those of one shard. */
export function stored(profile: EventProfile, name: string): string {
  return qualified(profile, storedName(profile, name));
}

/** The statements that make a table; each is said to every shard, in this order. */
export function renderTable(profile: EventProfile, table: TableDefinition): string[] {
  const columns = typeof table.columns === 'string' ? table.columns : table.columns.join(',\n  ');
  const settings = { ...table.settings, ...(profile.ddl === 'on-cluster' ? {} : durable) };
  const statements = [
    `CREATE TABLE IF NOT EXISTS ${stored(profile, table.name)}${onCluster(profile)} (${columns})\n` +
      `ENGINE = ${engineOf(profile, table)} ORDER BY (${table.orderBy})${settingsOf(settings)}`,
  ];
  if (profile.cluster !== null) {
    const target = [profile.cluster, profile.database, storedName(profile, table.name)].map(quoteIdentifier).join(', ');
    statements.push(
      `CREATE TABLE IF NOT EXISTS ${qualified(profile, table.name)}${onCluster(profile)} AS ${stored(profile, table.name)}\n` +
        `ENGINE = Distributed(${target}, ${table.shardBy ?? defaultShard})`,
    );
  }
  return statements;
}

/** The statements that add missing columns to a table that exists; columns are `name type`. */
export function renderColumns(profile: EventProfile, table: TableDefinition): string[] {
  if (typeof table.columns === 'string' || table.columns.length === 0) return [];
  const additions = table.columns.map((column) => `ADD COLUMN IF NOT EXISTS ${column}`).join(', ');
  const names =
    profile.cluster === null
      ? [stored(profile, table.name)]
      : [stored(profile, table.name), qualified(profile, table.name)];
  return names.map((name) => `ALTER TABLE ${name}${onCluster(profile)} ${additions}`);
}

/**
 * What a statement of the owner means here. On a cluster, ALTER TABLE and OPTIMIZE TABLE of one of our tables are meant
 * for the tables that hold the rows; a changed column also for the table over them, which loses a column first so that
 * no read asks a shard for what it has not.
 */
export function renderDefinition(profile: EventProfile, sql: string): string[] {
  if (profile.cluster === null) return [sql];
  const found = /^\s*(ALTER|OPTIMIZE) TABLE (`(?:[^`\\]|\\.)+`)\.`((?:[^`\\]|\\.)+)`(?=\s)/.exec(sql);
  const [head = '', verb, database, name = ''] = found ?? [];
  if (!found || database !== quoteIdentifier(profile.database) || name.endsWith('_local')) return [sql];
  const rest = sql.slice(head.length);
  const local = `${verb} TABLE ${database}.\`${name}_local\`${onCluster(profile)}${rest}`;
  return verb === 'OPTIMIZE' ? [local] : [`ALTER TABLE ${database}.\`${name}\`${onCluster(profile)}${rest}`, local];
}

/** A materialised view that fills one of our tables from another, on each shard by itself. */
export function renderView(
  profile: EventProfile,
  view: { name: string; from: string; into: string; select: string },
): string {
  return (
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${qualified(profile, view.name)}${onCluster(profile)} ` +
    `TO ${stored(profile, view.into)} AS ${view.select.replace('{from}', stored(profile, view.from))}`
  );
}

function storedName(profile: EventProfile, name: string): string {
  return profile.cluster === null ? name : `${name}_local`;
}

export function onCluster(profile: EventProfile): string {
  return profile.ddl === 'on-cluster' && profile.cluster !== null
    ? ` ON CLUSTER ${quoteIdentifier(profile.cluster)}`
    : '';
}

function engineOf(profile: EventProfile, table: TableDefinition): string {
  const { version, deleted } = table.replacing;
  const columns = [version, deleted].filter((column) => column !== null).map(quoteIdentifier);
  if (profile.ddl === 'each-shard') return `ReplacingMergeTree(${columns.join(', ')})`;
  const path = `'/clickhouse/tables/{shard}/{database}/{table}'`; // the servers' own macros
  return `ReplicatedReplacingMergeTree(${[path, `'{replica}'`, ...columns].join(', ')})`;
}

function settingsOf(settings: Readonly<Record<string, number | string>>): string {
  const parts = Object.entries(settings).map(([name, value]) => `${quoteIdentifier(name)} = ${literal(value)}`);
  return parts.length === 0 ? '' : `\nSETTINGS ${parts.join(', ')}`;
}

function literal(value: number | string): string {
  return typeof value === 'number' ? String(value) : `'${value.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
