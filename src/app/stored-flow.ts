import { sql } from 'kysely';
import type { FlowAccount, FlowOccurrence } from '../lab/flow/account.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Moment } from '../model/resolved-moments.ts';
import type { PhaseEntry } from '../moments/journey.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { lossesReader } from './losses.ts';
import type { LiveModel } from './models.ts';

/** Accounts read at a time: some 10,000 occurrences. */
const accountsPerPage = 1_000;

/** What was decided live about every account of a workspace, in blocks, by account. */
export async function* storedFlow(
  core: Core,
  workspace: string,
  live: LiveModel,
  until: number,
): AsyncIterable<readonly FlowAccount[]> {
  const readLosses = lossesReader(core, workspace, live.compiled.model, until);
  let after = '';
  for (;;) {
    const from = after;
    const block = await core.state.within(workspace, async (db) => {
      const journeys = await readPage(db, workspace, from);
      const accounts = journeys.map(({ account }) => account);
      const occurrences = await readOccurrences(db, accounts, live.compiled.model);
      return journeys.map((one) => ({ ...one, occurrences: occurrences.get(one.account) ?? [] }));
    });
    const last = block.at(-1);
    if (last === undefined) return;
    const losses = await readLosses(block.map(({ account }) => account));
    yield block.map((one) => ({ ...one, lostAt: losses.get(one.account) ?? null }));
    after = last.account;
  }
}

type Page = readonly Omit<FlowAccount, 'occurrences' | 'lostAt'>[];

async function readPage(db: State, workspace: string, after: string): Promise<Page> {
  const { rows } = await sql<{
    account: string;
    region: string;
    segment: string;
    entered: readonly PhaseEntry[];
    watched_since: number;
    watched: Readonly<Record<string, number>>;
  }>`
SELECT j.account_id AS account, coalesce(a.traits ->> 'region', '') AS region, coalesce(a.segment, '') AS segment,
  j.journey -> 'entered' AS entered,
  (j.journey ->> 'watchedSince')::float8 AS watched_since, j.journey -> 'watched' AS watched
FROM journey AS j INNER JOIN account AS a ON a.workspace_id = j.workspace_id AND a.id = j.account_id
WHERE j.workspace_id = ${workspace} AND j.account_id > ${after}
ORDER BY j.account_id LIMIT ${accountsPerPage}`.execute(db);
  return rows.map(({ account, region, segment, entered, watched_since, watched }) => ({
    account,
    region,
    segment,
    watchedSince: watched_since,
    watched,
    phases: entered,
  }));
}

async function readOccurrences(
  db: State,
  accounts: readonly string[],
  { moments }: ResolvedModel,
): Promise<Map<string, FlowOccurrence[]>> {
  const teams = new Map(moments.map(({ id, doneBy }) => [id, firstRole(doneBy)]));
  const rows = await db
    .selectFrom('occurrence')
    .select(['account_id', 'moment', 'state', 'phase', 'role', 'owner_id', 'playbook'])
    .select(['opens_at', 'due_at', 'ended_at', sql<string | null>`ended_by ->> 'kind'`.as('ended_by')])
    .where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .orderBy('account_id')
    .orderBy('opens_at')
    .orderBy('id')
    .execute();
  const found = new Map<string, FlowOccurrence[]>();
  for (const row of rows) {
    const own = found.get(row.account_id) ?? [];
    found.set(row.account_id, own);
    own.push({
      moment: row.moment,
      state: row.state,
      phase: row.phase,
      opensAt: row.opens_at.getTime(),
      dueAt: row.due_at?.getTime() ?? null,
      endedAt: row.ended_at?.getTime() ?? null,
      endedBy: row.ended_by,
      owner: row.owner_id,
      team: row.role ?? (row.playbook === null ? (teams.get(row.moment) ?? 'none') : 'automation'),
    });
  }
  return found;
}

/** Whose work it is while nobody holds a role. */
function firstRole({ high, low, self }: Moment['doneBy']): string | null {
  const doer = [high, low, self].find((one) => one?.kind === 'person');
  return doer?.kind === 'person' ? (doer.roles[0] ?? null) : null;
}
