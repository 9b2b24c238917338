import { z } from 'zod';
import { problem, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import type { Metrics } from '../metrics.ts';
import { Problem } from '../problem.ts';

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** /healthz (the process lives), /readyz (it can do its work), /metrics. */
export function healthRoutes(server: ApiServer, { control, version }: ApiDeps, metrics: Metrics): void {
  const tags = ['Operations'];
  server.get(
    '/healthz',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'getHealth',
        summary: 'Whether the process lives',
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }), 500: problems[500] },
      },
    },
    async () => ({ status: 'ok' as const, version }),
  );
  const readiness = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.string()) });
  server.get(
    '/readyz',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'getReadiness',
        summary: 'Whether every part works',
        response: { 200: readiness, 500: problems[500], 503: readiness },
      },
    },
    async (_request, reply) => {
      const { ready, parts } = await control.health();
      const said = Object.fromEntries(Object.entries(parts).map(([part, wrong]) => [part, wrong ?? 'ok']));
      return reply.code(ready ? 200 : 503).send({ ready, parts: said });
    },
  );
  server.get(
    '/metrics',
    {
      config: { permission: 'public' },
      schema: {
        tags,
        operationId: 'getMetrics',
        summary: 'Prometheus metrics; from this machine only, not through a proxy',
        response: {
          200: { description: 'The figures.', content: { 'text/plain': { schema: z.string() } } },
          403: problem('Asked from elsewhere, or through a proxy.'),
          500: problems[500],
        },
      },
    },
    async (request, reply) => {
      if (!loopback.has(request.ip) || request.headers['x-forwarded-for'] !== undefined) {
        throw new Problem(403, 'Not allowed', 'Metrics are answered on loopback only: scrape from the same machine.');
      }
      const { type, body } = await metrics.text();
      return reply.type(type).send(body);
    },
  );
}
