import { Readable } from 'node:stream';
import { z } from 'zod';
import { type DeadLetter, type DeadLetterFilter, listDeadLetters } from '../../ingest/dead-letters/dead-letters.ts';
import { dropReasons, type DropReason } from '../../ingest/reasons.ts';
import type { EventStore } from '../../store/events/store.ts';
import { workspaceOf } from '../auth.ts';
import { instant, bodyProblems, isoInstant, isoOf, jsonLines, listOf, page, problems } from '../contract.ts';
import { decodeCursor, encodeCursor, placeInstant } from '../cursor.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';

const reason = z.enum(dropReasons as [string, ...string[]]);

/** An event that was refused, whole. */
export const deadLetterBody = z
  .object({
    id: z.string(),
    receivedAt: isoInstant,
    reason,
    detail: z.string(),
    body: z.string().meta({ description: 'As it was sent.' }),
    route: z.string(),
    source: z.string(),
    resentAt: isoInstant.nullable(),
  })
  .meta({ id: 'DeadLetter' });

type DeadLetterBody = z.infer<typeof deadLetterBody>;

const filter = z.strictObject({
  reason: reason.optional(),
  from: instant.optional(),
  to: instant.optional(),
  ...page,
});

/** /api/dead-letters: what was refused, why, and sending it again. */
export function deadLetterRoutes(server: ApiServer, { events, control }: ApiDeps): void {
  const tags = ['Events'];
  server.get(
    '/api/dead-letters',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listDeadLetters',
        summary: 'Events that were refused, newest first',
        querystring: filter,
        response: { 200: listOf(deadLetterBody), ...problems },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const place =
        cursor === undefined ? null : decodeCursor('dead letters', cursor, z.tuple([placeInstant, z.string()]));
      const after = place ? { after: { receivedAt: place[0], id: place[1] } } : {};
      const wanted = filterOf(workspaceOf(request), request.query);
      const [rows, total] = await Promise.all([
        listDeadLetters(events, { ...wanted, ...after, limit: limit + 1 }),
        count(events, wanted),
      ]);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last ? encodeCursor('dead letters', [last.receivedAt, last.id]) : null;
      return { data: shown.map(bodyOf), total, next };
    },
  );
  server.get(
    '/api/dead-letters/download',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'downloadDeadLetters',
        summary: 'The same as a file: one JSON object per line',
        querystring: filter.omit({ limit: true, cursor: true }),
        response: { 200: jsonLines(deadLetterBody, 'A line per event.'), ...problems },
      },
    },
    async (request, reply) => {
      const wanted = filterOf(workspaceOf(request), request.query);
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="dead-letters.jsonl"')
        .send(Readable.from(readLines(events, wanted)) as never);
    },
  );
  server.post(
    '/api/dead-letters/resend',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'resendDeadLetters',
        summary: 'Send refused events through ingest again, for instance after a limit or a sender was mended',
        body: z.strictObject({ ids: z.array(z.string().max(200)).min(1).max(1000) }),
        response: { 200: z.object({ resent: z.number().int() }), ...bodyProblems },
      },
    },
    async (request) => ({ resent: await control.resend(workspaceOf(request), request.body.ids) }),
  );
}

const downloadPage = 1_000;

function bodyOf({ id, receivedAt, reason: why, detail, body, route, source, resentAt }: DeadLetter): DeadLetterBody {
  return {
    id,
    receivedAt: isoOf(receivedAt),
    reason: why,
    detail,
    body,
    route,
    source,
    resentAt: resentAt === null ? null : isoOf(resentAt),
  };
}

function filterOf(
  workspace: string,
  { reason: why, from, to }: { reason?: string | undefined; from?: number | undefined; to?: number | undefined },
): Omit<DeadLetterFilter, 'limit'> {
  const isReason = (text: string): text is DropReason => dropReasons.some((one) => one === text);
  return {
    workspace,
    ...(why !== undefined && isReason(why) ? { reason: why } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

async function count(
  events: EventStore,
  { workspace, reason: why, from, to }: Omit<DeadLetterFilter, 'limit'>,
): Promise<number> {
  const conditions = [
    'workspace = {workspace:String}',
    ...(why === undefined ? [] : ['reason = {reason:String}']),
    ...(from === undefined ? [] : ['received_at >= fromUnixTimestamp64Milli({from:Int64})']),
    ...(to === undefined ? [] : ['received_at < fromUnixTimestamp64Milli({to:Int64})']),
  ];
  const [total] = await events.query({
    name: 'api-dead-letters-count',
    sql: `SELECT count() AS total FROM ${events.table('dead_letters')} FINAL WHERE ${conditions.join(' AND ')}`,
    params: {
      workspace,
      ...(why === undefined ? {} : { reason: why }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
    row: (raw) => Number(raw['total']),
  });
  return total ?? 0;
}

async function* readLines(events: EventStore, wanted: Omit<DeadLetterFilter, 'limit'>): AsyncIterable<string> {
  let after: DeadLetterFilter['after'];
  for (;;) {
    const rows = await listDeadLetters(events, { ...wanted, limit: downloadPage, ...(after ? { after } : {}) });
    yield rows.map((row) => `${JSON.stringify(bodyOf(row))}\n`).join('');
    after = rows.at(-1);
    if (rows.length < downloadPage) return;
  }
}
