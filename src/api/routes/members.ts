import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, bodyProblems, listOf, problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { coverBody, memberBody, memberChange, newCover, newMember } from '../team/shapes.ts';

const tags = ['Team'];
const params = z.object({ member: identifier });

/** /api/members: who is in the team, and who stands in for whom. */
export function memberRoutes(server: ApiServer, deps: ApiDeps): void {
  readRoutes(server, deps);
  changeRoutes(server, deps);
  coverRoutes(server, deps);
}

function readRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.get(
    '/api/members',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listMembers',
        summary: 'The members of the team, by id',
        querystring: z.strictObject({
          active: z.enum(['true', 'false']).optional().meta({ description: 'All, if left out.' }),
        }),
        response: { 200: listOf(memberBody), ...problems },
      },
    },
    async (request) => {
      const { active } = request.query;
      const data = await control.team.members(workspaceOf(request), {
        active: active === undefined ? null : active === 'true',
      });
      return { data, total: data.length, next: null };
    },
  );
  server.get(
    '/api/members/:member',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getMember',
        summary: 'One member',
        params,
        response: { 200: memberBody, ...problems },
      },
    },
    async (request) => control.team.member(workspaceOf(request), request.params.member),
  );
}

function changeRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.post(
    '/api/members',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'addMember',
        summary: 'Add a member',
        body: newMember,
        response: { 201: memberBody, 409: problem('There is a member of this id already.'), ...bodyProblems },
      },
    },
    async (request, reply) => reply.code(201).send(await control.team.addMember(workspaceOf(request), request.body)),
  );
  server.patch(
    '/api/members/:member',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'changeMember',
        summary: 'Change a member, deactivate them or make them active again; what is open finds its owner anew',
        params,
        body: memberChange,
        response: { 200: memberBody, ...bodyProblems },
      },
    },
    async (request) => control.team.changeMember(workspaceOf(request), request.params.member, request.body),
  );
}

function coverRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.get(
    '/api/covers',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listCovers',
        summary: 'Absences that are not over, with who stands in',
        querystring: z.strictObject({ member: identifier.optional() }),
        response: { 200: listOf(coverBody), ...problems },
      },
    },
    async (request) => {
      const data = await control.team.covers(workspaceOf(request), request.query.member ?? null);
      return { data, total: data.length, next: null };
    },
  );
  server.post(
    '/api/members/:member/covers',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'addCover',
        summary: 'Say who stands in while a member is away',
        params,
        body: newCover,
        response: { 201: coverBody, 409: problem('Somebody stands in then already.'), ...bodyProblems },
      },
    },
    async (request, reply) => {
      const cover = { member: request.params.member, ...request.body };
      return reply.code(201).send(await control.team.addCover(workspaceOf(request), cover));
    },
  );
  server.delete(
    '/api/members/:member/covers/:cover',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'endCover',
        summary: 'End an absence now, or take one back that has not begun',
        params: params.extend({ cover: identifier.meta({ description: 'Its id, as the list shows it.' }) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      await control.team.endCover(workspaceOf(request), request.params.member, request.params.cover);
      return reply.code(204).send(null);
    },
  );
}
