import { sql } from 'kysely';
import type { TodayBody } from '../api/moments/today-shapes.ts';
import { momentOf } from '../api/moments/words.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { State } from '../store/state/store.ts';

type Changes = Omit<TodayBody['changes'], 'since'>;

/** Rows that are looked at, and those that are shown of each kind. */
const most = 5_000;
const mostShown = 50;

interface Row {
  readonly occurrence_id: string;
  readonly account_id: string;
  readonly name: string | null;
  readonly moment: string;
  readonly at: Date;
  readonly from_state: string | null;
  readonly to_state: string;
  readonly owner_id: string | null;
  readonly from_owner_id: string | null;
}

/** What changed about a member's work since an instant, newest first: what is new, done, handed to them and handed on. */
export async function workChanges(
  db: State,
  owner: string,
  since: number,
  model: ResolvedModel | null,
): Promise<Changes> {
  const rows = await read(db, owner, new Date(since));
  const isMine = ({ owner_id }: Row): boolean => owner_id === owner;
  const told = (some: readonly Row[]): Changes['new'] => {
    const each = [...new Map(some.toReversed().map((row) => [row.occurrence_id, row])).values()].toReversed();
    return { total: each.length, data: each.slice(0, mostShown).map((row) => changeOf(row, model)) };
  };
  return {
    new: told(rows.filter((row) => isMine(row) && row.to_state === 'open' && row.from_state !== 'open')),
    done: told(rows.filter((row) => isMine(row) && row.to_state === 'done')),
    handedToYou: told(rows.filter((row) => isMine(row) && row.from_owner_id !== null && row.from_owner_id !== owner)),
    handedOn: told(rows.filter((row) => !isMine(row) && row.from_owner_id === owner)),
  };
}

function changeOf(row: Row, model: ResolvedModel | null): Changes['new']['data'][number] {
  return {
    occurrence: row.occurrence_id,
    account: row.account_id,
    accountName: row.name ?? '',
    moment: row.moment,
    label: momentOf(model, row.moment)?.label ?? row.moment,
    at: row.at.toISOString(),
    from: row.from_owner_id,
    to: row.owner_id,
  };
}

/** Through one index for what is theirs after a change, and another one for what was theirs before it. */
async function read(db: State, owner: string, since: Date): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
SELECT c.occurrence_id, o.account_id, a.name, o.moment, c.at, c.from_state, c.to_state, c.owner_id, c.from_owner_id
FROM (
  SELECT * FROM occurrence_change WHERE owner_id = ${owner} AND at >= ${since}
  UNION ALL
  SELECT * FROM occurrence_change WHERE from_owner_id = ${owner} AND from_owner_id IS DISTINCT FROM owner_id AND at >= ${since}
) AS c
JOIN occurrence AS o ON o.workspace_id = c.workspace_id AND o.id = c.occurrence_id
LEFT JOIN account AS a ON a.workspace_id = o.workspace_id AND a.id = o.account_id
ORDER BY c.at DESC, c.occurrence_id, c.number DESC LIMIT ${most}`.execute(db);
  return rows;
}
