import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { eventStream, identifier, problems } from '../contract.ts';
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
        operationId: 'watchScores',
        summary: 'Scores and occurrences as they change (server-sent events `score` and `moment`)',
        querystring: z.strictObject({ account: identifier.optional() }),
        response: { 200: eventStream('`score` and `moment` messages until the reader goes.'), ...problems },
      },
    },
    (request, reply) => {
      const { account } = request.query;
      const workspace = workspaceOf(request);
      streamEvents(request, reply, (stream) => {
        const tell = (name: string) => (changes: readonly { readonly account: string }[]) => {
          for (const change of changes) {
            if (account === undefined || change.account === account) stream.send(name, change);
          }
        };
        const stops = [control.onScores(workspace, tell('score')), control.onMoments(workspace, tell('moment'))];
        return () => stops.forEach((stop) => stop());
      });
    },
  );
  server.get(
    '/api/live/events',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'watchEvents',
        summary: 'Events as they are stored or refused (server-sent events `event`)',
        querystring: z.strictObject({ account: identifier.optional() }),
        response: { 200: eventStream('`event` messages until the reader goes.'), ...problems },
      },
    },
    (request, reply) => {
      const { account } = request.query;
      const workspace = workspaceOf(request);
      streamEvents(request, reply, (stream) =>
        control.onEvents(workspace, (entries) => {
          for (const entry of entries)
            if (account === undefined || entry.account === account) stream.send('event', entry);
        }),
      );
    },
  );
}
