import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { authenticate } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { openApiRoute, registerDocsPage, registerOpenApi } from './docs-page.ts';
import { measure } from './metrics.ts';
import { requirePermissions } from './permission.ts';
import { answerBrokenRequest, answerProblem, Problem, problemOf, sendProblem } from './problem.ts';
import { accountRoutes } from './routes/accounts.ts';
import { activityRoute } from './routes/activity.ts';
import { auditRoutes } from './routes/audit.ts';
import { calendarRoutes } from './routes/calendars.ts';
import { deadLetterRoutes } from './routes/dead-letters.ts';
import { evaluateRoutes } from './routes/evaluate.ts';
import { simulateRoutes } from './routes/simulate.ts';
import { eventRoutes } from './routes/events.ts';
import { flowRoutes } from './routes/flow.ts';
import { healthRoutes } from './routes/health.ts';
import { identityRoutes } from './routes/identity.ts';
import { importRoutes } from './routes/imports.ts';
import { indicatorRoutes } from './routes/indicators.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { keyRoutes } from './routes/keys.ts';
import { liveRoutes } from './routes/live.ts';
import { meRoutes } from './routes/me.ts';
import { modelRoutes } from './routes/models.ts';
import { occurrenceRoutes } from './routes/occurrences.ts';
import { peopleRoutes } from './routes/people.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { memberRoutes } from './routes/members.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { roleRoutes } from './routes/roles.ts';
import { todayRoutes } from './routes/today.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import { endStreams } from './sse.ts';
import { refuseBrokenText, validate } from './validate.ts';
import { registerWeb } from './web.ts';

/** Longest id in an address; those of customers' systems can be long. */
const maxParamLength = 600;

/** The HTTP server: ingest as `registerIngest` adds it, and the API. It does not listen yet. */
export async function buildServer(
  deps: ApiDeps,
  registerIngest: (server: FastifyInstance) => void | Promise<void>,
): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: 1 << 20,
    routerOptions: { maxParamLength },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    requestTimeout: 60_000,
    trustProxy: deps.trustedProxy ?? false,
    // Before any route is found: an address that cannot be decoded, or an id in it that is too long.
    frameworkErrors: (error, request, reply) => void sendProblem(reply, request, problemOf(error)),
    clientErrorHandler: answerBrokenRequest,
  });
  const metrics = measure(server, deps.control);
  await registerOpenApi(server, deps);
  await server.register(async (scope) => registerIngest(scope));
  await server.register(async (scope) => registerApi(scope, deps, metrics));
  await registerDocsPage(server);
  const answerPage = deps.web === null ? null : await registerWeb(server, deps.web);
  server.setNotFoundHandler(
    (request, reply) =>
      answerPage?.(request, reply) ??
      sendProblem(
        reply,
        request,
        new Problem(
          404,
          'Not found',
          `There is nothing at ${request.method} ${request.url.split('?')[0]}. See /api/docs.`,
        ),
      ),
  );
  server.setErrorHandler(answerProblem(deps.log));
  server.addHook('preClose', async () => endStreams());
  return server;
}

/** The API in its own scope: its hooks, parsers and error answers are not those of ingest. */
async function registerApi(scope: FastifyInstance, deps: ApiDeps, metrics: ReturnType<typeof measure>): Promise<void> {
  scope.setValidatorCompiler(validate);
  scope.setSerializerCompiler(serializerCompiler);
  scope.setErrorHandler(answerProblem(deps.log));
  // Only JSON: a form of another site can send text without asking first.
  scope.removeContentTypeParser('text/plain');
  requirePermissions(scope);
  authenticate(scope, deps);
  scope.addHook('preValidation', refuseBrokenText);
  scope.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  const server = scope.withTypeProvider<ZodTypeProvider>();
  accountRoutes(server, deps);
  indicatorRoutes(server, deps);
  activityRoute(server, deps);
  identityRoutes(server, deps);
  evaluateRoutes(server, deps);
  flowRoutes(server, deps);
  simulateRoutes(server, deps);
  peopleRoutes(server, deps);
  eventRoutes(server, deps);
  deadLetterRoutes(server, deps);
  liveRoutes(server, deps);
  modelRoutes(server, deps);
  occurrenceRoutes(server, deps);
  todayRoutes(server, deps);
  calendarRoutes(server, deps);
  memberRoutes(server, deps);
  roleRoutes(server, deps);
  importRoutes(server, deps);
  signInRoutes(server, deps);
  oidcRoutes(server, deps);
  meRoutes(server, deps);
  invitationRoutes(server, deps);
  auditRoutes(server, deps);
  keyRoutes(server, deps);
  workspaceRoutes(server, deps);
  healthRoutes(server, deps, metrics);
  openApiRoute(scope);
}
