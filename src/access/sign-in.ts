import { type Actor, type AuditEntry, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { type Attempts, countAttempt, forgiveAttempt, limits } from './attempts.ts';
import type { AccessContext, Origin } from './context.ts';
import { passwordLength } from './identities.ts';
import { Refused } from './refused.ts';
import { hashOf } from './secret.ts';
import { actorOfPerson, findPersonByEmail, membershipsOf, type Person } from './visitor.ts';

/**
 * Signs somebody in by password; the answer is what the cookie holds. Who it is stays untold: a wrong password and an
 * unknown address are answered in the same words and after the same work. Throws `Refused`, `TooMany`.
 */
export async function signIn(
  context: AccessContext,
  { email, password }: { email: string; password: string },
  origin: Origin,
): Promise<string> {
  const { state, clock, identities } = context;
  const attempts = signInAttempts(email, origin);
  await countAttempt(state, attempts, clock.now());
  const known = await state.everywhere(async (db) => {
    const person = await findPersonByEmail(db, email);
    return person ? { person, hash: await passwordHash(db, person.id) } : null;
  });
  const fits = await identities.passwordFits(password, known?.hash ?? null);
  const token = await state.everywhere(async (db) => {
    // Asked again: the password may have been replaced while this one was checked.
    if (!known || !fits || (await passwordHash(db, known.person.id)) !== known.hash) {
      await recordAudit(db, ...(await failedSignIn(db, email, known?.person ?? null, origin)));
      return null;
    }
    await forgiveAttempt(db, attempts);
    return beginSession(context, db, known.person, origin, 'password');
  });
  if (token === null) throw new Refused('wrong-credentials', 'The address or the password is wrong.');
  return token;
}

/** Begins a session in the caller's transaction and says so in the audit log of each of the person's workspaces. */
export async function beginSession(
  { identities, clock }: AccessContext,
  db: State,
  person: Person,
  { address, agent }: Origin,
  by: string,
): Promise<string> {
  const now = clock.now();
  await db.deleteFrom('auth_session').where('expires_at', '<', new Date(now)).execute();
  const token = await identities.startSession(db, { user: person.id, address, agent, now });
  await recordAudit(db, ...(await inWorkspacesOf(db, person, 'session.started', `by ${by}, from ${address}`)));
  return token;
}

/** Ends the session of this cookie. */
export async function signOut(context: AccessContext, token: string): Promise<void> {
  await context.state.everywhere(async (db) => {
    const ended = await db
      .deleteFrom('auth_session')
      .where('token', '=', hashOf(token))
      .returning('user_id')
      .executeTakeFirst();
    const person = ended
      ? await db
          .selectFrom('auth_user')
          .select(['id', 'name', 'email'])
          .where('id', '=', ended.user_id)
          .executeTakeFirst()
      : undefined;
    if (person) await recordAudit(db, ...(await inWorkspacesOf(db, person, 'session.ended', '')));
  });
}

/** Throws `Refused` unless the password is long enough and not the person's own name or address. */
export function checkPassword(password: string, { name, email }: { name: string; email: string }): void {
  const { min, max } = passwordLength;
  if (password.length < min || password.length > max) {
    throw new Refused(
      'weak-password',
      `A password has ${min} to ${max} characters. Several words are easy to keep in mind.`,
    );
  }
  const own = [email, email.split('@')[0] ?? '', name].map((text) => text.toLowerCase());
  if (own.includes(password.toLowerCase()) || /^(.)\1*$/.test(password)) {
    throw new Refused('weak-password', 'This password is too easy to guess: not your name or address, nor one letter.');
  }
}

/** The same entry for each workspace that the person may enter, so that each one's admins see it; else one of no workspace. */
export async function inWorkspacesOf(
  db: State,
  person: Pick<Person, 'id' | 'name' | 'email'>,
  action: string,
  cause: string,
  actor: Actor = actorOfPerson(person),
): Promise<AuditEntry[]> {
  const memberships = await membershipsOf(db, person.id);
  const workspaces = memberships.length === 0 ? [null] : memberships.map(({ workspace }) => workspace);
  const subject = { kind: 'person', id: person.id };
  return workspaces.map((workspace) => ({ workspace, actor, action, subject, cause }));
}

/** The hash of somebody's password; null when they have none. */
export async function passwordHash(db: State, user: string): Promise<string | null> {
  const row = await db
    .selectFrom('auth_identity')
    .select('password')
    .where('user_id', '=', user)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst();
  return row?.password ?? null;
}

function signInAttempts(email: string, { address }: Origin): Attempts {
  const person = hashOf(email.toLowerCase());
  return [
    [`sign-in:${address}:${person}`, limits.signInOfOne],
    [`sign-in:${address}`, limits.signInOfAddress],
    [`sign-in:${person}`, limits.signInOfPerson],
  ];
}

/** An address that nobody has is not written down: it may be somebody's password in the wrong field. */
async function failedSignIn(
  db: State,
  email: string,
  person: Person | null,
  { address }: Origin,
): Promise<AuditEntry[]> {
  const actor: Actor = { class: 'person', id: null, label: `somebody at ${address}` };
  if (person) return inWorkspacesOf(db, person, 'session.refused', 'wrong password', actor);
  const subject = { kind: 'person', id: `unknown:${hashOf(email.toLowerCase()).slice(0, 12)}` };
  return [{ workspace: null, actor, action: 'session.refused', subject, cause: 'unknown address' }];
}
