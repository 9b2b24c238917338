import { sql } from 'kysely';
import type { Band } from '../compile/queries/evaluation.ts';
import type { Core } from './core.ts';

/**
 * The band of each account as it was at an instant: what was decided by then, with all that the dwell remembers. A score
 * alone cannot tell it. Accounts of which nothing was decided by then are left out.
 */
export async function bandsAt(
  core: Core,
  workspace: string,
  asOf: number,
  accounts: readonly string[] | null,
): Promise<ReadonlyMap<string, Band>> {
  const current = await core.state.within(workspace, (db) => {
    const query = db
      .selectFrom('account')
      .select(['id', 'band'])
      .where('band', 'is not', null)
      .where('evaluated_at', '<=', new Date(asOf));
    return (accounts === null ? query : query.where('id', '=', sql<string>`ANY(${[...accounts]}::text[])`)).execute();
  });
  const known = new Map(current.flatMap(({ id, band }) => (band === null ? [] : [[id, band] as const])));
  if (accounts !== null && accounts.every((account) => known.has(account))) return known;
  const stored = await core.events.query({
    name: 'bands-at',
    sql: `SELECT account, argMax(band, (as_of, version)) AS band FROM ${core.events.table('scores')}
      WHERE workspace = {workspace:String} AND as_of <= fromUnixTimestamp64Milli({asOf:Int64})
        ${accounts === null ? '' : 'AND account IN {accounts:Array(String)}'}
      GROUP BY account`,
    params: { workspace, asOf, ...(accounts === null ? {} : { accounts }) },
    row: (raw) => [String(raw['account']), raw['band'] as Band] as const,
  });
  return new Map([...stored, ...known]);
}
