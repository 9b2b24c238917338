import { Readable } from 'node:stream';
import { z } from 'zod';
import { type AuditFilter, type AuditRow, countAudit, readAudit } from '../../access/audit-log.ts';
import { csvLine } from '../../lib/csv.ts';
import type { StateStore } from '../../store/state/store.ts';
import { instant, isoInstant, listOf, page, problems } from '../contract.ts';
import { decodeCursor, encodeCursor, placeInstant } from '../cursor.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { workspaceOf } from '../principal.ts';

const tags = ['Audit'];
const actorClass = z.enum(['person', 'automation', 'integration', 'system']);

const entryBody = z
  .object({
    id: z.string(),
    at: isoInstant,
    actor: z.object({ class: actorClass, id: z.string().nullable(), label: z.string() }),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    cause: z.string(),
    change: z.unknown().meta({ description: '`before` and `after`, where something differs; never a secret.' }),
  })
  .meta({ id: 'AuditEntry' });

const filter = z.strictObject({
  class: actorClass.optional(),
  actor: z.string().max(500).optional().meta({ description: 'Id, or part of the name.' }),
  action: z.string().max(100).optional().meta({ description: '`key.created`, or `key.` for all about keys.' }),
  subject: z.string().max(512).optional().meta({ description: 'Id of what was changed.' }),
  from: instant.optional(),
  to: instant.optional(),
});

/** /api/audit: who did what, when and why. */
export function auditRoutes(server: ApiServer, { state }: ApiDeps): void {
  server.get(
    '/api/audit',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'listAudit',
        summary: 'Who did what, newest first',
        querystring: filter.extend(page),
        response: { 200: listOf(entryBody), ...problems },
      },
    },
    async (request) => {
      const { cursor, limit, ...wanted } = request.query;
      const place = cursor === undefined ? null : decodeCursor('audit', cursor, z.tuple([placeInstant, z.string()]));
      const after = place ? { at: place[0], id: place[1] } : null;
      const workspace = workspaceOf(request);
      const rows = await readAudit(state, workspace, wanted, { after, limit: limit + 1 });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        data: shown.map(bodyOf),
        total: await countAudit(state, workspace, wanted),
        next: rows.length > limit && last ? encodeCursor('audit', [last.at.getTime(), last.id]) : null,
      };
    },
  );
  server.get(
    '/api/audit/download',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        operationId: 'downloadAudit',
        summary: 'The same as a CSV file',
        response: {
          200: { description: 'A line per entry.', content: { 'text/csv': { schema: z.string() } } },
          ...problems,
        },
        querystring: filter,
      },
    },
    async (request, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .send(Readable.from(csvLines(state, workspaceOf(request), request.query)) as never),
  );
}

const downloadPage = 1_000;

async function* csvLines(state: StateStore, workspace: string, wanted: AuditFilter): AsyncIterable<string> {
  yield csvLine(['at', 'class', 'actor', 'actor id', 'action', 'subject', 'subject id', 'cause', 'change']);
  for (let after: { at: number; id: string } | null = null; ;) {
    const rows: AuditRow[] = await readAudit(state, workspace, wanted, { after, limit: downloadPage });
    yield rows.map(lineOf).join('');
    const last = rows.at(-1);
    if (!last || rows.length < downloadPage) return;
    after = { at: last.at.getTime(), id: last.id };
  }
}

function lineOf(row: AuditRow): string {
  return csvLine([
    row.at.toISOString(),
    row.actor_class,
    row.actor_label,
    row.actor_id,
    row.action,
    row.subject_kind,
    row.subject_id,
    row.cause,
    row.change === null ? '' : JSON.stringify(row.change),
  ]);
}

function bodyOf(row: AuditRow): z.infer<typeof entryBody> {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: { class: row.actor_class, id: row.actor_id, label: row.actor_label },
    action: row.action,
    subject: { kind: row.subject_kind, id: row.subject_id },
    cause: row.cause,
    change: row.change,
  };
}
