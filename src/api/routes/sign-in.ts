import { z } from 'zod';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../../access/context.ts';
import { readCookie, setCookie } from '../cookies.ts';
import { bodyProblems, email, name, password, problem, problems, token } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';

const tags = ['Sign-in'];

/** What every way in answers: the cookie comes with it. */
export const signedIn = z.object({ ok: z.literal(true) });

/** /api/sign-in, /api/sign-out, /api/welcome, and passwords that were forgotten. */
export function signInRoutes(server: ApiServer, deps: ApiDeps): void {
  doorRoutes(server, deps);
  welcomeRoutes(server, deps);
  forgottenRoutes(server, deps);
}

function doorRoutes(server: ApiServer, deps: ApiDeps): void {
  const { access } = deps;
  server.get(
    '/api/sign-in',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'getWaysIn',
        summary: 'Which ways in there are',
        response: {
          200: z.object({
            password: z.boolean(),
            oidc: z.boolean().meta({ description: 'Single sign-on: send the browser to /api/sign-in/oidc?to=/path.' }),
            mail: z.boolean().meta({ description: 'A link for a new password can be mailed.' }),
            anybody: z.boolean().meta({ description: 'Somebody can sign in; else the terminal shows a welcome link.' }),
          }),
          500: problems[500],
          503: problems[503],
        },
      },
    },
    async () => access.ways(),
  );
  server.post(
    '/api/sign-in',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Sign in by e-mail address and password; sets a cookie',
        body: z.strictObject({
          email,
          password: z
            .string()
            .min(1)
            .max(password.maxLength ?? 200),
        }),
        response: { 200: signedIn, ...bodyProblems },
      },
    },
    async (request, reply) => greet(deps, reply, await access.signIn(request.body, originOf(request))),
  );
  server.post(
    '/api/sign-out',
    {
      config: { permission: 'public' },
      schema: { tags, operationId: 'signOut', summary: 'End this session', response: { 204: z.null(), ...problems } },
    },
    async (request, reply) => {
      const cookie = readCookie(request, 'session', deps.publicUrl());
      if (cookie !== null) await access.signOut(cookie);
      setCookie(reply, 'session', deps.publicUrl(), null);
      return reply.code(204).send(null);
    },
  );
}

function welcomeRoutes(server: ApiServer, deps: ApiDeps): void {
  const { access } = deps;
  server.post(
    '/api/welcome/look',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'lookAtWelcome',
        summary: 'Where a welcome link leads, and whether it asks for name, address and password',
        body: z.strictObject({ token }),
        response: {
          200: z.object({ workspace: z.string(), asks: z.boolean(), name: z.string().nullable() }),
          ...bodyProblems,
        },
      },
    },
    async (request) => access.lookAtWelcome(request.body.token, originOf(request)),
  );
  server.post(
    '/api/welcome',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'acceptWelcome',
        summary:
          'Come in by the link that the terminal shows: as the first admin, or into the demo with the token alone',
        body: z.union([z.strictObject({ token, name, email, password }), z.strictObject({ token })]),
        response: {
          200: signedIn,
          409: problem('Somebody with this address can sign in already, or is a member.'),
          ...bodyProblems,
        },
      },
    },
    async (request, reply) => {
      const { token: link, ...rest } = request.body;
      const given = 'password' in rest ? rest : null;
      return greet(deps, reply, await access.acceptWelcome(link, given, originOf(request)));
    },
  );
}

function forgottenRoutes(server: ApiServer, deps: ApiDeps): void {
  const { access } = deps;
  server.post(
    '/api/password/forgotten',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'forgotPassword',
        summary: 'Mail a link for a new password, if the address is somebody’s; the answer does not tell',
        body: z.strictObject({ email }),
        response: { 202: z.object({ ok: z.literal(true) }), ...bodyProblems },
      },
    },
    async (request, reply) => {
      await access.forgotten(request.body.email, originOf(request));
      return reply.code(202).send({ ok: true });
    },
  );
  server.post(
    '/api/password/reset',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'resetPassword',
        summary: 'Choose a new password by the link; ends every session of that person and begins one',
        body: z.strictObject({ token, password }),
        response: { 200: signedIn, ...bodyProblems },
      },
    },
    async (request, reply) => greet(deps, reply, await access.resetPassword(request.body, originOf(request))),
  );
}

/** Lets somebody in: the answer with the cookie. */
export function greet(deps: ApiDeps, reply: FastifyReply, cookie: string): { ok: true } {
  setCookie(reply, 'session', deps.publicUrl(), cookie);
  return { ok: true };
}

/** From where a request comes, for limits, lists of sessions and the audit log. */
export function originOf(request: FastifyRequest): Origin {
  return { address: request.ip, agent: request.headers['user-agent'] ?? '' };
}
