import { z } from 'zod';
import { type Actor, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { countAttempt, limits } from './attempts.ts';
import type { AccessContext, Origin } from './context.ts';
import { resetLetter } from './letters.ts';
import { forgetOnce, issueOnce, useOnce } from './one-time.ts';
import { linkUnusable, Refused } from './refused.ts';
import { hashOf } from './secret.ts';
import { beginSession, checkPassword, inWorkspacesOf, passwordHash } from './sign-in.ts';
import { findPerson, findPersonByEmail, membershipsOf, type Person, type Visitor } from './visitor.ts';

const resetLifeMs = 3_600_000;
const resetValue = z.object({ user: z.string() });

/** Replaces the password of who is signed in; every other session ends. Throws `Refused`, `TooMany`. */
export async function changePassword(
  context: AccessContext,
  { person, session }: Visitor,
  { current, next }: { current: string; next: string },
  origin: Origin,
): Promise<void> {
  const { state, clock, identities } = context;
  await countAttempt(state, [[`password:${person.id}`, limits.signInOfOne]], clock.now());
  checkPassword(next, person);
  const old = await state.everywhere((db) => passwordHash(db, person.id));
  if (!(await identities.passwordFits(current, old)))
    throw new Refused('wrong-password', 'The current password is wrong; nothing was changed.');
  const hash = await identities.hashPassword(next);
  await state.everywhere(async (db) => {
    await identities.setPassword(db, person.id, hash);
    await db.deleteFrom('auth_session').where('user_id', '=', person.id).where('id', '<>', session).execute();
    await forgetOnce(db, 'reset', { user: person.id });
    const cause = `from ${origin.address}`;
    await recordAudit(db, ...(await inWorkspacesOf(db, person, 'password.changed', cause)));
  });
}

/**
 * Mails a link for a new password, if the address is somebody's and mail can be sent. Whether it was is not told: the
 * caller answers before this is done. Throws `TooMany`.
 */
export async function mailResetLink(
  context: AccessContext,
  email: string,
  origin: Origin,
): Promise<() => Promise<void>> {
  const { state, clock, post } = context;
  const attempts = [
    [`reset:${hashOf(email.toLowerCase())}`, limits.mailToPerson],
    [`reset:${origin.address}`, limits.mailOfAddress],
  ] as const;
  await countAttempt(state, attempts, clock.now());
  return async () => {
    const made = await state.everywhere(async (db) => {
      const person = await findPersonByEmail(db, email);
      if (!person || !post) return null;
      const actor: Actor = { class: 'person', id: null, label: `somebody at ${origin.address}` };
      return { person, link: await resetLinkOf(context, db, person, actor) };
    });
    if (made) await post?.send(resetLetter({ email: made.person.email, name: made.person.name, link: made.link }));
  };
}

/**
 * A link with which a member of the workspace chooses a new password; null when there is none who can sign in. Whoever
 * holds it becomes that person, in all of their workspaces: for somebody of several, `everywhere` must be allowed to who
 * asks. Throws `Refused`.
 */
export async function resetLink(
  context: AccessContext,
  workspace: string,
  email: string,
  { actor, everywhere }: { actor: Actor; everywhere: boolean },
): Promise<string | null> {
  return context.state.everywhere(async (db) => {
    const person = await findPersonByEmail(db, email);
    const memberships = person ? await membershipsOf(db, person.id) : [];
    if (!person || !memberships.some((one) => one.workspace === workspace)) return null;
    if (memberships.length > 1 && !everywhere) {
      const detail = `${person.email} is in other workspaces too: only the operator can make this link, or they by mail.`;
      throw new Refused('role-too-high', detail);
    }
    return resetLinkOf(context, db, person, actor);
  });
}

/** Sets a new password by the link, ends every session, and begins one; the answer is what the cookie holds. Throws `Refused`. */
export async function resetPassword(
  context: AccessContext,
  { token, password }: { token: string; password: string },
  origin: Origin,
): Promise<string> {
  const { state, clock, identities } = context;
  const now = clock.now();
  await countAttempt(state, [[`link:${origin.address}`, limits.linkOfAddress]], now);
  checkPassword(password, { name: '', email: '' });
  const hash = await identities.hashPassword(password);
  return state.everywhere(async (db) => {
    const value = resetValue.nullable().parse(await useOnce(db, 'reset', token, now));
    const person = value ? await findPerson(db, value.user) : null;
    if (!person) throw linkUnusable();
    checkPassword(password, person);
    await identities.setPassword(db, person.id, hash);
    await db.deleteFrom('auth_session').where('user_id', '=', person.id).execute();
    await forgetOnce(db, 'reset', { user: person.id });
    await recordAudit(db, ...(await inWorkspacesOf(db, person, 'password.reset', `from ${origin.address}`)));
    return beginSession(context, db, person, origin, 'reset link');
  });
}

/** The newest link is the only one. */
async function resetLinkOf(context: AccessContext, db: State, person: Person, actor: Actor): Promise<string> {
  const now = context.clock.now();
  const value = { user: person.id };
  await forgetOnce(db, 'reset', value);
  const token = await issueOnce(db, 'reset', { value, now, lifeMs: resetLifeMs });
  await recordAudit(db, ...(await inWorkspacesOf(db, person, 'password.reset-link-made', '', actor)));
  return `${context.publicUrl()}/reset#${token}`;
}
