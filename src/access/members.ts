import type { Role } from '../store/state/access-tables.ts';
import type { State } from '../store/state/store.ts';
import type { AccessContext } from './context.ts';
import type { Person } from './visitor.ts';

/**
 * Makes a person a member of a workspace: the member whose address is theirs and as whom nobody signs in yet, else a new
 * one. Who is a member already gets the role when it is another. Returns the member's id.
 */
export async function joinAs(
  context: AccessContext,
  db: State,
  workspace: string,
  { person, role, now, member = null }: { person: Person; role: Role; now: number; member?: string | null },
): Promise<string> {
  const mine = await db
    .selectFrom('member')
    .select('id')
    .where('workspace_id', '=', workspace)
    .where('removed_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('user_id', '=', person.id),
        eb.and([
          eb('user_id', 'is', null),
          member === null ? eb(eb.fn<string>('lower', ['email']), '=', person.email) : eb('id', '=', member),
        ]),
      ]),
    )
    .orderBy('user_id') // the one that is theirs already comes before one that has nobody (nulls last)
    .orderBy('id')
    .executeTakeFirst();
  if (mine) {
    await db
      .updateTable('member')
      .set((eb) => ({
        user_id: person.id,
        role,
        email: eb.case().when('email', '=', '').then(person.email).else(eb.ref('email')).end(),
      }))
      .where('workspace_id', '=', workspace)
      .where('id', '=', mine.id)
      .execute();
    await context.joined(db, workspace, mine.id);
    return mine.id;
  }
  const id = await freeHandle(db, workspace, person.email);
  await db
    .insertInto('member')
    .values({
      workspace_id: workspace,
      id,
      name: person.name,
      email: person.email,
      role,
      user_id: person.id,
      most_accounts: null,
      created_at: new Date(now),
      removed_at: null,
    })
    .execute();
  await context.joined(db, workspace, id);
  return id;
}

/** A short name that people type, from the address: `anna`, `anna-2`; of those who are gone none is given again. */
async function freeHandle(db: State, workspace: string, email: string): Promise<string> {
  const wanted = (email.split('@')[0] ?? '').replaceAll(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
  const name = (reserved.has(wanted) || wanted === '' ? `member-${wanted}` : wanted).slice(0, longestHandle);
  const taken = await db.selectFrom('member').select('id').where('workspace_id', '=', workspace).execute();
  const ids = new Set(taken.map(({ id }) => id));
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`;
    if (!ids.has(id)) return id;
  }
}

/** Names that histories use for others than members. */
const reserved = new Set(['pool', 'operator']);
const longestHandle = 50;
