import { z } from 'zod';
import { workspaceOf } from '../auth.ts';
import { identifier, instant, modelSource, problemBody, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { sendLines } from '../lines.ts';
import { modelRefused, noModel } from '../problem.ts';

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
        summary:
          'Evaluate accounts as of an instant, by the published or another model; answers JSON lines. After an error in the middle the last line is a `problem`',
        body: z.strictObject({
          model: z.strictObject(modelSource).nullable().default(null),
          asOf: instant.optional().meta({ description: 'Now, if left out.' }),
          accounts: z.array(identifier).max(100_000).nullable().default(null),
        }),
        response: { 409: problemBody, 422: problemBody, ...problems },
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
