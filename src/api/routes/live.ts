import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { streamEvents } from '../sse.ts';

/** Server-sent events: score changes, and events as they come in. */
export function liveRoutes(server: ApiServer, { control }: ApiDeps): void {
  const tags = ['Live'];
  server.get(
    '/api/live',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        summary: 'Score changes as they happen (server-sent events `score`)',
        querystring: z.strictObject({ account: identifier.optional() }),
      },
    },
    (request, reply) => {
      const { account } = request.query;
      const workspace = workspaceOf(request);
      streamEvents(request, reply, (stream) =>
        control.onScores(workspace, (changes) => {
          for (const change of changes) {
            if (account === undefined || change.account === account) stream.send('score', change);
          }
        }),
      );
    },
  );
  server.get(
    '/api/live/events',
    {
      config: { permission: 'read' },
      schema: { tags, summary: 'Events as they are stored or refused (server-sent events `event`)' },
    },
    (request, reply) => {
      const workspace = workspaceOf(request);
      streamEvents(request, reply, (stream) =>
        control.onEvents(workspace, (entries) => {
          for (const entry of entries) stream.send('event', entry);
        }),
      );
    },
  );
}
