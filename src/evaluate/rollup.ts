import type { CompiledModel, RollupColumn } from '../compile/compile.ts';
import { hashedName, quoteIdentifier } from '../compile/identifier.ts';
import { type RollupScope, rollupDaysQuery } from '../compile/queries/rollup-days.ts';
import type { EventStore } from '../store/events/store.ts';

/** Account-days per statement. */
const pairsAtOnce = 5000;
const dayMs = 86_400_000;

/** Name of the rollup of a workspace. */
export function rollupTable(workspace: string): string {
  return /^[A-Za-z0-9_-]{1,100}$/.test(workspace) ? `rollup_${workspace}` : hashedName('rollup', workspace);
}

/** Makes the rollup of a workspace, or adds the columns that these models need and it lacks. Safe to repeat. */
export async function ensureRollup(
  events: EventStore,
  workspace: string,
  compiled: readonly CompiledModel[],
): Promise<void> {
  const columns = allColumns(compiled).map(({ name, type }) => `${quoteIdentifier(name)} ${type}`);
  await events.ensureTable({
    name: rollupTable(workspace),
    columns: ['account String', 'day Date', 'version UInt64', 'deleted UInt8', ...columns],
    replacing: { version: 'version', deleted: 'deleted' },
    orderBy: 'account, day',
    settings: { index_granularity: 256, min_compress_block_size: 8192 }, // a live batch reads some dozen accounts of many
    shardBy: `sipHash64('${workspace.replaceAll(/[\\']/g, (letter) => `\\${letter}`)}', account)`,
  });
}

/** Computes account-days again from their raw events; whatever was stored for them is replaced. Days are 'YYYY-MM-DD'. */
export async function rollDays(
  events: EventStore,
  workspace: string,
  compiled: readonly CompiledModel[],
  days: readonly { readonly account: string; readonly day: string }[],
): Promise<void> {
  const columns = allColumns(compiled);
  for (let start = 0; start < days.length; start += pairsAtOnce)
    await roll(events, workspace, columns, { pairs: days.slice(start, start + pairsAtOnce) });
}

/** Computes every account-day of the workspace, in slices of time. What is stored already stays readable meanwhile. */
export async function backfill(
  events: EventStore,
  workspace: string,
  compiled: readonly CompiledModel[],
  options: { sliceDays?: number; progress?: (done: number, total: number) => void } = {},
): Promise<void> {
  const columns = allColumns(compiled);
  const bounds = await historyOf(events, workspace);
  if (bounds === null) return;
  const slice = (options.sliceDays ?? 28) * dayMs;
  const total = bounds.last + dayMs - bounds.first;
  for (let from = bounds.first; from <= bounds.last; from += slice) {
    const before = Math.min(from + slice, bounds.last + dayMs);
    await roll(events, workspace, columns, { from: isoDay(from), before: isoDay(before) });
    options.progress?.((before - bounds.first) / dayMs, total / dayMs);
  }
}

/** Columns of the stored rollup that none of these models reads any more. */
export async function dropRetired(
  events: EventStore,
  workspace: string,
  kept: readonly CompiledModel[],
): Promise<readonly string[]> {
  const needed = new Set(['account', 'day', 'version', 'deleted', ...allColumns(kept).map(({ name }) => name)]);
  const stored = await storedColumns(events, workspace);
  const retired = stored.filter((name) => !needed.has(name));
  for (const name of retired)
    await events.define(
      `ALTER TABLE ${events.table(rollupTable(workspace))} DROP COLUMN IF EXISTS ${quoteIdentifier(name)}`,
    );
  return retired;
}

/** Names of the columns that a backfill would have to fill: needed by these models and not stored yet. */
export async function missingColumns(
  events: EventStore,
  workspace: string,
  compiled: readonly CompiledModel[],
): Promise<readonly string[]> {
  const stored = new Set(await storedColumns(events, workspace));
  return allColumns(compiled)
    .map(({ name }) => name)
    .filter((name) => !stored.has(name));
}

async function storedColumns(events: EventStore, workspace: string): Promise<string[]> {
  return events.query({
    name: 'rollup-columns',
    sql: 'SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
    params: { database: events.profile.database, table: rollupTable(workspace) },
    row: (raw) => String(raw['name']),
  });
}

function allColumns(compiled: readonly CompiledModel[]): RollupColumn[] {
  const found = new Map<string, RollupColumn>();
  for (const { rollup } of compiled) for (const column of rollup.columns) found.set(column.name, column);
  return [...found.values()];
}

async function roll(
  events: EventStore,
  workspace: string,
  columns: readonly RollupColumn[],
  scope: RollupScope,
): Promise<void> {
  const tables = { events: events.table('events'), rollup: events.table(rollupTable(workspace)) };
  await events.execute(rollupDaysQuery(columns, scope, { workspace, tables }));
}

async function historyOf(events: EventStore, workspace: string): Promise<{ first: number; last: number } | null> {
  const [row] = await events.query({
    name: 'history-of-workspace',
    sql: `SELECT count() AS rows, min(day) AS first, max(day) AS last FROM ${events.table('events')} WHERE workspace = {workspace:String}`,
    params: { workspace },
    row: (raw) => ({
      rows: Number(raw['rows']),
      first: Date.parse(String(raw['first'])),
      last: Date.parse(String(raw['last'])),
    }),
  });
  return row === undefined || row.rows === 0 ? null : { first: row.first, last: row.last };
}

function isoDay(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}
