import { z } from 'zod';
import { condition, duration, events } from './schema-words.ts';

/*
 * The authored form of the second half of the language: what should happen, when, by whom. Descriptions become the
 * reference page and the JSON Schema, as in schema.ts.
 */

const label = z.string().optional().describe('What people see. Default: the id in words.');
const where = condition.optional().describe('With `on`: only events for which this holds, over properties.…');
const moment = z.string().describe('Id of a moment.');

/** Weekdays as authored, Monday first. */
export const weekdays = ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as const;

export const roleSchema = z.strictObject({ label }).describe('What a member does for an account.');

export const calendarSchema = z
  .strictObject({
    workdays: z
      .array(z.enum(weekdays))
      .min(1)
      .optional()
      .describe('Days on which people work. Default: [mo, tu, we, th, fr].'),
    holidays: z
      .array(z.string())
      .optional()
      .describe('Days on which they do not: a date such as 2026-12-25, or 12-25 for every year.'),
  })
  .describe('Working days of a team.');

const phaseStart = z
  .strictObject({
    on: events.optional().describe('With the first such event.'),
    where,
    after: z.string().optional().describe('When that phase ends; it stands before this one and has `ends`.'),
    when: condition
      .optional()
      .describe(
        'As soon as this holds: over account.…, measures.…, indicators.… (points), segment, band, score, coverage, phase, now.',
      ),
    at: z.string().optional().describe('At the instant in a trait of type time, such as `account.renewal_at`.'),
    known: z.literal(true).optional().describe('As soon as the account is known.'),
  })
  .describe('What starts it: exactly one of on, after, when, at, known.');

const phaseEnd = z
  .strictObject({
    on: events.optional().describe('With the first such event.'),
    where,
    when: condition.optional().describe('As soon as this holds; over the same names as `starts.when`.'),
    completed: moment.optional().describe('When this moment is done.'),
    after: duration.optional().describe('So long after it started.'),
  })
  .optional()
  .describe('What ends it: exactly one of on, when, completed, after. Default: the start of a later phase.');

export const phaseSchema = z
  .strictObject({ label, starts: phaseStart, ends: phaseEnd })
  .describe('A stretch of the lifecycle. An account is in at most one, and moves forward in their order.');
