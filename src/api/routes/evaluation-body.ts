import { z } from 'zod';
import { type Evaluation, indicatorStates } from '../../evaluate/evaluation.ts';
import { band, isoInstant } from '../contract.ts';

/** One account as of an instant, as `Evaluation` has it. */
export const evaluationBody = z
  .looseObject({
    account: z.string(),
    asOf: isoInstant,
    modelHash: z.string(),
    segment: z.string(),
    audiences: z.array(z.string()),
    score: z.number().meta({ description: '0 to 100, under limits and hard triggers.' }),
    band,
    coverage: z.number(),
    domains: z.record(z.string(), z.number()),
    indicators: z.record(
      z.string(),
      z.object({
        value: z.number().nullable(),
        points: z.number().nullable(),
        state: z.enum(indicatorStates),
        weight: z.number().meta({ description: 'Share of the score.' }),
        contribution: z.number(),
      }),
    ),
    measures: z.record(z.string(), z.unknown()),
    limits: z.array(z.string()).meta({ description: 'Domains so weak that they cap the score.' }),
    hardTriggers: z.array(z.string()),
  })
  .meta({ id: 'Evaluation' });

/** The same with lists of its own. */
export function withLists(evaluation: Evaluation): z.infer<typeof evaluationBody> {
  const { audiences, limits, hardTriggers } = evaluation;
  return { ...evaluation, audiences: [...audiences], limits: [...limits], hardTriggers: [...hardTriggers] };
}
