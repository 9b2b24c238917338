import { Readable } from 'node:stream';
import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { bodyProblems, isoInstant, jsonLines, listOf, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';

const importBody = z
  .object({ file: z.string(), rowsDone: z.number().int(), finishedAt: isoInstant.nullable() })
  .meta({ id: 'Import' });

/** /api/imports: what was imported; and, for the operator of this machine, importing files of this machine. */
export function importRoutes(server: ApiServer, { state, control }: ApiDeps): void {
  const tags = ['Imports'];
  server.get(
    '/api/imports',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listImports',
        summary: 'Files that were imported',
        response: { 200: listOf(importBody), ...problems },
      },
    },
    async (request) => {
      const rows = await state.within(workspaceOf(request), (db) =>
        db.selectFrom('import_run').selectAll().orderBy('finished_at', 'desc').orderBy('file').limit(1000).execute(),
      );
      const data = rows.map((row) => ({
        file: row.file,
        rowsDone: row.rows_done,
        finishedAt: row.finished_at?.toISOString() ?? null,
      }));
      return { data, total: data.length, next: null };
    },
  );
  server.post(
    '/api/imports',
    {
      // Paths are of the server's machine: a workspace's key must not reach them.
      config: { permission: 'operator' },
      schema: {
        tags,
        operationId: 'importFiles',
        summary: 'Import files of this machine (operator); answers progress and the report as JSON lines',
        body: z.strictObject({
          paths: z.array(z.string().min(1)).min(1).max(10_000),
          mapping: z.string().min(1),
          dryRun: z.boolean().default(false),
          failedFile: z.string().nullable().default(null),
        }),
        response: { 200: jsonLines(z.looseObject({}), 'Progress, and in the last line the report.'), ...bodyProblems },
      },
    },
    async (request, reply) => {
      const progress = control.import(workspaceOf(request), request.body);
      return reply.type('application/x-ndjson').send(Readable.from(lines(progress)) as never);
    },
  );
}

async function* lines(progress: AsyncIterable<object>): AsyncIterable<string> {
  for await (const one of progress) yield `${JSON.stringify(one)}\n`;
}
