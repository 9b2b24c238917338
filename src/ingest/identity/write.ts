import { sql } from 'kysely';
import type { State } from '../../store/state/store.ts';
import { dayName } from '../loader/day.ts';
import type { IdentityChange, Marks } from '../loader/batch.ts';
import type { NewestTraits } from './newest-traits.ts';

/** First and last instant (epoch milliseconds) that somebody was seen at. */
export interface Seen {
  first: number;
  last: number;
}

const date = (instant: number): Date => new Date(instant);

/** Links, memberships, and the rows of people who turned out to be somebody else. */
export async function writeIdentity(state: State, workspace: string, change: IdentityChange): Promise<void> {
  const { links, timelines, people } = change;
  if (links.length > 0) {
    await sql`insert into person_alias (workspace_id, alias, person_id, linked_at)
      select ${workspace}, * from unnest(${links.map((link) => link.alias)}::text[],
        ${links.map((link) => link.personId)}::text[], ${links.map((link) => date(link.linkedAt))}::timestamptz[])
      on conflict (workspace_id, alias) do update set person_id = excluded.person_id, linked_at = excluded.linked_at`.execute(
      state,
    );
    await sql`with former as (
        select * from unnest(${[...people.keys()]}::text[], ${[...people.values()]}::text[]) as t(id, canonical)
      ), gone as (
        delete from person using former
        where person.workspace_id = ${workspace} and person.id = former.id and former.id <> former.canonical
        returning former.canonical, person.first_seen_at, person.last_seen_at
      )
      insert into person (workspace_id, id, first_seen_at, last_seen_at)
      select ${workspace}, canonical, min(first_seen_at), max(last_seen_at) from gone group by canonical
      on conflict (workspace_id, id) do update set
        first_seen_at = least(person.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(person.last_seen_at, excluded.last_seen_at)`.execute(state);
  }
  if (timelines.size === 0) return;
  await sql`delete from membership
    where workspace_id = ${workspace} and person_id = any(${[...timelines.keys()]}::text[])`.execute(state);
  const facts = [...timelines].flatMap(([person, timeline]) => timeline.map((fact) => ({ person, ...fact })));
  if (facts.length === 0) return;
  await sql`insert into membership (workspace_id, person_id, account_id, joined_at)
    select ${workspace}, * from unnest(${facts.map((fact) => fact.person)}::text[],
      ${facts.map((fact) => fact.accountId)}::text[], ${facts.map((fact) => date(fact.joinedAt))}::timestamptz[])
    on conflict (workspace_id, person_id, joined_at) do update set account_id = excluded.account_id`.execute(state);
}

/** First and last sight of people. In order of id, so that two writers never wait for each other in a circle. */
export async function writeSeenPeople(state: State, workspace: string, seen: ReadonlyMap<string, Seen>): Promise<void> {
  if (seen.size === 0) return;
  await sql`insert into person as t (workspace_id, id, first_seen_at, last_seen_at)
    select ${workspace}, * from ${sights(seen)}
    on conflict (workspace_id, id) do update set
      first_seen_at = least(t.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(t.last_seen_at, excluded.last_seen_at)
    where t.first_seen_at > excluded.first_seen_at or t.last_seen_at < excluded.last_seen_at`.execute(state);
}

/** First and last sight of accounts, each of which changes by it: returns their new revisions. In order of id as well. */
export async function writeSeenAccounts(
  state: State,
  workspace: string,
  seen: ReadonlyMap<string, Seen>,
): Promise<ReadonlyMap<string, number>> {
  if (seen.size === 0) return new Map();
  const { rows } = await sql<{ id: string; revision: number }>`
    insert into account as t (workspace_id, id, first_seen_at, last_seen_at, revision)
    select ${workspace}, *, 1 from ${sights(seen)}
    on conflict (workspace_id, id) do update set revision = t.revision + 1,
      first_seen_at = least(t.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(t.last_seen_at, excluded.last_seen_at)
    returning id, revision`.execute(state);
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}

function sights(seen: ReadonlyMap<string, Seen>) {
  const ids = [...seen.keys()].toSorted();
  const first = ids.map((id) => date(seen.get(id)?.first ?? 0));
  const last = ids.map((id) => date(seen.get(id)?.last ?? 0));
  return sql`unnest(${ids}::text[], ${first}::timestamptz[], ${last}::timestamptz[])`;
}

/** The newest traits, and the name of an account; '' when no trait says it, or not any more. */
export async function writeTraits(state: State, workspace: string, all: readonly NewestTraits[]): Promise<void> {
  for (const kind of ['account', 'person'] as const) {
    const owners = all.filter((owner) => owner.kind === kind).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (owners.length === 0) continue;
    const ids = owners.map(({ id }) => id);
    const values = owners.map(({ traits }) => JSON.stringify(traits));
    const given = sql`unnest(${ids}::text[], ${values}::jsonb[], ${owners.map(({ traits }) => nameOf(traits))}::text[]) as g(id, traits, name)`;
    const target = sql.table(kind);
    const name = kind === 'account' ? sql`, name = coalesce(g.name, '')` : sql``;
    await sql`update ${target} as t set traits = g.traits ${name} from ${given}
      where t.workspace_id = ${workspace} and t.id = g.id`.execute(state);
  }
}

function nameOf(traits: Readonly<Record<string, unknown>>): string | null {
  const name = traits['name'] ?? traits['Name'];
  return typeof name === 'string' || typeof name === 'number' ? String(name) : null;
}

/**
 * Days to roll up again, and accounts to evaluate again: at once when only the current day is touched (it is read from
 * raw events), else after their days are rolled up; not those that are `evaluated` already.
 */
export async function writeMarks(
  state: State,
  workspace: string,
  marks: Marks,
  { today, evaluated }: { readonly today: number; readonly evaluated?: ReadonlySet<string> | undefined },
): Promise<void> {
  const accounts = [...marks.keys()].toSorted();
  if (accounts.length === 0) return;
  const days = accounts.flatMap((account) => [...(marks.get(account)?.days ?? [])].map((day) => ({ account, day })));
  await sql`insert into stale_day (workspace_id, account_id, day)
    select ${workspace}, * from unnest(${days.map(({ account }) => account)}::text[],
      ${days.map(({ day }) => dayName(day))}::date[])
    on conflict (workspace_id, account_id, day) do update set marked_at = clock_timestamp()`.execute(state);
  const isToday = (account: string): boolean => [...(marks.get(account)?.days ?? [])].every((day) => day >= today);
  const dirty = accounts.filter((account) => evaluated?.has(account) !== true && isToday(account));
  if (dirty.length === 0) return;
  await sql`insert into dirty_account as d (workspace_id, account_id, received_at)
    select ${workspace}, * from unnest(${dirty}::text[],
      ${dirty.map((account) => date(marks.get(account)?.receivedAt ?? 0))}::timestamptz[])
    on conflict (workspace_id, account_id) do update set
      marked_at = clock_timestamp(), received_at = least(d.received_at, excluded.received_at)`.execute(state);
}

/** Says that something stored about these accounts changed, and returns their new revisions. In order of id as well. */
export async function raiseRevisions(
  state: State,
  workspace: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (accounts.length === 0) return new Map();
  const { rows } = await sql<{ id: string; revision: number }>`with own as (
      select id from account where workspace_id = ${workspace} and id = any(${accounts}::text[]) order by id for update
    )
    update account as a set revision = a.revision + 1 from own
    where a.workspace_id = ${workspace} and a.id = own.id
    returning a.id, a.revision`.execute(state);
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}
