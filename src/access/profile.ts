import { recordAudit } from '../store/state/audit.ts';
import type { AccessContext } from './context.ts';
import { inWorkspacesOf } from './sign-in.ts';
import { findPerson, type Person } from './visitor.ts';

/** What somebody can say about themselves; what is left out stays. */
export type ProfileChange = Partial<Pick<Person, 'name' | 'locale' | 'timeZone' | 'theme'>>;

/** Changes it; taste is not audited, a name is. */
export async function changeProfile(
  { state, clock }: AccessContext,
  person: Person,
  change: ProfileChange,
): Promise<Person> {
  const now = clock.now();
  return state.everywhere(async (db) => {
    const { name, locale, timeZone, theme } = change;
    await db
      .updateTable('auth_user')
      .set({
        updated_at: new Date(now),
        ...(name === undefined ? {} : { name }),
        ...(locale === undefined ? {} : { locale }),
        ...(timeZone === undefined ? {} : { time_zone: timeZone }),
        ...(theme === undefined ? {} : { theme }),
      })
      .where('id', '=', person.id)
      .execute();
    if (name !== undefined && name !== person.name) {
      const entries = await inWorkspacesOf(db, person, 'person.renamed', '');
      await recordAudit(
        db,
        ...entries.map((one) => ({ ...one, change: { before: { name: person.name }, after: { name } } })),
      );
    }
    return (await findPerson(db, person.id)) ?? person;
  });
}
