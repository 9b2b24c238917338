import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiDeps } from './deps.ts';
import type { Permission } from './permission.ts';
import { Problem } from './problem.ts';
import { recheckStreams } from './sse.ts';

/** Who asks: a key of one workspace, or the operator, who names the workspace. */
export interface Principal {
  readonly workspace: string;
  readonly slug: string;
  readonly kind: 'write' | 'read' | 'admin' | 'operator';
  /** What histories name: the id of the key, or `operator`. */
  readonly actor: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
    /** Asks again whether the key of the request holds, for answers that stay open. */
    keyHolds: () => Promise<boolean>;
  }
}

/** The workspace of the key that the request came with: the only way a handler learns of one. */
export function workspaceOf(request: FastifyRequest): string {
  if (!request.principal) throw new Error('A public route asked for a workspace.');
  return request.principal.workspace;
}

/** Who a history says has done what a request does, unless it names a member. */
export function actorOf(request: FastifyRequest): string {
  if (!request.principal) throw new Error('A public route asked who asks.');
  return request.principal.actor;
}

/** Checks the key of every request against the permission of its route, before anything of it is read. */
export function authenticate(server: FastifyInstance, deps: ApiDeps): void {
  const keys = new KeyCache(deps);
  const attempts = new BadAttempts(deps);
  const closers: (() => Promise<void>)[] = [];
  server.decorateRequest('principal', null);
  server.decorateRequest('keyHolds', async () => true);
  server.addHook('onReady', async () => {
    const stop = await deps.state.listen('rapport_keys', (workspace) => {
      keys.clear();
      recheckStreams(workspace);
    });
    closers.push(stop);
  });
  server.addHook('onClose', async () => {
    for (const stop of closers) await stop();
  });
  server.addHook('onRequest', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission === 'public') return;
    const token = bearer(request);
    if (token === null) throw unauthorized('Send an API key: `Authorization: Bearer <key>`.');
    const operator = await asOperator(deps, token, request);
    const principal = operator ?? keys.known(token) ?? (await keys.find(token));
    if (!principal) {
      // Only after the look-up: behind one address, somebody's wrong keys must not lock out the right ones of others.
      if (attempts.refused(request.ip)) tooMany(attempts);
      attempts.note(request.ip);
      throw unauthorized('This key does not exist or was revoked. Make one: `rapport key create --kind read`.');
    }
    if (!allows(principal.kind, permission)) throw forbidden(principal.kind, permission);
    request.principal = principal;
    if (!operator) request.keyHolds = () => keys.holds(token);
  });
}

function allows(kind: Principal['kind'], permission: Permission): boolean {
  const allowed: Readonly<Record<Permission, readonly Principal['kind'][]>> = {
    public: ['write', 'read', 'admin', 'operator'],
    read: ['read', 'admin', 'operator'],
    admin: ['admin', 'operator'],
    operator: ['operator'],
  };
  return allowed[permission].includes(kind);
}

function bearer(request: FastifyRequest): string | null {
  return /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function unauthorized(detail: string): Problem {
  return new Problem(401, 'Who is asking?', detail, {}, { 'www-authenticate': 'Bearer realm="Rapport"' });
}

function forbidden(kind: string, permission: Permission): Problem {
  const needed =
    permission === 'read' ? 'a read or an admin key' : permission === 'admin' ? 'an admin key' : 'the operator';
  return new Problem(403, 'Not allowed', `This needs ${needed}; the key sent is a ${kind} key.`);
}

function tooMany(attempts: BadAttempts): never {
  throw new Problem(
    429,
    'Too many wrong keys',
    'Too many requests with wrong keys came from your address. Wait a minute, and check the key.',
    {},
    { 'retry-after': String(Math.ceil(attempts.windowMs / 1000)) },
  );
}

/** The operator's token opens the workspace that the header names; it is worth nothing with any other key. */
async function asOperator(deps: ApiDeps, token: string, request: FastifyRequest): Promise<Principal | null> {
  if (deps.operatorToken === null || !sameSecret(token, deps.operatorToken)) return null;
  const slug = String(request.headers['rapport-workspace'] ?? 'default');
  const row = await deps.state.everywhere((db) =>
    db.selectFrom('workspace').select(['id', 'slug']).where('slug', '=', slug).executeTakeFirst(),
  );
  if (!row && request.routeOptions.config.permission !== 'operator') {
    throw new Problem(404, 'Not found', `There is no workspace "${slug}". See: rapport workspace list`);
  }
  return { workspace: row?.id ?? '', slug: row?.slug ?? '', kind: 'operator', actor: 'operator' };
}

function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}

const keyLifeMs = 10_000;
const keyLimit = 10_000;

/** Keys seen in the last seconds, by hash; emptied when a key is revoked anywhere. */
class KeyCache {
  readonly #deps: ApiDeps;
  readonly #known = new Map<string, { principal: Principal; until: number }>();
  #cleared = 0;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  clear(): void {
    this.#cleared += 1;
    this.#known.clear();
  }

  /** Whether the key is one still; yes while the state engine does not answer. */
  async holds(token: string): Promise<boolean> {
    return this.find(token).then(
      (principal) => principal !== null,
      () => true,
    );
  }

  known(token: string): Principal | null {
    const entry = this.#known.get(hashOf(token));
    return entry && entry.until > this.#deps.clock.now() ? entry.principal : null;
  }

  async find(token: string): Promise<Principal | null> {
    const hash = hashOf(token);
    const cleared = this.#cleared;
    const row = await this.#deps.state.everywhere((db) =>
      db
        .selectFrom('api_key')
        .innerJoin('workspace', 'workspace.id', 'api_key.workspace_id')
        .select(['workspace.id', 'workspace.slug', 'api_key.kind', 'api_key.id as key'])
        .where('hash', '=', hash)
        .where('revoked_at', 'is', null)
        .executeTakeFirst(),
    );
    if (!row) return null;
    const principal: Principal = { workspace: row.id, slug: row.slug, kind: row.kind, actor: row.key };
    // A key was revoked while this one was looked up: what was read may be older.
    if (cleared !== this.#cleared) return principal;
    if (this.#known.size >= keyLimit) this.#known.clear();
    this.#known.set(hash, { principal, until: this.#deps.clock.now() + keyLifeMs });
    return principal;
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Wrong keys per address; past the limit whoever sends another one is told to wait. */
class BadAttempts {
  readonly windowMs = 60_000;
  readonly #limit = 30;
  readonly #deps: ApiDeps;
  readonly #counts = new Map<string, { count: number; until: number }>();

  constructor(deps: ApiDeps) {
    this.#deps = deps;
  }

  refused(address: string): boolean {
    const entry = this.#counts.get(address);
    return entry !== undefined && entry.until > this.#deps.clock.now() && entry.count >= this.#limit;
  }

  note(address: string): void {
    const now = this.#deps.clock.now();
    const entry = this.#counts.get(address);
    if (entry && entry.until > now) entry.count += 1;
    else {
      if (this.#counts.size > keyLimit) this.#counts.clear();
      this.#counts.set(address, { count: 1, until: now + this.windowMs });
    }
  }
}
