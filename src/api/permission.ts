import type { FastifyInstance } from 'fastify';

/**
 * Who may call a route. `public`: anybody. `read`: read and admin keys. `admin`: admin keys. `operator`: only who can
 * read the data directory of this installation.
 */
export type Permission = 'public' | 'read' | 'admin' | 'operator';

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
  }
}

/** Denies by default: a route that does not say who may call it cannot be registered. */
export function requirePermissions(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const permission = route.config?.permission;
    if (permission === undefined)
      throw new Error(`The route ${String(route.method)} ${route.url} declares no permission.`);
    if (permission === 'read' && ![route.method].flat().every((method) => method === 'GET' || method === 'HEAD')) {
      throw new Error(`The route ${String(route.method)} ${route.url} is open to read keys but may change something.`);
    }
  });
}
