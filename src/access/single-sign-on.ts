import { z } from 'zod';
import { type AuditEntry, recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { countAttempt, limits } from './attempts.ts';
import type { AccessContext, Origin } from './context.ts';
import { joinAs } from './members.ts';
import { newTrip, type Oidc, type OidcPerson } from './oidc.ts';
import { issueOnce, useOnce } from './one-time.ts';
import { ownPath } from './own-path.ts';
import { linkUnusable, Refused } from './refused.ts';
import { beginSession } from './sign-in.ts';
import { actorOfPerson, findPerson, findPersonByEmail, membershipsOf, type Person } from './visitor.ts';

const tripLifeMs = 10 * 60_000;
const tripValue = z.object({ verifier: z.string(), nonce: z.string(), to: z.string() });

/** Where the provider sends people back to. */
export const callbackPath = '/api/sign-in/oidc/callback';

/** Sends somebody to the provider; the browser keeps `state`, so that nobody else's answer is taken for theirs. */
export async function leaveForProvider(
  { state: store, clock, publicUrl }: AccessContext,
  oidc: Oidc,
  to: string,
  { address }: Origin,
): Promise<{ url: string; state: string }> {
  const now = clock.now();
  await countAttempt(store, [[`oidc:${address}`, limits.linkOfAddress]], now);
  const trip = newTrip(ownPath(to, publicUrl()));
  const state = await store.everywhere((db) => issueOnce(db, 'oidc', { value: trip, now, lifeMs: tripLifeMs }));
  return { url: await oidc.leave(trip, { state, redirect: `${publicUrl()}${callbackPath}` }), state };
}

/**
 * Lets in whom the provider vouches for, if they are known, invited, or of a domain that may come. Answers what the
 * cookie holds and where to go. Throws `Refused`, or what the provider's answer breaks on.
 */
export async function returnFromProvider(
  context: AccessContext,
  oidc: Oidc,
  { query, kept }: { query: string; kept: string | null },
  origin: Origin,
): Promise<{ cookie: string; to: string }> {
  const { state: store, clock, publicUrl } = context;
  const state = new URLSearchParams(query).get('state');
  if (kept === null || state !== kept) throw linkUnusable();
  const trip = tripValue.nullable().parse(await store.everywhere((db) => useOnce(db, 'oidc', kept, clock.now())));
  if (!trip) throw linkUnusable();
  const url = new URL(`${publicUrl()}${callbackPath}?${query}`);
  const vouched = await oidc.comeBack(trip, { state: kept, url });
  try {
    const cookie = await store.everywhere(async (db) => {
      const person = await admit(context, db, oidc, vouched);
      return beginSession(context, db, person, origin, 'single sign-on');
    });
    return { cookie, to: trip.to };
  } catch (error) {
    if (error instanceof Refused) await store.everywhere((db) => recordAudit(db, turnedAway(vouched, origin)));
    throw error;
  }
}

function turnedAway({ subject }: OidcPerson, { address }: Origin): AuditEntry {
  return {
    workspace: null,
    actor: { class: 'person', id: null, label: `somebody at ${address}` },
    action: 'session.refused',
    subject: { kind: 'person', id: `single sign-on: ${subject}` },
    cause: 'not invited',
  };
}

async function admit(context: AccessContext, db: State, oidc: Oidc, vouched: OidcPerson): Promise<Person> {
  const provider = `oidc:${oidc.settings.issuer}`;
  const known = await db
    .selectFrom('auth_identity')
    .select('user_id')
    .where('provider_id', '=', provider)
    .where('account_id', '=', vouched.subject)
    .executeTakeFirst();
  const person = known ? await findPerson(db, known.user_id) : null;
  if (person) return person;
  const { email } = vouched;
  if (email === null)
    throw new Refused('not-invited', 'The identity provider does not say that this address is yours.');
  const there = await findPersonByEmail(db, email);
  const admitted = there ?? (await newcomer(context, db, vouched, email));
  if (there) await proveAddress(db, there);
  await context.identities.addIdentity(db, { user: admitted.id, provider, account: vouched.subject, password: null });
  await joinWhereExpected(context, db, admitted);
  if ((await membershipsOf(db, admitted.id)).length === 0) await joinByDomain(context, db, oidc, admitted);
  return admitted;
}

async function newcomer(
  { identities, clock }: AccessContext,
  db: State,
  { name }: OidcPerson,
  email: string,
): Promise<Person> {
  const called = name || (email.split('@')[0] ?? email);
  const id = await identities.createUser(db, { name: called, email, verified: true, now: clock.now() });
  return { id, name: called, email, locale: '', timeZone: '', theme: 'system' };
}

/**
 * Somebody may have chosen a password for this address before it was proven to be theirs: that password, and whoever is
 * signed in by it, ends now.
 */
async function proveAddress(db: State, person: Person): Promise<void> {
  const row = await db
    .updateTable('auth_user')
    .set({ email_verified: true })
    .where('id', '=', person.id)
    .where('email_verified', '=', false)
    .returning('id')
    .executeTakeFirst();
  if (!row) return;
  await db
    .deleteFrom('auth_identity')
    .where('user_id', '=', person.id)
    .where('provider_id', '=', 'credential')
    .execute();
  await db.deleteFrom('auth_session').where('user_id', '=', person.id).execute();
}

/** Invitations of the address, and members that have it and as whom nobody signs in yet. */
async function joinWhereExpected(context: AccessContext, db: State, person: Person): Promise<void> {
  const now = context.clock.now();
  const invitations = await db
    .updateTable('invitation')
    .set({ accepted_at: new Date(now) })
    .where('email', '=', person.email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .returning(['workspace_id', 'role'])
    .execute();
  const members = await db
    .selectFrom('member')
    .select(['workspace_id', 'role'])
    .where((eb) => eb(eb.fn<string>('lower', ['email']), '=', person.email))
    .where('user_id', 'is', null)
    .where('removed_at', 'is', null)
    .execute();
  // An invitation is what somebody wanted last.
  const there = new Set((await membershipsOf(db, person.id)).map(({ workspace }) => workspace));
  const waiting = members.filter(({ workspace_id }) => !there.has(workspace_id));
  const wanted = new Map([...waiting, ...invitations].map((one) => [one.workspace_id, one.role]));
  for (const [workspace, role] of wanted) await join(context, db, workspace, { person, role, now });
}

async function joinByDomain(context: AccessContext, db: State, oidc: Oidc, person: Person): Promise<void> {
  if (!oidc.settings.domains.includes(person.email.split('@')[1] ?? ''))
    throw new Refused('not-invited', `${person.email} is not invited. Ask an admin for an invitation.`);
  const first = await db.selectFrom('workspace').select('id').orderBy('created_at').orderBy('id').executeTakeFirst();
  if (first) await join(context, db, first.id, { person, role: 'viewer', now: context.clock.now() });
}

async function join(
  context: AccessContext,
  db: State,
  workspace: string,
  joining: Parameters<typeof joinAs>[3],
): Promise<void> {
  const member = await joinAs(context, db, workspace, joining);
  await recordAudit(db, {
    workspace,
    actor: actorOfPerson(joining.person),
    action: 'member.joined',
    subject: { kind: 'member', id: member },
    cause: 'single sign-on',
    change: { after: { role: joining.role } },
  });
}
