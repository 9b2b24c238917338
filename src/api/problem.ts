import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { TooMany } from '../access/attempts.ts';
import { Refused, type RefusalReason } from '../access/refused.ts';
import { counted } from '../lib/counted.ts';
import type { Log } from '../lib/log.ts';
import type { Diagnostic } from '../model/diagnostics.ts';
import { DeadlineExceeded, StoreFull, StoreUnavailable } from '../store/events/store.ts';

/** An answer that says what went wrong, where, and what to do: RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly title: string;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    detail: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.more = more;
    this.headers = headers;
  }
}

/** 404: no such thing in this workspace, whether or not another workspace has one. */
export function notFound(what: string, id: string): Problem {
  return new Problem(
    404,
    'Not found',
    `There is no ${what} "${id}" in this workspace. GET the list to see what there is.`,
  );
}

/** A part of a request. */
export type RequestPart = 'query' | 'path' | 'body' | 'headers';

/** What is wrong with one value of a request; `keys` lead to it inside its part. */
export interface RequestMistake {
  readonly part: RequestPart;
  readonly keys: readonly PropertyKey[];
  readonly message: string;
}

/** 400: one value of the request cannot be used. */
export function badRequest(part: RequestPart, keys: readonly PropertyKey[], message: string): Problem {
  return badRequests([{ part, keys, message }]);
}

/** 400 with each mistake under `errors`; `path` is a JSON pointer into `{query, path, body, headers}`. */
export function badRequests(mistakes: readonly RequestMistake[]): Problem {
  const errors = mistakes.map(({ part, keys, message }) => ({ path: pointer([part, ...keys]), message }));
  const said = mistakes.map(({ part, keys, message }) => `${[part, ...keys].map(String).join('.')}: ${message}`);
  return new Problem(400, 'Bad request', `${said.join('; ')}. What fits is described at /api/docs.`, { errors });
}

function pointer(keys: readonly PropertyKey[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** 422: a model with errors; the diagnostics say where. */
export function modelRefused(diagnostics: readonly Diagnostic[]): Problem {
  const errors = counted(diagnostics.filter(({ severity }) => severity === 'error').length, 'error');
  return new Problem(
    422,
    'The model has errors',
    `${errors} in the model; nothing was changed. Each diagnostic says where and what could help.`,
    { diagnostics },
  );
}

/** 409: the workspace has no published model yet. */
export function noModel(): Problem {
  return new Problem(
    409,
    'No model yet',
    'This workspace has no published model, so there are no scores. Publish one: POST /api/models, or `rapport publish FILE`.',
  );
}

/** Answers every error as problem+json. Bugs are logged whole and shown without their insides. */
export function answerProblem(log: Log) {
  return async (error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const problem = problemOf(error);
    if (problem.status >= 500 && !(error instanceof StoreUnavailable)) {
      log.error({ err: error, route: request.routeOptions.url, id: request.id }, 'a request failed');
    }
    return sendProblem(reply, request, problem);
  };
}

/** The problem to show for an error that is answered in another way than by status; bugs are logged. */
export function problemAnd(log: Log, error: unknown): Problem {
  const problem = problemOf(error instanceof Error ? error : new Error(String(error)));
  if (problem.status === 500) log.error({ err: error }, 'an answer broke off');
  return problem;
}

/** Sends a problem as the answer. */
export function sendProblem(reply: FastifyReply, request: FastifyRequest, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ ...bodyOf(problem), instance: request.url.split('?')[0], ...problem.more });
}

function bodyOf({ title, status, message }: Problem): object {
  return { type: 'about:blank', title, status, detail: message };
}

/** Answers what is no HTTP request, or has not come in time: there is nothing yet to reply to but the connection. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const [status, reason, detail] = brokenRequests[error.code ?? ''] ?? [400, 'Bad Request', 'This is no HTTP request.'];
  const body = JSON.stringify(bodyOf(new Problem(status, reason, detail)));
  const head = `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n`;
  if (socket.writable) socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  socket.destroySoon();
}

const brokenRequests: Readonly<Record<string, readonly [number, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not come in time. Send it again.'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The address and the headers have at most 16 KB.'],
};

/** What an error is to whoever asked. */
export function problemOf(error: Error & Partial<Pick<FastifyError, 'statusCode'>>): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) {
    return new Problem(refusals[error.reason], 'Not done', error.message, { reason: error.reason });
  }
  if (error instanceof TooMany) {
    const seconds = Math.ceil(error.waitMs / 1000);
    const detail = `Too many attempts. Wait ${Math.ceil(seconds / 60)} minutes, then try again.`;
    return new Problem(429, 'Too many attempts', detail, {}, { 'retry-after': String(seconds) });
  }
  if (error instanceof StoreUnavailable || error instanceof StoreFull) {
    return new Problem(503, 'Not available right now', error.message, {}, { 'retry-after': '2' });
  }
  if (error instanceof DeadlineExceeded) {
    const detail = 'The question took too long and was stopped. Ask for fewer accounts or a shorter time.';
    return new Problem(503, 'Took too long', detail, {}, { 'retry-after': '30' });
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, titles[status] ?? 'Bad request', error.message);
  return new Problem(
    500,
    'Something broke inside Rapport',
    'This is our mistake, not yours. The log of the server has the details; trying again may help.',
  );
}

const refusals: Readonly<Record<RefusalReason, number>> = {
  'wrong-credentials': 401,
  'wrong-password': 403,
  'weak-password': 400,
  'link-unusable': 404,
  'sign-in-first': 409,
  'other-person': 403,
  'role-too-high': 403,
  'already-member': 409,
  'not-invited': 403,
  'no-single-sign-on': 404,
};

const titles: Readonly<Record<number, string>> = {
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  414: 'Too long',
  415: 'Unsupported content',
};
