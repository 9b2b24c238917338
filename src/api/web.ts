import files from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomSecret } from '../lib/id.ts';

/** Paths that belong to programs; a page is never what they mean. */
const programs =
  /^\/(?:api|v1|batch|track|identify|group|page|screen|alias|import|capture|e|i|decide|health)(?:[/?]|$)/;
const yearSeconds = 31_536_000;

/**
 * The web app: files of its build, and its one page at every other address that a person opens (the app knows its
 * pages). Returns what answers such an address, or null when the request is not for a page.
 */
export async function registerWeb(
  server: FastifyInstance,
  folder: string,
): Promise<(request: FastifyRequest, reply: FastifyReply) => FastifyReply | null> {
  const nonce = randomSecret(16); // one per start is enough: nothing on the page comes from a request
  const page = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll('{{nonce}}', nonce);
  const headers = {
    'content-security-policy': policyFor(nonce),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  };
  await server.register(async (scope) => {
    scope.addHook('onSend', async (_request, reply) => {
      reply.headers(headers);
    });
    await scope.register(files, {
      root: folder,
      // Each file is a route of its own: nothing outside of the build can be asked for.
      wildcard: false,
      index: false,
      logLevel: 'silent',
      globIgnore: ['index.html'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        // What has its hash in its name never changes.
        const forever = path.includes('/assets/');
        reply.header('cache-control', forever ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
      },
    });
  });
  return (request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null;
    const wantsPage = request.url === '/' || /text\/html/.test(request.headers.accept ?? '');
    if (!wantsPage || programs.test(request.url)) return null;
    return reply
      .headers({ ...headers, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page);
  };
}

function policyFor(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`, // dialogs and the editor add rules of their own
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
