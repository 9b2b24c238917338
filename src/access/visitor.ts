import type { Selectable } from 'kysely';
import type { AuthUserTable, Role } from '../store/state/access-tables.ts';
import type { Actor } from '../store/state/audit.ts';
import type { State, StateStore } from '../store/state/store.ts';
import { sessionLife } from './identities.ts';
import { hashOf } from './secret.ts';

/** Somebody who can sign in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Empty: what the browser says. */
  readonly locale: string;
  readonly timeZone: string;
  readonly theme: 'system' | 'light' | 'dark';
}

/** A workspace that a person may enter, as which member. */
export interface Membership {
  readonly workspace: string;
  readonly slug: string;
  readonly name: string;
  readonly member: string;
  readonly role: Role;
}

/** Who is signed in: a person, by one session, with the workspaces they may enter, by slug. */
export interface Visitor {
  readonly session: string;
  readonly person: Person;
  readonly memberships: readonly Membership[];
}

/** The person as the audit log names them. */
export function actorOfPerson({ id, name, email }: Pick<Person, 'id' | 'name' | 'email'>): Actor {
  return { class: 'person', id, label: name === '' ? email : `${name} <${email}>` };
}

/** Whose cookie this is; null when nobody's, or not any more. A session that is used lives on. */
export async function findVisitor(state: StateStore, token: string, now: number): Promise<Visitor | null> {
  return state.everywhere(async (db) => {
    const session = await db
      .selectFrom('auth_session')
      .select(['id', 'user_id', 'updated_at', 'created_at'])
      .where('token', '=', hashOf(token))
      .where('expires_at', '>', new Date(now))
      .executeTakeFirst();
    if (!session) return null;
    const person = await findPerson(db, session.user_id);
    if (!person) return null;
    if (session.updated_at.getTime() < now - prolongMs) await prolong(db, session, now);
    return { session: session.id, person, memberships: await membershipsOf(db, person.id) };
  });
}

/** Once a day is enough: a session must not cost a write per request. */
const prolongMs = 24 * 3_600_000;

async function prolong(db: State, session: { id: string; created_at: Date }, now: number): Promise<void> {
  const end = Math.min(now + sessionLife.idleMs, session.created_at.getTime() + sessionLife.wholeMs);
  await db
    .updateTable('auth_session')
    .set({ updated_at: new Date(now), expires_at: new Date(end) })
    .where('id', '=', session.id)
    .execute();
}

/** Somebody by id. */
export async function findPerson(db: State, id: string): Promise<Person | null> {
  const row = await db.selectFrom('auth_user').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? personOf(row) : null;
}

/** Somebody by address, in whatever letters. */
export async function findPersonByEmail(db: State, email: string): Promise<Person | null> {
  const row = await db.selectFrom('auth_user').selectAll().where('email', '=', email.toLowerCase()).executeTakeFirst();
  return row ? personOf(row) : null;
}

/** Where somebody may go, by slug. */
export async function membershipsOf(db: State, user: string): Promise<Membership[]> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('workspace', 'workspace.id', 'member.workspace_id')
    .select(['workspace.id as workspace', 'workspace.slug', 'workspace.name', 'member.id as member', 'member.role'])
    .where('member.user_id', '=', user)
    .where('member.removed_at', 'is', null)
    .orderBy('workspace.slug')
    .execute();
  return rows;
}

function personOf(row: Selectable<AuthUserTable>): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    locale: row.locale,
    timeZone: row.time_zone,
    theme: row.theme,
  };
}
