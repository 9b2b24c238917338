import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Evaluation } from '../../evaluate/evaluation.ts';
import { workspaceOf } from '../auth.ts';
import { identifier, instant, modelSource, problemBody, problems } from '../contract.ts';
import type { ApiDeps, ApiServer } from '../deps.ts';
import { modelRefused, noModel } from '../problem.ts';

const mebibyte = 1024 * 1024;

/** POST /api/evaluate: any accounts, any instant, any model. */
export function evaluateRoutes(server: ApiServer, { control, clock }: ApiDeps): void {
  server.post(
    '/api/evaluate',
    {
      config: { permission: 'admin' },
      bodyLimit: 32 * mebibyte,
      schema: {
        tags: ['Scores'],
        summary: 'Evaluate accounts as of an instant, by the published or another model; answers JSON lines',
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
      return reply.type('application/x-ndjson').send(Readable.from(lines(answer.blocks)) as never);
    },
  );
}

/** A line per account; the last one after an error in the middle says so, because the status is sent already. */
async function* lines(blocks: AsyncIterable<Evaluation[]>): AsyncIterable<string> {
  for await (const block of blocks) yield block.map((one) => `${JSON.stringify(one)}\n`).join('');
}
