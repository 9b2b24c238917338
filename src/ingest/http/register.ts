import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { StateStore } from '../../store/state/store.ts';
import type { IngestCounters } from '../reasons.ts';
import { SpoolRefusal } from '../spool/refusal.ts';
import type { Spool } from '../spool/spool.ts';
import { answerRefusal, answerSuccess, type Refusal } from './answer.ts';
import { maxBodyBytes, readBody, tooLarge } from './body.ts';
import { KeyCache, type KnownKey } from './key-cache.ts';
import { describeRoute, settingsDescription } from './describe.ts';
import { ingestRoutes } from './routes.ts';
import { projectSettings } from './settings.ts';
import { findWriteKey } from './write-key.ts';

export interface IngestHttpDeps {
  readonly state: StateStore;
  readonly spool: Pick<Spool, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: IngestCounters;
  /**
   * What to do with events under a key that does not exist. 'accept' answers 200 and drops them, counted: one client
   * library ends the sender's process on any 4xx.
   */
  readonly unknownKey: 'accept' | 'reject';
  /** The address that browsers use when a proxy stands in front; null: the one that a request came to. */
  readonly publicUrl: string | null;
}

/** Adds the routes that take events. Each answers 200 only when the events are on the disk. */
export function registerIngest(server: FastifyInstance, deps: IngestHttpDeps): void {
  const keys = new KeyCache(deps.state, deps.clock);
  void server.register(async (scope) => {
    forgetRevoked(scope, deps, keys);
    // The content decides, not its declared type: clients send JSON as text/plain and as form data.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) =>
      done(null, body),
    );
    // What the schemas say is for the API document; nothing is checked or rewritten by them.
    scope.setValidatorCompiler(() => () => true);
    scope.setSerializerCompiler(() => JSON.stringify);
    scope.addHook('onRequest', (request, reply, done) => {
      // One that is no media type at all would be refused before anybody looks at the content.
      const { headers } = request.raw;
      if (headers['content-type'] !== undefined) headers['content-type'] = 'application/json';
      void reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', 'retry-after');
      done();
    });
    scope.setErrorHandler((error: { statusCode?: number }, _request, reply) => answerError(deps, error, reply));
    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const refusal = await take(request, deps, keys);
      deps.counters.requests++;
      if (refusal === null) return answerSuccess(reply);
      deps.counters.refusedRequests[refusal.code] = (deps.counters.refusedRequests[refusal.code] ?? 0) + 1;
      return answerRefusal(reply, refusal);
    };
    const options = { bodyLimit: maxBodyBytes, logLevel: 'warn' } as const;
    for (const route of ingestRoutes) {
      scope.post(route.path, { ...options, schema: describeRoute(route) }, handle);
      scope.post(`${route.path}/`, { ...options, schema: undocumented }, handle);
      for (const url of [route.path, `${route.path}/`])
        scope.options(url, { logLevel: 'warn', schema: undocumented }, preflight);
    }
    const url = '/v1/projects/:key/settings';
    const answer = (request: SettingsRequest, reply: FastifyReply) => settings(request, reply, deps, keys);
    scope.get<{ Params: { key: string } }>(url, { schema: settingsDescription }, answer);
    scope.get<{ Params: { key: string } }>(`${url}/`, { schema: undocumented }, answer);
    for (const one of [url, `${url}/`]) scope.options(one, { schema: undocumented }, preflight);
  });
}

/** Another spelling of a documented route. */
const undocumented = { hide: true };

type SettingsRequest = FastifyRequest<{ Params: { key: string } }>;

/** Listens for revoked keys as long as the server is open. */
function forgetRevoked(scope: FastifyInstance, { state }: IngestHttpDeps, keys: KeyCache): void {
  const closers: (() => Promise<void>)[] = [];
  scope.addHook('onReady', async () => {
    closers.push(await state.listen('rapport_keys', (workspace) => keys.expire(workspace)));
  });
  scope.addHook('onClose', async () => {
    for (const stop of closers) await stop();
  });
}

/** Stores a request; null when it is stored (or knowingly dropped), else why not. */
async function take(request: FastifyRequest, deps: IngestHttpDeps, keys: KeyCache): Promise<Refusal | null> {
  const read = readBody(request.body, request.headers['content-encoding']);
  const body = read instanceof Promise ? await read : read;
  if ('status' in body) return body;
  const route = request.routeOptions.url ?? request.url;
  // The browser library's metrics about itself are no events of the customer.
  if (/^\/v1\/m\/?$/.test(route)) return null;
  const text = findWriteKey(request.headers.authorization, body.json);
  const opened = text === null ? null : openKey(text, keys);
  const key = opened instanceof Promise ? await opened : opened;
  if (key !== null && 'status' in key) return key;
  if (key === null) {
    if (deps.unknownKey === 'accept') return null;
    return text === null
      ? {
          status: 401,
          code: 'missing-key',
          message: 'There is no write key; send it as the user name of Basic authorization or as writeKey.',
        }
      : {
          status: 401,
          code: 'unknown-key',
          message: 'The write key is not known or was revoked; create one with `rapport key create --kind write`.',
        };
  }
  if (key.kind === 'read') {
    return { status: 403, code: 'wrong-kind-of-key', message: 'This is a read key; sending events needs a write key.' };
  }
  try {
    const receivedAt = deps.clock.now();
    await deps.spool.append({ workspace: key.workspace, source: key.id, receivedAt, route, body: body.raw });
    return null;
  } catch (error) {
    if (!(error instanceof SpoolRefusal)) throw error;
    return refusalOf(error);
  }
}

/** Without a wait when the key is in the cache: this is on the way of every request. */
function openKey(text: string, keys: KeyCache): KnownKey | Refusal | null | Promise<KnownKey | Refusal | null> {
  const { digest, found } = keys.peek(text);
  return found !== undefined ? found : lookUpKey(digest, keys);
}

async function lookUpKey(digest: string, keys: KeyCache): Promise<KnownKey | Refusal | null> {
  try {
    return await keys.lookUp(digest);
  } catch {
    return {
      status: 503,
      code: 'unavailable',
      message: 'The server is starting; please send again in a moment.',
      retryAfter: 2,
    };
  }
}

function refusalOf({ reason, message, retryAfter }: SpoolRefusal): Refusal {
  if (reason === 'behind') return { status: 429, code: 'too-many-requests', message, retryAfter };
  return { status: 503, code: reason === 'closed' ? 'unavailable' : 'disk-full', message, retryAfter };
}

async function preflight(_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST, OPTIONS')
    .header('access-control-allow-headers', 'authorization, content-type, content-encoding, x-retry-count')
    .header('access-control-max-age', '86400')
    .send();
}

async function settings(
  request: SettingsRequest,
  reply: FastifyReply,
  deps: IngestHttpDeps,
  keys: KeyCache,
): Promise<FastifyReply> {
  const key = await openKey(request.params.key, keys);
  if (key !== null && 'status' in key) return answerRefusal(reply, key);
  if (key === null && deps.unknownKey === 'reject') {
    return answerRefusal(reply, {
      status: 401,
      code: 'unknown-key',
      message: 'The write key is not known or was revoked.',
    });
  }
  const origin = deps.publicUrl ?? `${request.protocol}://${request.host}`;
  return reply.header('cache-control', 'public, max-age=60').send(projectSettings(request.params.key, origin));
}

function answerError(deps: IngestHttpDeps, error: { statusCode?: number }, reply: FastifyReply): FastifyReply {
  if (error.statusCode === 413) return answerRefusal(reply, tooLarge);
  if (error.statusCode === 400) {
    return answerRefusal(reply, {
      status: 400,
      code: 'broken-json',
      message: 'The request is not complete or not readable.',
    });
  }
  deps.log.error({ error }, 'A request with events failed.');
  return answerRefusal(reply, {
    status: 500,
    code: 'internal',
    message: 'Something failed on the server. Nothing was stored; please send again.',
  });
}
