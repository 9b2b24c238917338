import { z } from 'zod';
import { condition, duration, events } from './schema-words.ts';

/*
 * The authored form of the second half of the language: what should happen, when, by whom. Descriptions become the
 * reference page and the JSON Schema, as in schema.ts.
 */

const label = z.string().optional().describe('What people see. Default: the id in words.');
const where = condition.optional().describe('With `on`: only events for which this holds, over properties.…');
const objective = z.string().describe('What is different afterwards: the expected outcome, in a sentence.');
const moment = z.string().describe('Id of a moment.');
const moments = z
  .union([moment, z.array(moment).min(1)], { error: 'a moment or a list of moments' })
  .describe('A moment or a list of moments.');
const role = z.string().describe('One of `roles`.');
const owner = z
  .union([role, z.array(role).min(1)], { error: 'a role or a list of roles' })
  .describe('A role, or a list of roles: the first one that somebody holds for the account.');
const playbook = z.string().describe('One of `playbooks`.');

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

const doer = z
  .strictObject({
    owner: owner.optional(),
    playbook: playbook.optional(),
    skip: z.literal(true).optional().describe('Accounts of this touch do not get the moment.'),
  })
  .optional();

const schedule = z
  .strictObject({
    rrule: z
      .string()
      .describe(
        'How it recurs (RFC 5545), in the time zone of the account: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY and what picks the days. Without BYHOUR at 9:00. A short month takes its last day; with SKIP=OMIT it takes none.',
      ),
    from: z
      .string()
      .describe(
        'From when on: `phase` (the day its phase starts, which is no date itself), a trait of type time such as `account.renewal_at`, or a local time such as 2026-01-05T09:00.',
      ),
    prepare: duration.optional().describe('It opens so long before its date. Default: at its date.'),
    calendar: z.string().optional().describe('A date that is no working day of this calendar moves to the next one.'),
  })
  .optional()
  .describe('It recurs; each date is when it is due.');

const absent = z
  .strictObject({
    of: events.describe('The events that are missing.'),
    where: condition.optional().describe('Only events for which this holds, over properties.…'),
    for: duration.describe('How long there was none.'),
    since: z
      .enum(['phase', 'known'])
      .optional()
      .describe(
        'Where there never was one, count from the start of its phase or from when the account was known. Default: its phase, if it has one.',
      ),
  })
  .optional()
  .describe('It opens when events stay away; once per silence.');

const done = z
  .strictObject({
    on: events.optional().describe('When such an event happens.'),
    where,
    when: condition.optional().describe('As soon as this holds.'),
  })
  .optional()
  .describe('What completes it besides a person: one of on, when.');

const escalation = z
  .strictObject({
    after: duration.describe('So long after it was due; 0d: at once.'),
    to: role.optional().describe('The role that is told, and gets it.'),
    playbook: playbook.optional(),
  })
  .describe('A step when it is overdue.');

const appeals = z
  .strictObject({
    ethos: z.string().optional().describe('Why we are credible.'),
    pathos: z.string().optional().describe('What it feels like.'),
    logos: z.string().optional().describe('What the facts say.'),
  })
  .optional()
  .describe('What a conversation about it could appeal to.');

export const momentSchema = z
  .strictObject({
    label,
    objective,
    phase: z.string().optional().describe('Only in this phase.'),
    segments: z.array(z.string()).min(1).optional().describe('Only for these segments.'),
    owner: owner
      .optional()
      .describe('Who does it: a role, or a list of roles, the first that somebody holds. Default csm.'),
    touch: z
      .strictObject({
        high: doer.describe('In segments with high touch.'),
        low: doer.describe('In segments with low touch.'),
        self: doer.describe('In segments where customers serve themselves.'),
      })
      .optional()
      .describe(
        'Who does it instead, by the touch of the segment: `owner` (a person), `playbook` (automation) or `skip`.',
      ),
    due: duration.optional().describe('A milestone: it opens when its phase starts, and is due so long after.'),
    schedule,
    on: events.optional().describe('It opens with each such event.'),
    where,
    absent,
    when: condition
      .optional()
      .describe(
        'It opens when this becomes true: over account.…, measures.…, indicators.… (points), segment, band, score, coverage, phase, now.',
      ),
    for: duration.optional().describe('With `when`: only once it held so long.'),
    within: duration.optional().describe('With `on`, `absent`, `when`: due so long after it opened.'),
    atMostOncePer: duration.optional().describe('With `on`: other events within this time open nothing.'),
    done,
    expires: duration
      .optional()
      .describe('Missed so long after it was due; 0d: at its deadline. Without it, it stays open.'),
    escalate: z.array(escalation).min(1).optional().describe('What happens when it is overdue, step by step.'),
    appeals,
    notWithin: z
      .strictObject({
        of: moments,
        days: z.number().min(1).max(36_500).describe('How many days to keep free before and after.'),
      })
      .optional()
      .describe('Not opened this close to one of these moments.'),
    minutes: z.number().min(1).optional().describe('Expected effort of a person. Default 30.'),
  })
  .describe(
    'Something that should happen between us and a customer. What opens it: exactly one of due, schedule, on, absent, when.',
  );

export const policySchema = z
  .strictObject({
    atMost: z.number().int().min(1).describe('So many moments open for one account …'),
    per: duration.describe('… within this time.'),
    exempt: z.array(moment).optional().describe('Moments that are never held back.'),
  })
  .describe('Against over-scheduling: counts moments that open by schedule, absence or condition.');
