import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, instant, page, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { teamLoadBody, todayBody } from '../moments/today-shapes.ts';

/** /api/today: what needs somebody now, and why; and the same for the whole team. */
export function todayRoutes(server: ApiServer, { control }: ApiDeps): void {
  const tags = ['Today'];
  server.get(
    '/api/today',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getToday',
        summary: 'What a member could do now, in order and with the reasons for it; and what changed since yesterday',
        querystring: z.strictObject({
          owner: identifier,
          since: instant.optional().meta({ description: 'Changes since then; else since their yesterday began.' }),
          limit: page.limit.default(50),
        }),
        response: { 200: todayBody, ...problems },
      },
    },
    async (request) => {
      const { owner, limit, since } = request.query;
      return control.moments.today(workspaceOf(request), { owner, limit, since: since ?? null });
    },
  );
  server.get(
    '/api/today/team',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getTeamLoad',
        summary: 'What everybody has to do: load, overdue, escalated; the most overdue first',
        response: { 200: teamLoadBody, ...problems },
      },
    },
    async (request) => control.moments.teamLoad(workspaceOf(request)),
  );
}
