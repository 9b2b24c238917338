import swagger from '@fastify/swagger';
import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { randomSecret } from '../lib/id.ts';
import { z } from 'zod';
import { problems } from './contract.ts';
import type { ApiDeps } from './deps.ts';

const description = `
Everything that Rapport knows, over HTTP. Send an API key with each request: \`Authorization: Bearer <key>\`. People sign in instead, by a
cookie; the header \`rapport-workspace: <slug>\` chooses among their workspaces. Events come in under **Ingest**, with a write key.

- A **read** key reads, an **admin** key does everything in its workspace, a **write** key only sends events (with any Segment or PostHog SDK).
- Make one with \`rapport key create --kind read\`.
- Lists answer \`{"data": […], "total": n, "next": cursor}\`; hand \`next\` back as \`cursor\` for the following page.
- Errors are [problem+json](https://www.rfc-editor.org/rfc/rfc9457): what went wrong, where, and what to do. With 400, \`errors\` has each
  mistake with its \`path\`, a JSON pointer into the request: \`/query/limit\`, \`/path/account\`, \`/body/accounts/0\`.
- Instants are ISO 8601 with a zone; one that no calendar has is refused.
`;

/** Collects the routes registered after it into an OpenAPI 3.1 document. */
export async function registerOpenApi(server: FastifyInstance, deps: ApiDeps): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rapport',
        version: deps.version,
        description,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A read or admin key.' },
          writeKey: {
            type: 'http',
            scheme: 'basic',
            description:
              'A write key as user name, without a password. `writeKey` or `api_key` in the body do as well.',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'rapport-session', description: 'Somebody who is signed in.' },
        },
      },
      security: [{ key: [] }, { session: [] }],
      tags: [
        { name: 'Ingest', description: 'Sending events, as the libraries of Segment, RudderStack and PostHog do.' },
        { name: 'Scores', description: 'Accounts, their scores, and why.' },
        { name: 'Identity', description: 'Which accounts are one, and whose address belongs where.' },
        { name: 'People' },
        { name: 'Events', description: 'What came in, and what was refused.' },
        { name: 'Live', description: 'Server-sent events.' },
        { name: 'Models', description: 'Versions of the engagement model.' },
        { name: 'Imports' },
        { name: 'Sign-in', description: 'Sessions of people, and what they do about themselves.' },
        { name: 'Members' },
        { name: 'Audit', description: 'Who did what, when and why.' },
        { name: 'Keys' },
        { name: 'Workspaces' },
        { name: 'Operations' },
      ],
    },
    transform: (context) => {
      const done = jsonSchemaTransform(context);
      const permission = context.route.config?.permission;
      const schema = { ...done.schema, 'x-permission': permission };
      return { ...done, schema: permission === 'public' ? { ...schema, security: [] } : schema };
    },
    transformObject: jsonSchemaTransformObject,
  });
}

/** The document itself: /api/openapi.json. */
export function openApiRoute(server: FastifyInstance): void {
  const schema = {
    tags: ['Operations'],
    operationId: 'getOpenApi',
    summary: 'This document',
    response: { 200: z.looseObject({}), 500: problems[500] },
  };
  server.get('/api/openapi.json', { schema, config: { permission: 'public' } }, async () => server.swagger());
}

/**
 * A page to read the document at /api/docs. It asks nobody but this server. In a scope of its own: the plugin's routes
 * are static files for everybody.
 */
export async function registerDocsPage(server: FastifyInstance): Promise<void> {
  const nonce = randomSecret(16); // one per start is enough: nothing on the page comes from a request
  const policy = [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'", // the page makes its styles at run time
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  await server.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply
        .header('content-security-policy', policy)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer');
    });
    await scope.register(reference, {
      routePrefix: '/api/docs',
      logLevel: 'silent',
      configuration: {
        pageTitle: 'Rapport API',
        url: '/api/openapi.json',
        nonce,
        theme: 'default',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        hiddenClients: true,
        agent: { disabled: true },
        mcp: { disabled: true },
        customCss:
          ':root { --scalar-font: Inter, system-ui, sans-serif; --scalar-font-code: ui-monospace, monospace; } .light-mode { --scalar-color-accent: oklch(45% 0.08 200); } .dark-mode { --scalar-color-accent: oklch(78% 0.09 195); }',
      },
    });
  });
}
