import { CsvError, parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import { Problem } from '../api/problem.ts';
import type { RoleImportReport } from '../api/team/shapes.ts';
import { closest } from '../lib/closest.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { roleProblem, rolesOf } from './account-roles.ts';
import type { Core } from './core.ts';
import { giveRoles, type RoleGift } from './give-roles.ts';
import { changeTeam, markOwners } from './reown.ts';

const columns = ['account', 'role', 'member'] as const;
/** More mistakes than these are only counted. */
const mostShown = 100;

interface Row extends RoleGift {
  readonly line: number;
}

interface Mistake {
  readonly line: number;
  readonly message: string;
}

/** Gives the roles of a CSV file; with one mistake in it, none of them. */
export async function importRoles(
  core: Core,
  workspace: string,
  { csv, dryRun, by }: { csv: string; dryRun: boolean; by: string },
): Promise<RoleImportReport> {
  const rows = readRows(csv);
  const roles = await rolesOf(core, workspace);
  return changeTeam(core, workspace, async (db) => {
    const mistakes = await mistakesIn(db, rows, roles);
    if (mistakes.length > 0) throw refusal(mistakes);
    const changes = dryRun ? await wouldChange(db, workspace, rows) : await countedGifts(core, db, workspace, rows, by);
    return { rows: rows.length, changed: changes, unchanged: rows.length - changes, dryRun };
  });
}

async function countedGifts(
  core: Core,
  db: State,
  workspace: string,
  rows: readonly Row[],
  by: string,
): Promise<number> {
  const changes = await wouldChange(db, workspace, rows);
  const accounts = await giveRoles(db, workspace, rows, by, core.clock.now());
  await markOwners(db, workspace, { kind: 'accounts', accounts });
  const change = { after: { rows: rows.length, changed: changes } };
  await recordAudit(db, { workspace, action: 'roles.imported', subject: { kind: 'workspace', id: workspace }, change });
  return changes;
}

async function wouldChange(db: State, workspace: string, rows: readonly Row[]): Promise<number> {
  const found = await sql<{ count: number }>`
SELECT count(*) AS count FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS g (account text, role text, member text)
LEFT JOIN account_role AS r
  ON r.workspace_id = ${workspace} AND r.account_id = g.account AND r.role = g.role AND r.until_at IS NULL
WHERE r.member_id IS DISTINCT FROM g.member`.execute(db);
  return found.rows[0]?.count ?? 0;
}

function readRows(csv: string): readonly Row[] {
  let records: readonly { readonly info: { readonly lines: number }; readonly record: readonly string[] }[];
  try {
    records = parse(csv, { bom: true, skip_empty_lines: true, trim: true, info: true }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refusal([{ line: Number(error['lines'] ?? 0), message: error.message }]);
  }
  const [header, ...rest] = records;
  const names = header?.record ?? [];
  const missing = columns.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !(columns as readonly string[]).includes(name));
  if (missing.length > 0 || unknown.length > 0) {
    const near = unknown.map((name) => closest(name, missing)).find((one) => one !== null);
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    throw refusal([
      { line: 1, message: `The columns must be ${columns.join(', ')}; found ${names.join(', ')}${hint}` },
    ]);
  }
  const [account, role, member] = columns.map((name) => names.indexOf(name));
  return rest.map(({ info, record }) => ({
    line: info.lines,
    account: record[account ?? 0] ?? '',
    role: record[role ?? 0] ?? '',
    member: record[member ?? 0] || null,
  }));
}

async function mistakesIn(db: State, rows: readonly Row[], roles: readonly string[] | null): Promise<Mistake[]> {
  const accounts = await db
    .selectFrom('account')
    .select('id')
    .where('id', '=', sql<string>`ANY(${[...new Set(rows.map(({ account }) => account))]}::text[])`)
    .execute();
  const members = await db.selectFrom('member').select(['id', 'role', 'removed_at']).execute();
  const known = {
    accounts: new Set(accounts.map(({ id }) => id)),
    members: new Map(members.map((one) => [one.id, one])),
  };
  const seen = new Set<string>();
  return rows.flatMap(({ line, account, role, member }) => {
    const messages: (string | null)[] = [];
    if (!known.accounts.has(account)) messages.push(`there is no account "${account}"`);
    if (role === '') messages.push('the role is empty');
    else if (member !== null) messages.push(roleProblem(role, roles));
    if (member !== null) messages.push(memberProblem(member, known.members));
    const key = JSON.stringify([account, role]);
    if (seen.has(key)) messages.push(`the role ${role} of ${account} stands here twice`);
    seen.add(key);
    return messages.flatMap((message) => (message === null ? [] : [{ line, message }]));
  });
}

function memberProblem(
  id: string,
  members: ReadonlyMap<string, { readonly role: string; readonly removed_at: Date | null }>,
): string | null {
  const found = members.get(id);
  if (found === undefined) {
    const near = closest(id, members.keys());
    return `there is no member "${id}"${near === null ? '' : `; did you mean ${near}?`}`;
  }
  if (found.removed_at !== null) return `the member "${id}" is not active`;
  return found.role === 'viewer' ? `"${id}" is a viewer, to whom nothing can be given` : null;
}

function refusal(mistakes: readonly Mistake[]): Problem {
  const [first] = mistakes;
  const more = mistakes.length > 1 ? ` And ${mistakes.length - 1} more.` : '';
  const detail = `Line ${first?.line}: ${first?.message}.${more} Nothing was changed.`;
  return new Problem(422, 'The file has mistakes', detail, {
    mistakes: mistakes.slice(0, mostShown),
    count: mistakes.length,
  });
}
