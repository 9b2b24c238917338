import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { bodyProblems, isoInstant, listOf, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { notFound } from '../problem.ts';

const kind = z.enum(['write', 'read', 'admin']);

/** A key as lists show it: never the key itself. */
export const keyBody = z
  .object({
    id: z.string(),
    kind,
    name: z.string(),
    prefix: z.string().meta({ description: 'Its first characters, to recognise it.' }),
    createdAt: isoInstant,
    revokedAt: isoInstant.nullable(),
  })
  .meta({ id: 'Key' });

/** /api/keys: list, make, end. */
export function keyRoutes(server: ApiServer, { control }: ApiDeps): void {
  const tags = ['Keys'];
  server.get(
    '/api/keys',
    {
      config: { permission: 'admin' },
      schema: { tags, operationId: 'listKeys', summary: 'List keys', response: { 200: listOf(keyBody), ...problems } },
    },
    async (request) => {
      const data = await control.listKeys(workspaceOf(request));
      return { data, total: data.length, next: null };
    },
  );
  server.post(
    '/api/keys',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'createKey',
        summary: 'Make a key; the answer is the only place that shows it',
        body: z.strictObject({ kind, name: z.string().max(200).default('') }),
        response: { 201: keyBody.extend({ key: z.string() }).meta({ id: 'NewKey' }), ...bodyProblems },
      },
    },
    async (request, reply) => reply.code(201).send(await control.createKey(workspaceOf(request), request.body)),
  );
  server.delete(
    '/api/keys/:key',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'End a key, at once and everywhere',
        params: z.object({ key: z.string().max(200).meta({ description: 'Its id, as lists show it.' }) }),
        response: { 204: z.null(), ...problems },
      },
    },
    async (request, reply) => {
      if (!(await control.revokeKey(workspaceOf(request), request.params.key)))
        throw notFound('key', request.params.key);
      return reply.code(204).send(null);
    },
  );
}
