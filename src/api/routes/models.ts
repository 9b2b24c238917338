import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import {
  diagnosticBody,
  isoInstant,
  listOf,
  modelProblem,
  modelSource,
  bodyProblems,
  problem,
  problems,
} from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { modelRefused, notFound } from '../problem.ts';
import { findModelVersion, listModelVersions } from './model-rows.ts';

/** A version of the model. */
export const modelBody = z
  .object({
    version: z.number().int(),
    name: z.string(),
    hash: z.string(),
    status: z.enum(['backfilling', 'live', 'retired', 'failed']),
    note: z.string(),
    createdAt: isoInstant,
    publishedAt: isoInstant.nullable(),
  })
  .meta({ id: 'Model' });

/** A version of the model, see `modelBody`. */
export type ModelBody = z.infer<typeof modelBody>;

const publishedBody = z
  .object({
    published: modelBody,
    diagnostics: z.array(diagnosticBody),
    warnings: z
      .array(z.string())
      .meta({ description: 'Roles that nobody holds, and who gets what they are asked to do.' }),
  })
  .meta({ id: 'Published' });
const versionParams = z.object({ version: z.coerce.number().int().min(1).max(2_147_483_647) });
const note = z.string().max(2000).default('').meta({ description: 'Why; shown in the history.' });
const mebibyte = 1024 * 1024;
const otherKind = problem('The model is about another kind of accounts than the events of this workspace.');

/** /api/models: the versions, checking, publishing, going back. */
export function modelRoutes(server: ApiServer, deps: ApiDeps): void {
  readRoutes(server, deps);
  changeRoutes(server, deps);
}

const tags = ['Models'];

function readRoutes(server: ApiServer, { state }: ApiDeps): void {
  server.get(
    '/api/models',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'listModels',
        summary: 'Versions of the model, newest first',
        response: { 200: listOf(modelBody), ...problems },
      },
    },
    async (request) => {
      const data = await listModelVersions(state, workspaceOf(request));
      return { data, total: data.length, next: null };
    },
  );
  server.get(
    '/api/models/:version',
    {
      config: { permission: 'read' },
      schema: {
        tags,
        operationId: 'getModel',
        summary: 'One version with its YAML',
        params: versionParams,
        response: { 200: modelBody.extend({ yaml: z.string() }).meta({ id: 'ModelWithText' }), ...problems },
      },
    },
    async (request) => {
      const found = await findModelVersion(state, workspaceOf(request), request.params.version);
      if (!found) throw notFound('model version', String(request.params.version));
      return found;
    },
  );
}

function changeRoutes(server: ApiServer, { control }: ApiDeps): void {
  server.post(
    '/api/models/check',
    {
      config: { permission: 'admin' },
      bodyLimit: 8 * mebibyte,
      schema: {
        tags,
        operationId: 'checkModel',
        summary: 'Check a model; nothing is changed',
        body: z.strictObject(modelSource),
        response: { 200: z.object({ ok: z.boolean(), diagnostics: z.array(diagnosticBody) }), ...bodyProblems },
      },
    },
    async (request) => {
      const diagnostics = [...control.checkModel(request.body)];
      return { ok: diagnostics.every(({ severity }) => severity !== 'error'), diagnostics };
    },
  );
  server.post(
    '/api/models',
    {
      config: { permission: 'admin' },
      bodyLimit: 8 * mebibyte,
      schema: {
        tags,
        operationId: 'publishModel',
        summary: 'Publish a model: check, backfill while the old one stays live, switch',
        body: z.strictObject({ ...modelSource, note }),
        response: { 201: publishedBody, 409: otherKind, 422: modelProblem, ...bodyProblems },
      },
    },
    async (request, reply) => {
      const { note: why, ...source } = request.body;
      const { published, diagnostics, warnings } = await control.publish(workspaceOf(request), source, why);
      if (!published) throw modelRefused(diagnostics);
      return reply.code(201).send({ published, diagnostics: [...diagnostics], warnings: [...warnings] });
    },
  );
  server.post(
    '/api/models/:version/publish',
    {
      config: { permission: 'admin' },
      schema: {
        tags,
        operationId: 'republishModel',
        summary: 'Go back: publish an old version again',
        params: versionParams,
        body: z.strictObject({ note }).optional(),
        response: { 201: publishedBody, 409: otherKind, ...bodyProblems },
      },
    },
    async (request, reply) => {
      const { version } = request.params;
      const again = await control.republish(workspaceOf(request), version, request.body?.note ?? '');
      if (!again?.published) throw notFound('model version', String(version));
      return reply.code(201).send({ published: again.published, diagnostics: [], warnings: [...again.warnings] });
    },
  );
}
