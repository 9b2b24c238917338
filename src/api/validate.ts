import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { badRequest, badRequests, type RequestMistake, type RequestPart } from './problem.ts';

const parts: Readonly<Record<string, RequestPart>> = {
  querystring: 'query',
  params: 'path',
  body: 'body',
  headers: 'headers',
};

/** Checks a part of a request by its Zod schema; what does not fit is a 400 that names each place. */
export const validate: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const { success, data: value, error } = schema.safeParse(data);
    if (success) return { value };
    const part = parts[httpPart ?? ''] ?? 'body';
    return { error: badRequests(error.issues.flatMap((issue) => mistakesOf(part, issue))) };
  };

/** An unknown field is a mistake of its own. */
function mistakesOf(part: RequestPart, issue: z.core.$ZodIssue): RequestMistake[] {
  if (issue.code !== 'unrecognized_keys') return [{ part, keys: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ part, keys: [...issue.path, key], message: 'there is no such field here' }));
}

/** Refuses texts that no engine stores: NUL, and half surrogate pairs. Before the schemas, so that none can forget it. */
export async function refuseBrokenText(request: FastifyRequest): Promise<void> {
  for (const [part, value] of [
    ['path', request.params],
    ['query', request.query],
    ['body', request.body],
  ] as const) {
    const keys = brokenText(value);
    if (keys) throw badRequest(part, keys, 'holds a NUL or half of a surrogate pair, which is no text');
  }
}

/** The way to the first text that is broken; null when all are fine. */
function brokenText(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return isBroken(value) ? [] : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, one] of Object.entries(value)) {
    if (isBroken(key)) return [];
    const keys = brokenText(one);
    if (keys) return [key, ...keys];
  }
  return null;
}

function isBroken(text: string): boolean {
  return text.includes('\u0000') || !text.isWellFormed();
}
