import { z } from 'zod';
import { type Actor, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import type { AccessContext, Origin } from './context.ts';
import { joinAs } from './members.ts';
import { forgetOnce, issueOnce, lookAtOnce, useOnce } from './one-time.ts';
import { linkUnusable, Refused } from './refused.ts';
import { beginSession, checkPassword } from './sign-in.ts';
import { actorOfPerson, findPerson, findPersonByEmail, type Person } from './visitor.ts';

const welcomeLifeMs = 24 * 3_600_000;

/** What is kept with a welcome link: where it leads, and as whom; the demo's asks for nothing. */
const welcomeValue = z.object({
  workspace: z.string(),
  member: z.string().nullable(),
  asks: z.boolean(),
});
type WelcomeValue = z.infer<typeof welcomeValue>;

/** The role that a welcome link gives: to who starts Rapport everything, in the demo what a manager does. */
const roleOf = ({ asks }: WelcomeValue): 'admin' | 'manager' => (asks ? 'admin' : 'manager');

/** Whether anybody can sign in: before that, whoever starts Rapport is shown a link. */
export async function isAnybodyThere({ state }: AccessContext): Promise<boolean> {
  const row = await state.everywhere((db) => db.selectFrom('auth_user').select('id').limit(1).executeTakeFirst());
  return row !== undefined;
}

/** A link for whoever runs Rapport: it makes them an admin of the workspace, once, within a day. */
export async function welcomeLink(context: AccessContext, workspace: string, actor: Actor): Promise<string> {
  return makeLink(context, { workspace, member: null, asks: true }, actor);
}

/** A link that signs in as a member of the demo company, with nothing to fill in. */
export async function demoLink(
  context: AccessContext,
  workspace: string,
  member: string,
  actor: Actor,
): Promise<string> {
  return makeLink(context, { workspace, member, asks: false }, actor);
}

/** Where a link leads, and whether it asks for name, address and password. Throws `Refused`. */
export async function lookAtWelcome(
  { state, clock }: AccessContext,
  token: string,
): Promise<{ workspace: string; asks: boolean; name: string | null }> {
  return state.everywhere(async (db) => {
    const value = welcomeValue.nullable().parse(await lookAtOnce(db, 'welcome', token, clock.now()));
    if (!value) throw linkUnusable();
    const home = await db.selectFrom('workspace').select('name').where('id', '=', value.workspace).executeTakeFirst();
    if (!home) throw linkUnusable();
    const name = value.member === null ? null : await nameOfMember(db, value.workspace, value.member);
    return { workspace: home.name, asks: value.asks, name };
  });
}

/** Comes in by the link; the answer is what the cookie holds. Throws `Refused`. */
export async function acceptWelcome(
  context: AccessContext,
  token: string,
  given: { name: string; email: string; password: string } | null,
  origin: Origin,
): Promise<string> {
  const { state, clock, identities } = context;
  const now = clock.now();
  if (given) checkPassword(given.password, given);
  const hash = given ? await identities.hashPassword(given.password) : null;
  return state.everywhere(async (db) => {
    const value = welcomeValue.nullable().parse(await useOnce(db, 'welcome', token, now));
    if (!value) throw linkUnusable();
    if (value.asks && !given) throw new Refused('weak-password', 'Say your name, your address, and choose a password.');
    const joining =
      given && hash !== null
        ? await newAdmin(context, db, { ...given, hash, now })
        : await memberOfDemo(context, db, value, now);
    const member = await joinAs(context, db, value.workspace, {
      person: joining,
      role: roleOf(value),
      now,
      member: value.member,
    });
    await recordAudit(db, {
      workspace: value.workspace,
      actor: actorOfPerson(joining),
      action: 'member.welcomed',
      subject: { kind: 'member', id: member },
      change: { after: { role: roleOf(value) } },
    });
    // Whoever starts Rapport again and again has left links behind: one is enough.
    if (value.asks) await forgetOnce(db, 'welcome');
    return beginSession(context, db, joining, origin, 'welcome link');
  });
}

async function makeLink(context: AccessContext, value: WelcomeValue, actor: Actor): Promise<string> {
  const { state, clock } = context;
  const now = clock.now();
  const token = await state.everywhere(async (db) => {
    const made = await issueOnce(db, 'welcome', { value, now, lifeMs: welcomeLifeMs });
    const { workspace } = value;
    const subject = { kind: 'workspace', id: workspace };
    await recordAudit(db, { workspace, actor, action: 'welcome.link-made', subject });
    return made;
  });
  return `${context.publicUrl()}/welcome#${token}`;
}

async function newAdmin(
  { identities }: AccessContext,
  db: State,
  { name, email, hash, now }: { name: string; email: string; hash: string; now: number },
): Promise<Person> {
  if (await findPersonByEmail(db, email))
    throw new Refused(
      'sign-in-first',
      `${email} can sign in already. Take another address, or a link for a new password.`,
    );
  const id = await identities.createUser(db, { name, email: email.toLowerCase(), verified: false, now });
  await identities.setPassword(db, id, hash);
  return { id, name, email: email.toLowerCase(), locale: '', timeZone: '', theme: 'system' };
}

/** Whoever follows the demo's link is the same person each time; nobody gets mail at an address of `.invalid`. */
async function memberOfDemo(
  { identities }: AccessContext,
  db: State,
  { workspace, member }: WelcomeValue,
  now: number,
): Promise<Person> {
  const row = await db
    .selectFrom('member')
    .select(['name', 'user_id'])
    .where('workspace_id', '=', workspace)
    .where('id', '=', member ?? '')
    .executeTakeFirst();
  if (!row) throw linkUnusable();
  const known = row.user_id === null ? null : await findPerson(db, row.user_id);
  if (known) return known;
  const email = `${member ?? ''}@demo.invalid`.toLowerCase();
  const there = await findPersonByEmail(db, email);
  if (there) return there;
  const id = await identities.createUser(db, { name: row.name, email, verified: false, now });
  return { id, name: row.name, email, locale: '', timeZone: '', theme: 'system' };
}

async function nameOfMember(db: State, workspace: string, member: string): Promise<string | null> {
  const row = await db
    .selectFrom('member')
    .select('name')
    .where('workspace_id', '=', workspace)
    .where('id', '=', member)
    .executeTakeFirst();
  return row?.name ?? null;
}
