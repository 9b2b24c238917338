import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import {
  bodyProblems,
  identifier,
  instant,
  jsonLines as linesOf,
  modelProblem,
  modelSource,
  noModelProblem,
  problemBody,
} from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { sendLines } from '../lines.ts';
import { modelRefused, noModel } from '../problem.ts';
import { evaluationBody } from './evaluation-body.ts';

const mebibyte = 1024 * 1024;

/** POST /api/evaluate: any accounts, any instant, any model. */
export function evaluateRoutes(server: ApiServer, { control, clock, log }: ApiDeps): void {
  server.post(
    '/api/evaluate',
    {
      config: { permission: 'admin' },
      bodyLimit: 32 * mebibyte,
      schema: {
        tags: ['Scores'],
        operationId: 'evaluate',
        summary:
          'Evaluate accounts as of an instant, by the published or another model; answers JSON lines. After an error in the middle the last line is a `problem`',
        body: z.strictObject({
          model: z.strictObject(modelSource).nullable().default(null),
          asOf: instant.optional().meta({ description: 'Now, if left out.' }),
          accounts: z.array(identifier).max(100_000).nullable().default(null),
        }),
        response: {
          200: linesOf(z.union([evaluationBody, z.object({ problem: problemBody })]), 'A line per account.'),
          409: noModelProblem,
          422: modelProblem,
          ...bodyProblems,
        },
      },
    },
    async (request, reply) => {
      const { model, asOf = clock.now(), accounts } = request.body;
      const answer = await control.evaluate(workspaceOf(request), { model, asOf, accounts });
      if (answer.kind === 'no-model') throw noModel();
      if (answer.kind === 'refused') throw modelRefused(answer.diagnostics);
      return sendLines(reply, log, answer.blocks);
    },
  );
}
