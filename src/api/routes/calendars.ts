import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, isoInstant, problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import type { CalendarOf } from '../moments/control.ts';
import { notFound, Problem } from '../problem.ts';

const tags = ['Calendars'];
const state = z
  .object({ createdAt: isoInstant.nullable().meta({ description: 'Null: there is no address.' }) })
  .meta({ id: 'Calendar' });
const made = z
  .object({ url: z.string(), createdAt: isoInstant })
  .meta({ id: 'NewCalendar', description: 'The only time the address is shown. Who knows it can read the calendar.' });

/** Calendars of members and of accounts, for the calendar people already use. */
export function calendarRoutes(server: ApiServer, deps: ApiDeps): void {
  ownRoutes(server, deps, { name: 'member', path: '/api/members/:member/calendar', what: 'a member' });
  ownRoutes(server, deps, { name: 'account', path: '/api/accounts/:account/calendar', what: 'an account' });
  feedRoute(server, deps);
}

function ownRoutes(
  server: ApiServer,
  { control, publicUrl }: ApiDeps,
  { name, path, what }: { name: 'member' | 'account'; path: string; what: string },
): void {
  const params = z.object({ [name]: identifier });
  const title = name === 'member' ? 'MemberCalendar' : 'AccountCalendar';
  const of = (given: Readonly<Record<string, string>>): CalendarOf => {
    const id = given[name] ?? '';
    return name === 'member' ? { member: id } : { account: id };
  };
  server.get(
    path,
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: `get${title}`,
        summary: `Whether the calendar of ${what} has an address`,
        params,
        response: { 200: state, ...problems },
      },
    },
    async (request) => control.moments.calendar(workspaceOf(request), of(request.params)),
  );
  server.post(
    path,
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: `create${title}`,
        summary: `Make a secret address for the calendar of ${what}; an earlier one ends`,
        params,
        response: { 201: made, ...problems },
      },
    },
    async (request, reply) => {
      const { secret, createdAt } = await control.moments.createCalendar(workspaceOf(request), of(request.params));
      return reply.code(201).send({ url: `${publicUrl()}/calendars/${secret}.ics`, createdAt });
    },
  );
  server.delete(
    path,
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: `revoke${title}`,
        summary: `End the address of the calendar of ${what}`,
        params,
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      if (!(await control.moments.revokeCalendar(workspaceOf(request), of(request.params))))
        throw notFound('calendar with an address of', request.params[name] ?? '');
      return reply.code(204).send(null);
    },
  );
}

function feedRoute(server: ApiServer, { control }: ApiDeps): void {
  server.get(
    '/calendars/:secret',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'readCalendar',
        summary: 'A calendar (iCalendar, UTC), for who knows its address',
        params: z.object({ secret: z.string().max(200).meta({ description: 'With `.ics` at its end.' }) }),
        response: {
          200: { description: 'The calendar.', content: { 'text/calendar': { schema: z.string() } } },
          404: problem('Nobody has this address, or not any more.'),
          500: problems[500],
          503: problems[503],
        },
      },
    },
    async (request, reply) => {
      const secret = /^([\w-]{43})\.ics$/.exec(request.params.secret)?.[1];
      const text = secret === undefined ? null : await control.moments.feed(secret);
      if (text === null)
        throw new Problem(404, 'Not found', 'There is no such calendar. Its address may have been changed.');
      return reply
        .type('text/calendar; charset=utf-8')
        .header('content-disposition', 'inline; filename="rapport.ics"')
        .send(text);
    },
  );
}
