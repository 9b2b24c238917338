import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { bodyProblems, identifier, problem } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';

const moved = z.object({ moved: z.number().int().meta({ description: 'Events that belong to another account now.' }) });
const domain = z
  .string()
  .max(253)
  .regex(/^[^\s@]+\.[^\s@]+$/, 'is not a domain such as acme.com');

/** What people know about accounts better than events do: which are one, and whose address belongs where. */
export function identityRoutes(server: ApiServer, { control }: ApiDeps): void {
  const tags = ['Identity'];
  server.post(
    '/api/accounts/:account/merge',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'mergeAccount',
        summary: 'Merge an account into another one: its events, past and future, belong there. Repeating is harmless',
        params: z.object({ account: identifier }),
        body: z.strictObject({
          into: identifier.meta({ description: 'The account that stays; it must be known already.' }),
        }),
        response: {
          200: moved,
          409: problem('One of the two was merged already, or they are the same; nothing was changed.'),
          ...bodyProblems,
        },
      },
    },
    async (request) => ({
      moved: await control.mergeAccounts(workspaceOf(request), {
        from: request.params.account,
        into: request.body.into,
      }),
    }),
  );
  server.put(
    '/api/domains/:domain',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'setDomain',
        summary: 'Say which account owns an e-mail domain: people that no group call has placed belong to it',
        params: z.object({ domain }),
        body: z.strictObject({ account: identifier }),
        response: { 200: moved, ...bodyProblems },
      },
    },
    async (request) => ({
      moved: await control.setDomain(workspaceOf(request), {
        domain: request.params.domain,
        account: request.body.account,
      }),
    }),
  );
}
