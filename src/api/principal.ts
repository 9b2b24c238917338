import type { FastifyRequest } from 'fastify';
import type { Host } from '../access/invitations.ts';
import { actorOfPerson, type Visitor } from '../access/visitor.ts';
import type { Role } from '../store/state/access-tables.ts';
import type { Actor } from '../store/state/audit.ts';
import type { Grant } from './permission.ts';

/** Who asks, in which workspace: a key of one, a person who is a member, or the operator, who names it. */
export type Principal = (KeyPrincipal | PersonPrincipal | OperatorPrincipal) & {
  /** Empty: in none, for what concerns only the person or the installation. */
  readonly workspace: string;
  readonly slug: string;
};

/** A key of the workspace. */
export interface KeyPrincipal {
  readonly kind: 'key';
  readonly key: { readonly id: string; readonly kind: 'write' | 'read' | 'admin'; readonly name: string };
}

/** Somebody who is signed in. */
export interface PersonPrincipal {
  readonly kind: 'person';
  readonly visitor: Visitor;
  /** Their member in the workspace, and what they may do there; null: in none. */
  readonly member: string | null;
  readonly role: Role | null;
}

/** Whoever can read the data directory. */
export interface OperatorPrincipal {
  readonly kind: 'operator';
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    /** Who is signed in, on routes that are open to everybody. */
    guest: Visitor | null;
    /** Asks again whether who asked still may, for answers that stay open. */
    stillAllowed: () => Promise<boolean>;
  }
}

/** The workspace that the request is about: the only way a handler learns of one. */
export function workspaceOf(request: FastifyRequest): string {
  if (!request.principal?.workspace) throw new Error('A route without a workspace asked for one.');
  return request.principal.workspace;
}

/** Who is signed in, on a route for people. */
export function visitorOf(request: FastifyRequest): Visitor {
  if (request.principal?.kind !== 'person') throw new Error('A route that is not for people asked for one.');
  return request.principal.visitor;
}

/** Who a history says has done what a request does: the member, the id of the key, or `operator`. */
export function actorOf({ principal }: FastifyRequest): string {
  if (!principal) throw new Error('A public route asked who asks.');
  if (principal.kind === 'person') return principal.member ?? principal.visitor.person.id;
  return principal.kind === 'key' ? principal.key.id : 'operator';
}

/** Who asks, as the audit log names them. */
export function whoOf(request: FastifyRequest): Actor {
  const { principal } = request;
  if (!principal) throw new Error('A public route asked who it is.');
  switch (principal.kind) {
    case 'person':
      return actorOfPerson(principal.visitor.person);
    case 'key':
      return { class: 'integration', id: principal.key.id, label: principal.key.name || `${principal.key.kind} key` };
    case 'operator':
      return { class: 'system', id: null, label: 'operator' };
  }
}

/** Who invites: nobody gives away more than they have. */
export function hostOf(request: FastifyRequest): Host {
  const { principal } = request;
  const role = principal?.kind === 'person' ? (principal.role ?? 'viewer') : 'admin';
  return { actor: whoOf(request), role };
}

/** What the principal comes with, for `allows`. */
export function grantOf(principal: Principal): Grant | null {
  if (principal.kind === 'person') return principal.role;
  return principal.kind === 'key' ? `${principal.key.kind} key` : 'operator';
}
