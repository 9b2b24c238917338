import { z } from 'zod';
import { actorOf, workspaceOf } from '../auth.ts';
import { identifier, bodyProblems, listOf, problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { poolBody, roleBody, roleImport, roleImportReport } from '../team/shapes.ts';

const tags = ['Team'];
const params = z.object({ account: identifier, role: identifier });

/** Who does what for an account, and who shares what nobody has. */
export function roleRoutes(server: ApiServer, deps: ApiDeps): void {
  accountRoleRoutes(server, deps);
  poolRoutes(server, deps);
}

function accountRoleRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.get(
    '/api/accounts/:account/roles',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listRoles',
        summary: 'Who holds which role for an account, and who held it before',
        params: params.pick({ account: true }),
        response: { 200: listOf(roleBody), ...problems },
      },
    },
    async (request) => listed(await control.team.roles(workspaceOf(request), request.params.account)),
  );
  server.put(
    '/api/accounts/:account/roles/:role',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'giveRole',
        summary: 'Give a role for an account to a member; what is open goes along',
        params,
        body: z.strictObject({ member: identifier }),
        response: { 200: listOf(roleBody), ...bodyProblems },
      },
    },
    async (request) => {
      const gift = { ...request.params, member: request.body.member, by: actorOf(request) };
      return listed(await control.team.giveRole(workspaceOf(request), gift));
    },
  );
  server.delete(
    '/api/accounts/:account/roles/:role',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'endRole',
        summary: 'End a role for an account; its pool may give it to somebody',
        params,
        response: { 200: listOf(roleBody), ...problems },
      },
    },
    async (request) => {
      const gift = { ...request.params, member: null, by: actorOf(request) };
      return listed(await control.team.giveRole(workspaceOf(request), gift));
    },
  );
  server.post(
    '/api/roles/import',
    {
      config: { permission: 'manage' },
      bodyLimit: 17_000_000,
      schema: {
        tags,
        operationId: 'importRoles',
        summary: 'Give the roles of many accounts at once, from CSV; with one mistake in it, none',
        body: roleImport,
        response: {
          200: roleImportReport,
          422: problem('The file has mistakes; `mistakes` says which.'),
          ...bodyProblems,
        },
      },
    },
    async (request) => control.team.importRoles(workspaceOf(request), { ...request.body, by: actorOf(request) }),
  );
}

function poolRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.get(
    '/api/pools',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listPools',
        summary: 'Who shares the accounts that nobody holds a role for',
        response: { 200: listOf(poolBody), ...problems },
      },
    },
    async (request) => listed(await control.team.pools(workspaceOf(request))),
  );
  server.put(
    '/api/pools/:role',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'setPool',
        summary: 'Set the members of the pool of a role; none ends the pool',
        params: params.pick({ role: true }),
        body: z.strictObject({ members: z.array(identifier).max(1_000) }),
        response: { 200: poolBody, ...bodyProblems },
      },
    },
    async (request) => control.team.setPool(workspaceOf(request), request.params.role, request.body.members),
  );
}

function listed<Row>(data: Row[]): { data: Row[]; total: number; next: null } {
  return { data, total: data.length, next: null };
}
