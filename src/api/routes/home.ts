import { createHash } from 'node:crypto';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { homePage, homeStyle } from '../pages/home.ts';

const styleHash = createHash('sha256').update(homeStyle).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** `/`: what runs here and how to begin. Says nothing that needs a key. */
export function homeRoutes(server: ApiServer, deps: ApiDeps): void {
  server.get('/', { config: { permission: 'public' }, schema: { hide: true } }, async (_request, reply) => {
    const { ready } = await deps.control.health();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(homePage({ url: deps.publicUrl(), version: deps.version, ready }));
  });
}
