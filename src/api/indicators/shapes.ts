import { z } from 'zod';
import { isoInstant } from '../contract.ts';

const place = z.object({ file: z.string(), line: z.number().int(), column: z.number().int() });

/** What an indicator is, and how its value becomes points for the accounts of a segment. */
export const indicatorBody = z
  .object({
    id: z.string(),
    label: z.string(),
    domain: z.string(),
    at: place,
    text: z.string().nullable().meta({ description: 'Its lines in the model; null when the file was not kept.' }),
    evidence: z.string().nullable().meta({ description: 'Why it is worth looking at.' }),
    scale: z.object({
      kind: z.enum(['polyline', 'percentile', 'direct']).meta({
        description: 'percentile: the line goes through quantiles of the segment as of last midnight.',
      }),
      line: z
        .array(z.tuple([z.number(), z.number()]))
        .nullable()
        .meta({ description: 'From value to points, straight between; null: too few accounts to compare with.' }),
    }),
    halfLifeDays: z.number().nullable().meta({ description: 'Its points fade towards 50 in this time.' }),
    measures: z.array(
      z.object({
        id: z.string(),
        at: place,
        events: z.array(z.string()).nullable().meta({ description: 'Null: any.' }),
        windowDays: z.number().nullable().meta({ description: 'How far it looks back; null: without end.' }),
      }),
    ),
  })
  .meta({ id: 'Indicator' });

/** How the accounts of a segment do on an indicator. */
export const standingBody = z
  .object({
    segment: z.string(),
    asOf: isoInstant,
    total: z.number().int().meta({ description: 'Accounts of the segment.' }),
    sampled: z.number().int().meta({ description: 'Of which so many were looked at, drawn evenly.' }),
    values: z.array(z.number()).meta({ description: 'What is known of them, rising.' }),
  })
  .meta({ id: 'Standing' });

/** The nights of all indicators of an account: columns, so that a year stays small. */
export const indicatorHistoryBody = z
  .object({
    asOf: z.array(isoInstant).meta({ description: 'Oldest first.' }),
    indicators: z.record(
      z.string(),
      z.object({ values: z.array(z.number().nullable()), points: z.array(z.number().nullable()) }),
    ),
  })
  .meta({ id: 'IndicatorHistory' });

export type IndicatorBody = z.infer<typeof indicatorBody>;
export type StandingBody = z.infer<typeof standingBody>;
export type IndicatorHistoryBody = z.infer<typeof indicatorHistoryBody>;
