import { z } from 'zod';
import type { Person, Visitor } from '../../access/visitor.ts';
import { bodyProblems, isoInstant, listOf, locale, name, password, problems, role, timeZone } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { notFound } from '../problem.ts';
import { visitorOf } from '../principal.ts';
import { originOf } from './sign-in.ts';

const tags = ['Sign-in'];
const theme = z.enum(['system', 'light', 'dark']);

/** A person, as they see themselves. */
const personBody = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    locale: z.string().meta({ description: 'Empty: what the browser says.' }),
    timeZone: z.string().meta({ description: 'Empty: what the browser says.' }),
    theme,
  })
  .meta({ id: 'SignedIn' });

const meBody = z
  .object({
    person: personBody,
    memberships: z.array(
      z.object({
        workspace: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
        member: z.string(),
        role,
      }),
    ),
    current: z
      .string()
      .nullable()
      .meta({ description: 'Slug of the workspace that a request without `rapport-workspace` is about.' }),
  })
  .meta({ id: 'Me' });

/** Who is signed in, see `meBody`. */
export type MeBody = z.infer<typeof meBody>;

const sessionBody = z
  .object({
    id: z.string(),
    address: z.string(),
    agent: z.string(),
    startedAt: isoInstant,
    usedAt: isoInstant,
    expiresAt: isoInstant,
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

/** /api/me and what else people do about themselves; never open to keys. */
export function meRoutes(server: ApiServer, deps: ApiDeps): void {
  profileRoutes(server, deps);
  sessionRoutes(server, deps);
}

function profileRoutes(server: ApiServer, { access }: ApiDeps): void {
  server.get(
    '/api/me',
    {
      config: { permission: 'signed-in' },
      schema: {
        tags,
        operationId: 'getMe',
        summary: 'Who I am, and the workspaces I may enter',
        response: { 200: meBody, ...problems },
      },
    },
    async (request) => meOf(visitorOf(request), visitorOf(request).person),
  );
  server.patch(
    '/api/me',
    {
      config: { permission: 'signed-in' },
      schema: {
        tags,
        operationId: 'changeMe',
        summary: 'Change my name, locale, time zone or theme; what is left out stays',
        body: z.strictObject({
          name: name.optional(),
          locale: locale.optional(),
          timeZone: timeZone.optional(),
          theme: theme.optional(),
        }),
        response: { 200: meBody, ...bodyProblems },
      },
    },
    async (request) => {
      const visitor = visitorOf(request);
      const { name: called, locale: language, timeZone: zone, theme: look } = request.body;
      const person = await access.changeProfile(visitor.person, {
        ...(called === undefined ? {} : { name: called }),
        ...(language === undefined ? {} : { locale: language }),
        ...(zone === undefined ? {} : { timeZone: zone }),
        ...(look === undefined ? {} : { theme: look }),
      });
      return meOf(visitor, person);
    },
  );
  server.post(
    '/api/password',
    {
      config: { permission: 'signed-in' },
      schema: {
        tags,
        operationId: 'changePassword',
        summary: 'Change my password; my other sessions end',
        body: z.strictObject({ current: z.string().min(1).max(200), next: password }),
        response: { 204: z.null(), ...bodyProblems },
      },
    },
    async (request, reply) => {
      await access.changePassword(visitorOf(request), request.body, originOf(request));
      return reply.code(204).send(null);
    },
  );
}

function sessionRoutes(server: ApiServer, { access }: ApiDeps): void {
  server.get(
    '/api/sessions',
    {
      config: { permission: 'signed-in' },
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Where I am signed in',
        response: { 200: listOf(sessionBody), ...problems },
      },
    },
    async (request) => {
      const data = await access.listSessions(visitorOf(request));
      return { data, total: data.length, next: null };
    },
  );
  server.delete(
    '/api/sessions/:session',
    {
      config: { permission: 'signed-in' },
      schema: {
        tags,
        operationId: 'revokeSession',
        summary: 'End one of my sessions, at once and everywhere',
        params: z.object({ session: z.string().max(200) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      const { session } = request.params;
      if (!(await access.revokeSession(visitorOf(request), session))) throw notFound('session', session);
      return reply.code(204).send(null);
    },
  );
}

function meOf({ memberships }: Visitor, person: Person): z.infer<typeof meBody> {
  return {
    person,
    memberships: memberships.map(({ workspace: id, slug, name: called, member, role: may }) => ({
      workspace: { id, slug, name: called },
      member,
      role: may,
    })),
    current: memberships[0]?.slug ?? null,
  };
}
