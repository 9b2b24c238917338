import { z } from 'zod';
import { isoInstant } from '../contract.ts';
import { appealsBody, evidenceBody, occurrenceBody } from './shapes.ts';

const factors = z
  .object({
    value: z.number().meta({ description: 'Of the account, a year.' }),
    valueAssumed: z.boolean(),
    risk: z.number().meta({ description: 'Probability of being lost, from the score alone.' }),
    valueAtRisk: z.number(),
    urgency: z.number().meta({ description: '1 when it is due, half as much for each week until then.' }),
    effect: z.number().meta({ description: 'Share of the risk that an action takes away.' }),
    gain: z.number().meta({ description: 'Value at risk × urgency × effect.' }),
    gainPerMinute: z.number().meta({ description: 'What the order goes by.' }),
  })
  .meta({ id: 'RankFactors' });

/** One line of Today. */
const todayItem = z
  .object({
    rank: z.number().int(),
    part: z.enum(['overdue', 'week', 'later']).meta({
      description: 'Overdue comes first; `week` fits into the minutes that are left; `later` does not, or can wait.',
    }),
    reasons: z.array(z.string()).meta({ description: 'Why it stands here, in words and numbers.' }),
    factors,
    occurrence: occurrenceBody,
    account: z.object({
      id: z.string(),
      name: z.string(),
      segment: z.string().nullable(),
      score: z.number().nullable(),
      band: z.string().nullable(),
      value: z.number().nullable(),
    }),
    appeals: appealsBody,
    evidence: evidenceBody,
    nextStep: z.string(),
  })
  .meta({ id: 'TodayItem' });

/** Something that changed about an owner's work. */
const workChange = z.object({
  occurrence: z.string(),
  account: z.string(),
  accountName: z.string(),
  moment: z.string(),
  label: z.string(),
  at: isoInstant,
  from: z.string().nullable().meta({ description: 'Whose it was.' }),
  to: z.string().nullable().meta({ description: 'Whose it is.' }),
});

const workChanges = z.object({ total: z.number().int(), data: z.array(workChange) });

/** What one member could do now, and what changed. */
export const todayBody = z
  .object({
    owner: z.object({ id: z.string(), name: z.string(), timezone: z.string() }),
    asOf: isoInstant,
    minutes: z.object({
      week: z.number().int().meta({ description: 'Theirs, a week.' }),
      doneThisWeek: z.number().int().meta({ description: 'Of what was completed since Monday.' }),
      overdue: z.number().int(),
      left: z.number().int().meta({ description: 'For what is not overdue; below zero: more is overdue than fits.' }),
    }),
    assumptions: z.array(z.object({ factor: z.enum(['risk', 'effect']), assumed: z.literal(true), text: z.string() })),
    total: z.number().int().meta({ description: 'Open and in sight, those beyond the limit too.' }),
    overdue: z.number().int(),
    snoozed: z.number().int(),
    data: z.array(todayItem),
    changes: z.object({
      since: isoInstant,
      new: workChanges,
      done: workChanges,
      handedToYou: workChanges,
      handedOn: workChanges,
    }),
  })
  .meta({ id: 'Today' });

/** What everybody has to do. */
export const teamLoadBody = z
  .object({
    data: z.array(
      z.object({
        member: z.string(),
        name: z.string(),
        role: z.string(),
        away: z.object({ cover: z.string(), until: isoInstant }).nullable(),
        accounts: z.number().int(),
        open: z.number().int(),
        overdue: z.number().int(),
        escalated: z.number().int(),
        snoozed: z.number().int(),
        openMinutes: z.number().int(),
        weeklyMinutes: z.number().int(),
      }),
    ),
    total: z.number().int(),
    next: z.null(),
    unowned: z.number().int().meta({ description: 'Open and nobody has it: the workspace has nobody who can act.' }),
  })
  .meta({ id: 'TeamLoad' });

export type TodayBody = z.infer<typeof todayBody>;
export type TeamLoad = z.infer<typeof teamLoadBody>;
