import type { Selectable } from 'kysely';
import { randomId, randomSecret } from '../lib/id.ts';
import type { InvitationTable, Role } from '../store/state/access-tables.ts';
import { type Actor, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { countAttempt, limits } from './attempts.ts';
import type { AccessContext, Origin } from './context.ts';
import { invitationLetter } from './letters.ts';
import { joinAs } from './members.ts';
import { linkUnusable, Refused } from './refused.ts';
import { reaches } from './roles.ts';
import { hashOf } from './secret.ts';
import { beginSession, checkPassword } from './sign-in.ts';
import { actorOfPerson, findPersonByEmail, type Person } from './visitor.ts';

const invitationLifeMs = 7 * 24 * 3_600_000;

/** An invitation as lists show it: never its link. */
export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly state: 'open' | 'accepted' | 'revoked' | 'expired';
}

/** What to ask somebody to join as. */
export interface InvitationRequest {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** Who invites: what they are called and the most that they can give. */
export interface Host {
  readonly actor: Actor;
  readonly role: Role;
}

/**
 * Invites somebody; the link is in the answer, once, and in their mail when mail can be sent. An open invitation of the
 * same address is replaced. Throws `Refused`, `TooMany`.
 */
export async function invite(
  context: AccessContext,
  workspace: string,
  request: InvitationRequest,
  { actor, role }: Host,
): Promise<Invitation & { link: string; mailed: boolean }> {
  const { state, clock, post } = context;
  if (!reaches(role, request.role))
    throw new Refused('role-too-high', `As a ${role} you can invite up to a ${role}, not a ${request.role}.`);
  const now = clock.now();
  await countAttempt(state, [[`invite:${workspace}`, limits.inviteOfWorkspace]], now);
  const email = request.email.toLowerCase();
  const token = randomSecret(32);
  const { row, name } = await state.within(workspace, async (db) => {
    await refuseMember(db, email);
    await db
      .updateTable('invitation')
      .set({ revoked_at: new Date(now) })
      .where('email', '=', email)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
    const made = await db
      .insertInto('invitation')
      .values({
        workspace_id: workspace,
        id: randomId('invitation'),
        email,
        name: request.name,
        role: request.role,
        hash: hashOf(token),
        by_mail: post !== null,
        invited_by: actor.label,
        created_at: new Date(now),
        expires_at: new Date(now + invitationLifeMs),
        accepted_at: null,
        revoked_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const after = { email, name: request.name, role: request.role };
    const subject = { kind: 'invitation', id: made.id };
    await recordAudit(db, { workspace, actor, action: 'invitation.created', subject, change: { after } });
    const home = await db.selectFrom('workspace').select('name').executeTakeFirstOrThrow();
    return { row: made, name: home.name };
  });
  const link = `${context.publicUrl()}/invitation#${token}`;
  const mailed = await mail(context, row, name, link);
  return { ...invitationOf(row, now), link, mailed };
}

/** The invitations of a workspace, newest first. */
export async function listInvitations({ state, clock }: AccessContext, workspace: string): Promise<Invitation[]> {
  const rows = await state.within(workspace, (db) =>
    db.selectFrom('invitation').selectAll().orderBy('created_at', 'desc').orderBy('id').limit(1000).execute(),
  );
  return rows.map((row) => invitationOf(row, clock.now()));
}

/** Takes an invitation back; false when there is no open one of this id. */
export async function revokeInvitation(
  { state, clock }: AccessContext,
  workspace: string,
  id: string,
  actor: Actor,
): Promise<boolean> {
  const at = clock.now();
  return state.within(workspace, async (db) => {
    const result = await db
      .updateTable('invitation')
      .set({ revoked_at: new Date(at) })
      .where('id', '=', id)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    const subject = { kind: 'invitation', id };
    await recordAudit(db, { workspace, actor, action: 'invitation.revoked', subject });
    return true;
  });
}

/** What a link invites to; `known`: the address can sign in already, and must. Throws `Refused`. */
export async function lookAtInvitation(
  { state, clock }: AccessContext,
  token: string,
): Promise<{ workspace: string; email: string; name: string; role: Role; invitedBy: string; known: boolean }> {
  return state.everywhere(async (db) => {
    const found = await openInvitation(db, token, clock.now());
    const home = await db
      .selectFrom('workspace')
      .select('name')
      .where('id', '=', found.workspace_id)
      .executeTakeFirstOrThrow();
    const known = (await findPersonByEmail(db, found.email)) !== null;
    const { email, name, role, invited_by } = found;
    return { workspace: home.name, email, name, role, invitedBy: invited_by, known };
  });
}

/**
 * Joins by the link: as who is signed in, whose address must be the invited one, or as a new person with a password. The
 * answer is what the cookie holds; null for who is signed in. Throws `Refused`.
 */
export async function acceptInvitation(
  context: AccessContext,
  token: string,
  { visitor, name, password }: { visitor: Person | null; name: string; password: string | null },
  origin: Origin,
): Promise<string | null> {
  const { state, clock, identities } = context;
  const now = clock.now();
  const asked = await state.everywhere((db) => openInvitation(db, token, now));
  if (visitor && visitor.email !== asked.email)
    throw new Refused(
      'other-person',
      `This invitation is for ${asked.email}, and you are ${visitor.email}. Sign out first.`,
    );
  if (!visitor && password === null)
    throw new Refused('weak-password', 'Choose a name and a password, or sign in first.');
  if (!visitor) checkPassword(password ?? '', { name, email: asked.email });
  const hash = visitor ? null : await identities.hashPassword(password ?? '');
  return state.everywhere(async (db) => {
    const found = await openInvitation(db, token, now, true);
    const joining = visitor ?? (await newPerson(context, db, { found, name, hash: hash ?? '', now }));
    await joinAs(context, db, found.workspace_id, { person: joining, role: found.role, now });
    await db
      .updateTable('invitation')
      .set({ accepted_at: new Date(now) })
      .where('workspace_id', '=', found.workspace_id)
      .where('id', '=', found.id)
      .execute();
    await recordAudit(db, {
      workspace: found.workspace_id,
      actor: actorOfPerson(joining),
      action: 'invitation.accepted',
      subject: { kind: 'invitation', id: found.id },
      change: { after: { role: found.role } },
    });
    return visitor ? null : beginSession(context, db, joining, origin, 'invitation');
  });
}

async function newPerson(
  { identities }: AccessContext,
  db: State,
  { found, name, hash, now }: { found: Selectable<InvitationTable>; name: string; hash: string; now: number },
): Promise<Person> {
  const { email } = found;
  if (await findPersonByEmail(db, email))
    throw new Refused('sign-in-first', `${email} can sign in already. Sign in, then open the link again.`);
  const called = name || found.name || (email.split('@')[0] ?? email);
  const id = await identities.createUser(db, { name: called, email, verified: found.by_mail, now });
  await identities.setPassword(db, id, hash);
  return { id, name: called, email, locale: '', timeZone: '', theme: 'system' };
}

async function openInvitation(
  db: State,
  token: string,
  now: number,
  forUpdate = false,
): Promise<Selectable<InvitationTable>> {
  const found = await db
    .selectFrom('invitation')
    .selectAll()
    .where('hash', '=', hashOf(token))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .$if(forUpdate, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!found) throw linkUnusable();
  return found;
}

async function refuseMember(db: State, email: string): Promise<void> {
  const there = await db
    .selectFrom('member')
    .select('id')
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', email))
    .where('user_id', 'is not', null)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (there) throw new Refused('already-member', `${email} is a member of this workspace already.`);
}

async function mail(
  { post, log }: AccessContext,
  row: Selectable<InvitationTable>,
  workspace: string,
  link: string,
): Promise<boolean> {
  if (!post) return false;
  try {
    await post.send(invitationLetter({ email: row.email, invitedBy: row.invited_by, workspace, link }));
    return true;
  } catch (error) {
    log.warn({ err: error }, 'an invitation could not be mailed');
    return false;
  }
}

function invitationOf(row: Selectable<InvitationTable>, now: number): Invitation {
  const over = row.expires_at.getTime() <= now ? 'expired' : 'open';
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    invitedBy: row.invited_by,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    state: row.accepted_at ? 'accepted' : row.revoked_at ? 'revoked' : over,
  };
}
