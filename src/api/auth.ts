import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Visitor } from '../access/visitor.ts';
import { accessChannel } from '../access/context.ts';
import { actingFor } from '../store/state/audit.ts';
import { readCookie } from './cookies.ts';
import { refuseCrossSite } from './cross-site.ts';
import type { ApiDeps } from './deps.ts';
import { allows, needed, type Permission } from './permission.ts';
import { grantOf, type Principal, whoOf } from './principal.ts';
import { Problem } from './problem.ts';
import { Remembered } from './remembered.ts';
import { recheckStreams } from './sse.ts';
import { WrongKeys } from './wrong-keys.ts';

export { actorOf, workspaceOf } from './principal.ts';

/** Finds out who sends a request and whether they may call its route, before anything of it is read. */
export function authenticate(server: FastifyInstance, deps: ApiDeps): void {
  const keys = new Remembered(deps.clock, (token) => findKey(deps, token));
  const visitors = new Remembered(deps.clock, (token) => deps.access.find(token));
  const wrongKeys = new WrongKeys(deps.clock);
  server.decorateRequest('principal', null);
  server.decorateRequest('guest', null);
  server.decorateRequest('stillAllowed', async () => true);
  forgetWhatEnds(server, deps, keys, visitors);
  server.addHook('onRequest', async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined) return;
    const bearer = bearerOf(request);
    const cookie = bearer === null ? readCookie(request, 'session', deps.publicUrl()) : null;
    // A key is sent on purpose; a cookie comes along, and a form of another site needs none to sign somebody in as another.
    if (bearer === null) refuseCrossSite(request, deps.publicUrl(), cookie !== null);
    if (permission === 'public') {
      if (cookie !== null && request.method !== 'GET') request.guest = await visitors.get(cookie);
      return;
    }
    if (bearer !== null) await byToken(bearer, request, permission);
    else if (cookie !== null) await byCookie(cookie, request, permission);
    else throw unauthorized('Sign in, or send an API key: `Authorization: Bearer <key>`.');
  });

  // After the body is parsed: the parser's callbacks know nothing of what a hook before it began.
  server.addHook('preHandler', (request, _reply, done) => {
    if (request.principal) actingFor(whoOf(request), done);
    else done();
  });

  async function byToken(token: string, request: FastifyRequest, permission: Permission): Promise<void> {
    const operator = await asOperator(deps, token, request);
    const principal = operator ?? (await keys.get(token));
    if (!principal) {
      // Only after the look-up: behind one address, somebody's wrong keys must not lock out the right ones of others.
      wrongKeys.note(request.ip);
      throw unauthorized('This key does not exist or was revoked. Make one: `rapport key create --kind read`.');
    }
    refuseUnlessAllowed(principal, permission);
    request.principal = principal;
    if (!operator) request.stillAllowed = () => holds(async () => (await keys.look(token)) !== null);
  }

  async function byCookie(token: string, request: FastifyRequest, permission: Permission): Promise<void> {
    const slug = wantedWorkspace(request);
    const visitor = await visitors.get(token);
    if (!visitor) throw unauthorized('You are signed out. Sign in again.');
    const principal = asPerson(visitor, slug, permission);
    refuseUnlessAllowed(principal, permission);
    request.principal = principal;
    request.stillAllowed = () =>
      holds(async () => {
        const now = await visitors.look(token);
        const mine = now?.memberships.find(({ workspace }) => workspace === principal.workspace);
        return mine !== undefined && allows(mine.role, permission);
      });
  }
}

/** What ended somewhere is worth nothing anywhere, and its live streams end. */
function forgetWhatEnds(
  server: FastifyInstance,
  deps: ApiDeps,
  keys: Remembered<Principal>,
  visitors: Remembered<Visitor>,
): void {
  const closers: (() => Promise<void>)[] = [];
  server.addHook('onReady', async () => {
    closers.push(
      await deps.state.listen('rapport_keys', (workspace) => {
        keys.clear();
        recheckStreams((principal) => principal.kind === 'key' && principal.workspace === workspace);
      }),
      await deps.state.listen(accessChannel, (user) => {
        visitors.clear();
        recheckStreams((principal) => principal.kind === 'person' && principal.visitor.person.id === user);
      }),
    );
  });
  server.addHook('onClose', async () => {
    for (const stop of closers) await stop();
  });
}

/** Yes while the state engine does not answer: it being away ends no stream. */
async function holds(ask: () => Promise<boolean>): Promise<boolean> {
  return ask().catch(() => true);
}

/** The key that was sent; null when none was (a proxy's own Basic credentials are none of ours). */
function bearerOf(request: FastifyRequest): string | null {
  const sent = request.headers.authorization ?? '';
  return /^Bearer\b/i.test(sent) ? (/^Bearer +(\S{1,200})$/i.exec(sent)?.[1] ?? '') : null;
}

/** The workspace that a person means: a header, or where a browser cannot send one (downloads, streams), `?workspace=`. */
function wantedWorkspace(request: FastifyRequest): string | null {
  const query = request.query as Record<string, unknown>;
  const asked = request.headers['rapport-workspace'] ?? (request.method === 'GET' ? query['workspace'] : undefined);
  if (request.method === 'GET') delete query['workspace'];
  return typeof asked === 'string' ? asked : null;
}

function asPerson(visitor: Visitor, slug: string | null, permission: Permission): Principal {
  const mine = visitor.memberships.find((one) => slug === null || one.slug === slug);
  if (!mine && permission !== 'signed-in') {
    const detail =
      slug === null ? 'You are in no workspace. Ask to be invited.' : `There is no workspace "${slug}" of yours.`;
    throw new Problem(404, 'Not found', detail);
  }
  return {
    kind: 'person',
    visitor,
    member: mine?.member ?? null,
    role: mine?.role ?? null,
    workspace: mine?.workspace ?? '',
    slug: mine?.slug ?? '',
  };
}

function refuseUnlessAllowed(principal: Principal, permission: Permission): void {
  const grant = grantOf(principal);
  // Who is a member nowhere still is a person.
  if (principal.kind === 'person' && permission === 'signed-in') return;
  if (grant !== null && allows(grant, permission)) return;
  const who =
    principal.kind === 'person' ? `you are a ${grant ?? 'guest'} here` : `this is the ${grant ?? 'wrong key'}`;
  throw new Problem(403, 'Not allowed', `This needs ${needed[permission]}; ${who}.`);
}

function unauthorized(detail: string): Problem {
  return new Problem(401, 'Who is asking?', detail, {}, { 'www-authenticate': 'Bearer realm="Rapport"' });
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
  return { kind: 'operator', workspace: row?.id ?? '', slug: row?.slug ?? '' };
}

function sameSecret(left: string, right: string): boolean {
  return timingSafeEqual(createHash('sha256').update(left).digest(), createHash('sha256').update(right).digest());
}

async function findKey(deps: ApiDeps, token: string): Promise<Principal | null> {
  const row = await deps.state.everywhere((db) =>
    db
      .selectFrom('api_key')
      .innerJoin('workspace', 'workspace.id', 'api_key.workspace_id')
      .select(['workspace.id as workspace', 'workspace.slug', 'api_key.id', 'api_key.kind', 'api_key.name'])
      .where('hash', '=', createHash('sha256').update(token).digest('hex'))
      .where('revoked_at', 'is', null)
      .executeTakeFirst(),
  );
  if (!row) return null;
  const { workspace, slug, ...key } = row;
  return { kind: 'key', workspace, slug, key };
}
