import { listOf, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { workspaceOf } from '../auth.ts';
import { eventBody, eventFilter, listEvents } from './event-rows.ts';

/** GET /api/events: every stored event, newest first. */
export function eventRoutes(server: ApiServer, deps: ApiDeps): void {
  server.get(
    '/api/events',
    {
      config: { permission: 'read' },
      schema: {
        tags: ['Events'],
        operationId: 'listEvents',
        summary: 'List events, newest first',
        querystring: eventFilter,
        response: { 200: listOf(eventBody), ...problems },
      },
    },
    async (request) => listEvents(deps.events, workspaceOf(request), request.query),
  );
}
