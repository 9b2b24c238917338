import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { isoInstant, listOf, bodyProblems, problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { Problem } from '../problem.ts';

const workspaceBody = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    accountKind: z.enum(['group', 'person']),
    createdAt: isoInstant,
  })
  .meta({ id: 'Workspace' });

/** The workspace of the key, and for the operator all of them. */
export function workspaceRoutes(server: ApiServer, { control }: ApiDeps): void {
  const tags = ['Workspaces'];
  server.get(
    '/api/workspace',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getWorkspace',
        summary: 'The workspace of this key',
        response: { 200: workspaceBody, ...problems },
      },
    },
    async (request) => {
      const mine = (await control.listWorkspaces()).find(({ id }) => id === workspaceOf(request));
      if (!mine) throw new Problem(404, 'Not found', 'The workspace of this key is gone.');
      return mine;
    },
  );
  server.get(
    '/api/workspaces',
    {
      config: { permission: 'operator' },
      schema: {
        tags,
        operationId: 'listWorkspaces',
        summary: 'All workspaces (operator)',
        response: { 200: listOf(workspaceBody), ...problems },
      },
    },
    async () => {
      const data = await control.listWorkspaces();
      return { data, total: data.length, next: null };
    },
  );
  server.post(
    '/api/workspaces',
    {
      config: { permission: 'operator' },
      schema: {
        tags,
        operationId: 'createWorkspace',
        summary: 'Make a workspace (operator)',
        body: z.strictObject({
          slug: z
            .string()
            .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use small letters, digits and hyphens, up to 63')
            .meta({ description: 'Small letters, digits, hyphens.' }),
          name: z.string().max(200).optional(),
        }),
        response: { 201: workspaceBody, 409: problem('There is a workspace of this name already.'), ...bodyProblems },
      },
    },
    async (request, reply) => {
      const { slug, name } = request.body;
      const made = await control.createWorkspace({ slug, name: name ?? slug });
      if (!made) throw new Problem(409, 'Taken', `There is a workspace "${slug}" already. Choose another name.`);
      return reply.code(201).send(made);
    },
  );
}
