import { z } from 'zod';
import { setCookie } from '../cookies.ts';
import {
  bodyProblems,
  email,
  isoInstant,
  listOf,
  name,
  password,
  problem,
  problems,
  role,
  token,
} from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { whoOf, hostOf, workspaceOf } from '../principal.ts';
import { notFound } from '../problem.ts';
import { originOf, signedIn } from './sign-in.ts';

const tags = ['Members'];

/** An invitation as lists show it: never its link. */
const invitationBody = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role,
    invitedBy: z.string(),
    createdAt: isoInstant,
    expiresAt: isoInstant,
    state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  })
  .meta({ id: 'Invitation' });

/** /api/invitations: ask somebody to join, and join. */
export function invitationRoutes(server: ApiServer, deps: ApiDeps): void {
  hostRoutes(server, deps);
  guestRoutes(server, deps);
  linkRoutes(server, deps);
}

function hostRoutes(server: ApiServer, { access }: ApiDeps): void {
  server.get(
    '/api/invitations',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'listInvitations',
        summary: 'Invitations, newest first',
        response: { 200: listOf(invitationBody), ...problems },
      },
    },
    async (request) => {
      const data = await access.listInvitations(workspaceOf(request));
      return { data, total: data.length, next: null };
    },
  );
  server.post(
    '/api/invitations',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'invite',
        summary:
          'Invite somebody; the answer is the only place that shows the link, and it is mailed if mail can be sent',
        body: z.strictObject({ email, role: role.default('member'), name: z.string().trim().max(200).default('') }),
        response: {
          201: invitationBody.extend({ link: z.string(), mailed: z.boolean() }).meta({ id: 'NewInvitation' }),
          409: problem('Somebody with this address can sign in already, or is a member.'),
          ...bodyProblems,
        },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await access.invite(workspaceOf(request), request.body, hostOf(request))),
  );
  server.delete(
    '/api/invitations/:invitation',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'revokeInvitation',
        summary: 'Take an open invitation back',
        params: z.object({ invitation: z.string().max(200) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { invitation } = request.params;
      if (!(await access.revokeInvitation(workspaceOf(request), invitation, whoOf(request))))
        throw notFound('open invitation', invitation);
      return reply.code(204).send(null);
    },
  );
}

function guestRoutes(server: ApiServer, deps: ApiDeps): void {
  const { access } = deps;
  server.post(
    '/api/invitations/look',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'lookAtInvitation',
        summary: 'What an invitation link invites to',
        body: z.strictObject({ token }),
        response: {
          200: z.object({
            workspace: z.string(),
            email: z.string(),
            name: z.string(),
            role,
            invitedBy: z.string(),
            known: z.boolean().meta({ description: 'The address can sign in already: do that, then accept.' }),
          }),
          ...bodyProblems,
        },
      },
    },
    async (request) => access.lookAtInvitation(request.body.token, originOf(request)),
  );
  server.post(
    '/api/invitations/accept',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'acceptInvitation',
        summary: 'Join: as who is signed in, or as somebody new with a name and a password',
        body: z.strictObject({ token, name: name.optional(), password: password.optional() }),
        response: {
          200: signedIn,
          409: problem('Somebody with this address can sign in already, or is a member.'),
          ...bodyProblems,
        },
      },
    },
    async (request, reply) => {
      const { token: link, name: called = '', password: chosen = null } = request.body;
      const guest = { visitor: request.guest?.person ?? null, name: called, password: chosen };
      const cookie = await access.acceptInvitation(link, guest, originOf(request));
      if (cookie !== null) setCookie(reply, 'session', deps.publicUrl(), cookie);
      return { ok: true } as const;
    },
  );
}

function linkRoutes(server: ApiServer, { access }: ApiDeps): void {
  server.post(
    '/api/members/reset-link',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'createResetLink',
        summary: 'Make a link with which a member chooses a new password, for where no mail can be sent',
        body: z.strictObject({ email }),
        response: { 201: z.object({ link: z.string() }), ...bodyProblems },
      },
    },
    async (request, reply) => {
      const by = { actor: whoOf(request), everywhere: request.principal?.kind === 'operator' };
      const link = await access.resetLink(workspaceOf(request), request.body.email, by);
      if (link === null) throw notFound('member who can sign in', request.body.email);
      return reply.code(201).send({ link });
    },
  );
  server.post(
    '/api/sign-in-link',
    {
      config: { permission: 'operator' },
      schema: {
        tags,
        operationId: 'createSignInLink',
        summary: 'Make a link that lets its holder in as a new admin of the workspace, once (operator)',
        response: { 201: z.object({ link: z.string() }), ...problems },
      },
    },
    async (request, reply) =>
      reply.code(201).send({ link: await access.welcomeLink(workspaceOf(request), whoOf(request)) }),
  );
}
