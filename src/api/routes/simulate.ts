import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import {
  bodyProblems,
  identifier,
  instant,
  isoInstant,
  jsonLines,
  modelProblem,
  modelSource,
  problemBody,
} from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { sendLines } from '../lines.ts';
import { badRequest, modelRefused } from '../problem.ts';

const mebibyte = 1024 * 1024;

const occurrenceLine = z.object({
  account: z.string(),
  moment: z.string(),
  cause: z.record(z.string(), z.unknown()),
  openedAt: isoInstant.nullable(),
  dueAt: isoInstant.nullable(),
  state: z.string(),
  doneAt: isoInstant.nullable(),
  owner: z.string().nullable(),
  escalations: z.array(
    z.object({ step: z.number().int(), at: isoInstant, to: z.string().nullable(), owner: z.string().nullable() }),
  ),
});
const progressLine = z.object({
  progress: z.object({ step: z.enum(['usual', 'accounts']), done: z.number().int(), of: z.number().int() }),
});
const loadLine = z.object({
  load: z.array(
    z.object({
      week: z.string(),
      owner: z.string().nullable(),
      occurrences: z.number().int(),
      minutes: z.number(),
      capacity: z.number().nullable(),
    }),
  ),
  accounts: z.number().int(),
});

/** POST /api/simulate: which moments would have opened when, by any model, over what is stored. */
export function simulateRoutes(server: ApiServer, { control, clock, log }: ApiDeps): void {
  server.post(
    '/api/simulate',
    {
      config: { permission: 'admin' },
      bodyLimit: 32 * mebibyte,
      schema: {
        tags: ['Moments'],
        operationId: 'simulate',
        summary:
          'Replay stored history as if a model had been published at an instant; answers JSON lines, one per occurrence, and writes nothing. After an error in the middle the last line is a `problem`',
        body: z.strictObject({
          model: z.strictObject(modelSource).nullable().default(null),
          name: z
            .string()
            .min(1)
            .max(200)
            .nullable()
            .default(null)
            .meta({ description: 'Of a published model: its newest version.' }),
          from: instant.meta({
            description: 'The simulated publication. What happened before only moves accounts through their phases.',
          }),
          to: instant.optional().meta({ description: 'Now, if left out.' }),
          accounts: z
            .array(identifier)
            .min(1)
            .max(100_000)
            .nullable()
            .default(null)
            .meta({ description: 'Everybody, if left out.' }),
          report: z.boolean().default(false).meta({
            description: 'Also lines with `progress`, and a last one with the `load` of each member and week.',
          }),
        }),
        response: {
          200: jsonLines(
            z.union([occurrenceLine, progressLine, loadLine, z.object({ problem: problemBody })]),
            'A line per occurrence.',
          ),
          422: modelProblem,
          ...bodyProblems,
        },
      },
    },
    async (request, reply) => {
      const { model, name, from, to = clock.now(), accounts, report } = request.body;
      if ((model === null) === (name === null)) throw badRequest('body', [], 'give `model` or `name`, one of them');
      const asked = model ?? { name: name ?? '' };
      const answer = await control.simulate(workspaceOf(request), { model: asked, from, to, accounts, report });
      if (answer.kind === 'refused') throw modelRefused(answer.diagnostics);
      return sendLines(reply, log, answer.blocks);
    },
  );
}
