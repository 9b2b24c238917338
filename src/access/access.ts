import type { Role } from '../store/state/access-tables.ts';
import type { Actor } from '../store/state/audit.ts';
import { countAttempt, limits } from './attempts.ts';
import type { AccessContext, Origin } from './context.ts';
import {
  acceptInvitation,
  type Host,
  type Invitation,
  type InvitationRequest,
  invite,
  listInvitations,
  lookAtInvitation,
  revokeInvitation,
} from './invitations.ts';
import { changePassword, mailResetLink, resetLink, resetPassword } from './passwords.ts';
import { changeProfile, type ProfileChange } from './profile.ts';
import type { Oidc } from './oidc.ts';
import { Refused } from './refused.ts';
import { listSessions, revokeSession, type Session } from './sessions.ts';
import { signIn, signOut } from './sign-in.ts';
import { leaveForProvider, returnFromProvider } from './single-sign-on.ts';
import { findVisitor, type Person, type Visitor } from './visitor.ts';
import { acceptWelcome, demoLink, isAnybodyThere, lookAtWelcome, welcomeLink } from './welcome.ts';

/** Who may come in. A token that an answer holds is what the cookie takes; it is kept nowhere. Throws `Refused`, `TooMany`. */
export interface Access {
  /** Whose cookie this is; null when nobody's, or not any more. */
  find(token: string): Promise<Visitor | null>;
  /** Which doors there are. */
  ways(): Promise<{ password: true; mail: boolean; oidc: boolean; anybody: boolean }>;
  signIn(credentials: { email: string; password: string }, origin: Origin): Promise<string>;
  signOut(token: string): Promise<void>;
  /** Where to send the browser for single sign-on, and what it has to keep until it comes back. */
  leaveForProvider(to: string, origin: Origin): Promise<{ url: string; state: string }>;
  /** The browser is back with the provider's answer (a query string); `kept`: what it kept. */
  returnFromProvider(
    answer: { query: string; kept: string | null },
    origin: Origin,
  ): Promise<{ cookie: string; to: string }>;
  changeProfile(person: Person, change: ProfileChange): Promise<Person>;
  listSessions(visitor: Visitor): Promise<Session[]>;
  revokeSession(visitor: Visitor, id: string): Promise<boolean>;
  changePassword(visitor: Visitor, passwords: { current: string; next: string }, origin: Origin): Promise<void>;
  /** Answers at once; what there is to do is done afterwards. */
  forgotten(email: string, origin: Origin): Promise<void>;
  resetLink(workspace: string, email: string, by: { actor: Actor; everywhere: boolean }): Promise<string | null>;
  resetPassword(request: { token: string; password: string }, origin: Origin): Promise<string>;
  invite(
    workspace: string,
    request: InvitationRequest,
    host: Host,
  ): Promise<Invitation & { link: string; mailed: boolean }>;
  listInvitations(workspace: string): Promise<Invitation[]>;
  revokeInvitation(workspace: string, id: string, actor: Actor): Promise<boolean>;
  lookAtInvitation(token: string, origin: Origin): Promise<InvitationOffer>;
  acceptInvitation(
    token: string,
    guest: { visitor: Person | null; name: string; password: string | null },
    origin: Origin,
  ): Promise<string | null>;
  welcomeLink(workspace: string, actor: Actor): Promise<string>;
  demoLink(workspace: string, member: string, actor: Actor): Promise<string>;
  lookAtWelcome(token: string, origin: Origin): Promise<{ workspace: string; asks: boolean; name: string | null }>;
  acceptWelcome(
    token: string,
    given: { name: string; email: string; password: string } | null,
    origin: Origin,
  ): Promise<string>;
  /** Waits for mail that is on its way. */
  close(): Promise<void>;
}

/** What a link invites to. */
export interface InvitationOffer {
  readonly workspace: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly invitedBy: string;
  /** The address can sign in already, and has to. */
  readonly known: boolean;
}

/** Everything about who may come in, over one state. */
export function createAccess(context: AccessContext): Access {
  const { state, clock, post, oidc, log } = context;
  const provider = (): Oidc => {
    if (!oidc) throw new Refused('no-single-sign-on', 'Single sign-on is not set up: docs/access.md says how.');
    return oidc;
  };
  const running = new Set<Promise<void>>();
  const afterwards = (work: () => Promise<void>): void => {
    const done = work()
      .catch((error: unknown) => log.warn({ err: error }, 'a mail could not be sent'))
      .finally(() => running.delete(done));
    running.add(done);
  };
  const countLink = ({ address }: Origin): Promise<void> =>
    countAttempt(state, [[`link:${address}`, limits.linkOfAddress]], clock.now());
  return {
    find: (token) => findVisitor(state, token, clock.now()),
    ways: async () => ({
      password: true,
      mail: post !== null,
      oidc: oidc !== null,
      anybody: await isAnybodyThere(context),
    }),
    signIn: (credentials, origin) => signIn(context, credentials, origin),
    leaveForProvider: async (to, origin) => leaveForProvider(context, provider(), to, origin),
    returnFromProvider: async (answer, origin) => returnFromProvider(context, provider(), answer, origin),
    signOut: (token) => signOut(context, token),
    changeProfile: (person, change) => changeProfile(context, person, change),
    listSessions: (visitor) => listSessions(context, visitor),
    revokeSession: (visitor, id) => revokeSession(context, visitor, id),
    changePassword: (visitor, passwords, origin) => changePassword(context, visitor, passwords, origin),
    forgotten: async (email, origin) => afterwards(await mailResetLink(context, email, origin)),
    resetLink: (workspace, email, by) => resetLink(context, workspace, email, by),
    resetPassword: (request, origin) => resetPassword(context, request, origin),
    invite: (workspace, request, host) => invite(context, workspace, request, host),
    listInvitations: (workspace) => listInvitations(context, workspace),
    revokeInvitation: (workspace, id, actor) => revokeInvitation(context, workspace, id, actor),
    lookAtInvitation: async (token, origin) => {
      await countLink(origin);
      return lookAtInvitation(context, token);
    },
    acceptInvitation: async (token, guest, origin) => {
      await countLink(origin);
      return acceptInvitation(context, token, guest, origin);
    },
    welcomeLink: (workspace, actor) => welcomeLink(context, workspace, actor),
    demoLink: (workspace, member, actor) => demoLink(context, workspace, member, actor),
    lookAtWelcome: async (token, origin) => {
      await countLink(origin);
      return lookAtWelcome(context, token);
    },
    acceptWelcome: async (token, given, origin) => {
      await countLink(origin);
      return acceptWelcome(context, token, given, origin);
    },
    close: async () => {
      await Promise.all(running);
      post?.close();
    },
  };
}
