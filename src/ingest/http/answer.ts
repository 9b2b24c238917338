import type { FastifyReply } from 'fastify';

/** Why a request was refused, in the words of the answer. The set is closed. */
export const refusalCodes = [
  'broken-json',
  'broken-gzip',
  'too-large',
  'missing-key',
  'unknown-key',
  'wrong-kind-of-key',
  'too-many-requests',
  'unavailable',
  'disk-full',
  'internal',
] as const;

/** See `refusalCodes`. */
export type RefusalCode = (typeof refusalCodes)[number];

/** A request that is refused: what to answer. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 413 | 429 | 500 | 503;
  readonly code: RefusalCode;
  readonly message: string;
  /** Seconds; with 429 and 503. */
  readonly retryAfter?: number;
}

const success = Buffer.from('{"success":true}');

/** Exactly what every client takes for delivered: 200 with a JSON body (202, 204 or an empty body are retried by some). */
export function answerSuccess(reply: FastifyReply): FastifyReply {
  return reply.code(200).header('content-type', 'application/json').send(success);
}

/** An error that problem+json readers and all analytics clients understand; some clients resend what lacks `code`. */
export function answerRefusal(reply: FastifyReply, { status, code, message, retryAfter }: Refusal): FastifyReply {
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  const title = message.split(/[.;:] /)[0] ?? message;
  return reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:rapport:problem:${code}`,
        title,
        status,
        detail: message,
        code,
        message,
        error: { code, message },
      }),
    );
}
