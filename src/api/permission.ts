import type { FastifyInstance } from 'fastify';
import type { Role } from '../store/state/access-tables.ts';

/**
 * Who may call a route. `public`: anybody. `signed-in`: any person, about themselves. `read`, `act`, `manage`, `admin`:
 * within a workspace, see `grants`. `operator`: only who can read the data directory of this installation.
 */
export type Permission = 'public' | 'signed-in' | 'read' | 'act' | 'manage' | 'admin' | 'operator';

/** What somebody comes with: a role in the workspace, a key, or the operator's token. */
export type Grant = Role | 'read key' | 'write key' | 'admin key' | 'operator';

const grants: Readonly<Record<Grant, readonly Permission[]>> = {
  viewer: ['signed-in', 'read'],
  member: ['signed-in', 'read', 'act'],
  manager: ['signed-in', 'read', 'act', 'manage'],
  admin: ['signed-in', 'read', 'act', 'manage', 'admin'],
  'write key': [],
  'read key': ['read'],
  'admin key': ['read', 'act', 'manage', 'admin'],
  operator: ['read', 'act', 'manage', 'admin', 'operator'],
};

/** Whether who comes with `grant` may call a route of this permission. */
export function allows(grant: Grant, permission: Permission): boolean {
  return permission === 'public' || grants[grant].includes(permission);
}

/** What would do instead, for who was refused. */
export const needed: Readonly<Record<Permission, string>> = {
  public: 'nothing',
  'signed-in': 'somebody who is signed in',
  read: 'a viewer, or a read or an admin key',
  act: 'a member, or an admin key',
  manage: 'a manager, or an admin key',
  admin: 'an admin, or an admin key',
  operator: 'the operator',
};

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
