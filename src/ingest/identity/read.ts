import { sql } from 'kysely';
import type { State } from '../../store/state/store.ts';
import type { AliasFact, Links } from './aliases.ts';
import { resolveAccounts } from './attribution.ts';
import type { MembershipFact, Timeline } from './memberships.ts';

/** The workspace was removed: its events belong to nobody. */
export class UnknownWorkspace extends Error {
  override readonly name = 'UnknownWorkspace';
  constructor(workspace: string) {
    super(`There is no workspace ${workspace}.`);
  }
}

/** What an account is in the workspace, and whether it has links, merged accounts and domains at all. */
export async function readKind(
  state: State,
  workspace: string,
): Promise<{ accountKind: 'group' | 'person'; hasLinks: boolean; hasMerges: boolean; hasDomains: boolean }> {
  const { rows } = await sql<{ kind: 'group' | 'person'; links: boolean; merges: boolean; domains: boolean }>`
    select account_kind as kind,
      exists(select 1 from person_alias where workspace_id = ${workspace}) as links,
      exists(select 1 from account_alias where workspace_id = ${workspace}) as merges,
      exists(select 1 from account_domain where workspace_id = ${workspace}) as domains
    from workspace where id = ${workspace}`.execute(state);
  const row = rows[0];
  if (!row) throw new UnknownWorkspace(workspace);
  return { accountKind: row.kind, hasLinks: row.links, hasMerges: row.merges, hasDomains: row.domains };
}

/** All links within reach of the ids, over any number of links in both directions. */
export async function readLinks(state: State, workspace: string, ids: readonly string[]): Promise<Links> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ alias: string; person_id: string; linked_at: Date }>`
    with recursive reach(id) as (
      select unnest(${ids}::text[])
      union
      select next.id from reach cross join lateral (
        select person_id as id from person_alias where workspace_id = ${workspace} and alias = reach.id
        union all
        select alias from person_alias where workspace_id = ${workspace} and person_id = reach.id
      ) as next
    )
    select alias, person_id, linked_at from person_alias
    where workspace_id = ${workspace} and alias in (select id from reach)`.execute(state);
  return new Map(
    rows.map((row): [string, AliasFact] => [
      row.alias,
      { alias: row.alias, personId: row.person_id, linkedAt: row.linked_at.getTime() },
    ]),
  );
}

/** The stored timelines of people. */
export async function readTimelines(
  state: State,
  workspace: string,
  people: readonly string[],
): Promise<Map<string, Timeline>> {
  const timelines = new Map<string, MembershipFact[]>();
  if (people.length === 0) return timelines;
  const { rows } = await sql<{ person_id: string; account_id: string; joined_at: Date }>`
    select person_id, account_id, joined_at from membership
    where workspace_id = ${workspace} and person_id = any(${people}::text[])
    order by person_id, joined_at`.execute(state);
  for (const row of rows) {
    const fact = { joinedAt: row.joined_at.getTime(), accountId: row.account_id };
    const known = timelines.get(row.person_id);
    if (known) known.push(fact);
    else timelines.set(row.person_id, [fact]);
  }
  return timelines;
}

/** Merged accounts → where they went. Few, so all of them are read. */
export async function readAccounts(state: State, workspace: string): Promise<Map<string, string>> {
  const rows = await state
    .selectFrom('account_alias')
    .select(['alias', 'account_id'])
    .where('workspace_id', '=', workspace)
    .execute();
  return resolveAccounts(new Map(rows.map((row) => [row.alias, row.account_id])));
}

/** Which of these people have a row, so have been seen before. */
export async function readSeen(state: State, workspace: string, people: readonly string[]): Promise<Set<string>> {
  if (people.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select id from person where workspace_id = ${workspace} and id = any(${people}::text[])`.execute(state);
  return new Set(rows.map(({ id }) => id));
}

/** The traits of people and accounts as they are shown now, by `kind id`. */
export async function readTraits(
  state: State,
  workspace: string,
  owners: { readonly people: readonly string[]; readonly accounts: readonly string[] },
): Promise<Map<string, Readonly<Record<string, unknown>>>> {
  const shown = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [kind, ids] of [['person', owners.people] as const, ['account', owners.accounts] as const]) {
    if (ids.length === 0) continue;
    const { rows } = await sql<{ id: string; traits: Record<string, unknown> }>`
      select id, traits from ${sql.table(kind)}
      where workspace_id = ${workspace} and id = any(${ids}::text[]) and traits <> '{}'::jsonb`.execute(state);
    for (const { id, traits } of rows) shown.set(`${kind} ${id}`, traits);
  }
  return shown;
}

/** Domain → account, for these domains. */
export async function readDomains(
  state: State,
  workspace: string,
  domains: readonly string[],
): Promise<Map<string, string>> {
  if (domains.length === 0) return new Map();
  const { rows } = await sql<{ domain: string; account_id: string }>`
    select domain, account_id from account_domain
    where workspace_id = ${workspace} and domain = any(${domains}::text[])`.execute(state);
  return new Map(rows.map((row) => [row.domain, row.account_id]));
}
