import type { FastifySchema } from 'fastify';
import { z } from 'zod';
import { refusalCodes } from './answer.ts';
import type { IngestRoute } from './routes.ts';

/*
 * How ingest stands in the API document. These schemas describe and do not check: a batch is never refused for one bad
 * event (`loader/check.ts` decides about each), and nothing may cost time before the answer.
 */

const id = z.union([z.string(), z.number()]).nullable().optional();
const instant = z.union([z.string(), z.number()]).optional();
const fields = z.record(z.string(), z.unknown()).optional();

const call = z
  .looseObject({
    type: z.enum(['track', 'identify', 'group', 'page', 'screen', 'alias']).optional(),
    messageId: z.string().optional().meta({ description: 'Counts once, however often it is sent.' }),
    userId: id,
    anonymousId: id,
    groupId: id,
    previousId: id,
    event: z.string().optional().meta({ description: 'Name of what was done; of track calls.' }),
    properties: fields,
    traits: fields,
    context: fields.meta({ description: '`groupId` in it names the account of the event.' }),
    timestamp: instant,
    sentAt: instant,
    writeKey: z.string().optional(),
  })
  .meta({ id: 'Call', description: 'A call of the Segment specification. The path gives its type when it has none.' });

const posthogEvent = z.looseObject({
  event: z.string(),
  distinct_id: id,
  uuid: z.string().optional(),
  properties: fields,
  timestamp: instant,
});

const bodies = {
  call,
  batch: z.looseObject({
    batch: z.array(call),
    writeKey: z.string().optional(),
    context: fields.meta({ description: 'Holds for every call.' }),
    sentAt: instant,
  }),
  posthog: z.looseObject({ api_key: z.string().optional(), batch: z.array(posthogEvent).optional() }),
} as const;

const refusal = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(refusalCodes),
    message: z.string(),
    error: z.object({ code: z.string(), message: z.string() }),
  })
  .meta({ id: 'IngestProblem', description: 'An error that clients of all makers understand. Nothing was stored.' });

function refused(description: string) {
  return { description, content: { 'application/problem+json': { schema: refusal } } };
}

const keyRefusals = {
  401: refused('No write key, or one that does not exist or was revoked.'),
  500: refused('A mistake of ours; send again.'),
  503: refused('Starting, stopping, or a full disk; send again as Retry-After says.'),
};

/** What the API document says about a route that takes events. */
export function describeRoute({ operationId, summary, takes }: IngestRoute): FastifySchema {
  const taken = { description: 'On the disk.', content: { 'application/json': { schema: success } } };
  return {
    tags: ['Ingest'],
    operationId,
    summary,
    security: [{ writeKey: [] }],
    body: bodies[takes],
    response: {
      200: taken,
      400: refused('The body is no JSON or broken gzip.'),
      403: refused('A read key.'),
      413: refused('The body is too large.'),
      429: refused('Too much is waiting to be loaded; send again as Retry-After says.'),
      ...keyRefusals,
    },
  };
}

const success = z.object({ success: z.literal(true) });

/** What the API document says about the settings that Segment's browser library asks for. */
export const settingsDescription: FastifySchema = {
  tags: ['Ingest'],
  operationId: 'getProjectSettings',
  summary: 'What the Segment browser library asks for before it starts.',
  security: [],
  params: z.object({ key: z.string().meta({ description: 'A write key.' }) }),
  response: { 200: z.looseObject({ integrations: z.record(z.string(), z.unknown()) }), ...keyRefusals },
};
