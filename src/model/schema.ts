import { z } from 'zod';
import { calendarSchema, momentSchema, phaseSchema, policySchema, roleSchema } from './schema-moments.ts';
import { condition, duration, event, events, touch } from './schema-words.ts';

/*
 * The authored form: what a person writes. Every key has its description here; the reference page and the JSON Schema
 * for editors are made from them. What the schema cannot say (names that exist, types of expressions) is in resolve/.
 */

/** Types that properties and traits can have. */
export const propertyTypes = ['number', 'int', 'string', 'bool', 'time', 'list', 'version'] as const;

const propertyType = z
  .enum(propertyTypes)
  .describe(
    'Numbers are doubles (`int` reads better, and means the same). `version` compares as people number software.',
  );
const properties = z.record(z.string(), propertyType);

const sourceSchema = z
  .strictObject({
    events: events.describe('Events that come from this system, or `any`.'),
    freshness: duration.describe('When its newest event is older than this, what depends on it is stale.'),
  })
  .describe('A connected system.');

const releaseSchema = z
  .strictObject({
    version: z.string().describe('In quotes: without them 2.10 would be the number 2.1.'),
    at: z.string().describe('When it was published: a date or an instant.'),
    capabilities: z.array(z.string()).optional().describe('Capabilities that it brought.'),
  })
  .describe('A release of the product.');

const segmentSchema = z
  .strictObject({
    when: condition.optional().describe('Over account.…, measures.… and now.'),
    otherwise: z.literal(true).optional().describe('Takes every account that is left.'),
    touch,
  })
  .describe('Accounts that share a treatment.');

const audienceSchema = z
  .strictObject({
    when: condition.describe(
      'Over account.…, measures.…, indicators.… (points), segment, band, score, coverage and now.',
    ),
  })
  .describe('A named condition; an account can be in many.');

const outcomeSchema = z
  .strictObject({
    on: event.describe('The event that says it happened.'),
    where: condition.optional().describe('Over the properties of that event.'),
  })
  .describe('What a model is judged by.');

const measureSchema = z
  .strictObject({
    count: events.optional().describe('How many events.'),
    sum: z.string().optional().describe('Sum of `properties.<number>` of the events in `of`.'),
    min: z.string().optional().describe('Smallest `properties.<number>`.'),
    max: z.string().optional().describe('Largest `properties.<number>`.'),
    avg: z.string().optional().describe('Average of `properties.<number>`.'),
    unique: z.string().optional().describe('How many different people (`person`) or values of `properties.<name>`.'),
    days: events.optional().describe('On how many calendar dates (UTC) there was such an event.'),
    first: z.literal('time').optional().describe('When the first event of `of` happened.'),
    last: z.literal('time').optional().describe('When the newest event of `of` happened.'),
    latest: z.string().optional().describe('`properties.<name>` of the newest event of `of` that has it.'),
    open: z
      .strictObject({
        from: event.describe('The event that opens.'),
        to: event.describe('The event that closes.'),
        by: z.string().describe('`properties.<name>` that both have in common.'),
      })
      .optional()
      .describe('How many were opened and are not closed, such as cases.'),
    capabilities: z
      .enum(['used', 'all'])
      .optional()
      .describe('How many of the `capabilities` had at least one of their events, or how many there are.'),
    releasedWithin: duration
      .optional()
      .describe('With `capabilities`: only those that a release brought not longer ago than this.'),
    of: events.optional(),
    where: condition
      .optional()
      .describe('Only events for which this holds: over properties.…; for `open` the opening event.'),
    within: duration.optional().describe('Only events in (now − this, now]. Without it: ever.'),
    every: duration.optional().describe('With `count` and `for`: a series of blocks this long, in whole days.'),
    for: z
      .number()
      .int()
      .optional()
      .describe('With `every`: how many blocks, the newest ending at the last midnight UTC.'),
  })
  .describe('One number over the events of an account, as of an instant. Exactly one aggregate.');

const indicatorSchema = z
  .strictObject({
    domain: z.string().optional().describe('One of `score.domains`.'),
    value: z.string().optional().describe('Over account.…, measures.…, segment and now.'),
    cuts: z
      .tuple([z.number(), z.number(), z.number()], {
        error: 'three numbers: the values that give 0, 50 and 100 points',
      })
      .optional()
      .describe('The values that give 0, 50 and 100 points, linear between. Their order gives the direction.'),
    points: z
      .array(z.tuple([z.number(), z.number()], { error: 'a pair [value, points]' }))
      .min(2)
      .optional()
      .describe('A polyline of [value, points] instead of cuts.'),
    shape: z.literal('peaked').optional().describe('The polyline has one peak: too much is as bad as too little.'),
    percentile: z
      .strictObject({
        p0: z.number().describe('Quantile (0–1) that gives 0 points.'),
        p50: z.number().describe('Quantile that gives 50 points.'),
        p100: z.number().describe('Quantile that gives 100 points; below `p0` when less is better.'),
      })
      .optional()
      .describe('Quantiles within the segment that give 0, 50 and 100 points, for raw volumes. Needs 30 accounts.'),
    weight: z.number().optional().describe('Weight within its domain.'),
    halfLife: duration.optional().describe('The points of an answer fade towards 50, halfway after this time.'),
    segments: z.array(z.string()).optional().describe('Applies only to these segments.'),
    label: z.string().optional().describe('What people see. Default: the id in words.'),
    evidence: z.string().optional().describe('Why this is worth measuring.'),
  })
  .describe(
    'One number about an account and how it becomes 0–100 points. `domain`, `value` and `weight` are needed unless a built-in brings them.',
  );

const points = z.number().min(0).max(100);
const share = z.number().min(0).max(1);
const band = z.strictObject({
  enter: points.describe('Score at which the band is entered.'),
  leave: points.describe('Score at which it is left; between the two nothing changes.'),
});
const scoreSchema = z
  .strictObject({
    domains: z.record(z.string(), z.number()).optional().describe('Weight of each domain in the score.'),
    bands: z
      .strictObject({
        engaged: band
          .optional()
          .describe('`{enter, leave}`: enter at this score or above, leave below the other. Default 70, 65.'),
        disengaged: band
          .optional()
          .describe('`{enter, leave}`: enter below this score, leave at the other or above. Default 40, 45.'),
        dwell: duration.optional().describe('A band changes only after the score asked for it this long. Default 7d.'),
      })
      .optional()
      .describe('engaged, disengaged, and neutral between them.'),
    limit: z
      .strictObject({
        weight: z.number().describe('Only domains of at least this weight.'),
        below: points.describe('A domain with fewer points than this.'),
        cap: points.describe('The highest score then.'),
      })
      .optional()
      .describe('A domain of at least `weight` with fewer than `below` points caps the score. Default 10, 25, 69.'),
    coverage: z
      .strictObject({
        unknown: share.describe('Share of weight with fresh data below which nothing is said.'),
        badge: share.describe('Share below which the score is shown with a mark.'),
      })
      .optional()
      .describe('Below `unknown` the band is unknown; below `badge` the score is marked. Default 0.5, 0.75.'),
    hardTriggers: z
      .record(
        z.string(),
        z.strictObject({
          when: condition.describe('Over account.…, measures.…, indicators.…, segment and now.'),
          cap: points.describe('The highest score while it holds.'),
        }),
      )
      .optional()
      .describe('Conditions that cap the score at once, whatever the rest says.'),
  })
  .describe('How indicators become one score, and the score a band.');

const later = z.unknown().optional().describe('Not yet supported in this version: reported and ignored.');

/** The authored model. */
export const modelSchema = z
  .strictObject({
    rapport: z.literal(1).describe('Version of the language.'),
    name: z.string().describe('What people call this model.'),
    extends: z
      .string()
      .optional()
      .describe(
        'A shipped model by name, or a file by relative path (`./base.yaml`). Maps merge key by key, lists and values replace, null removes; `indicators.use` adds.',
      ),
    timezone: z.string().optional().describe('IANA name; the time zone of accounts that have none. Default UTC.'),
    account: z
      .enum(['group', 'person'])
      .optional()
      .describe('What an account is: a company (`group`, the default) or a person.'),
    catalog: z.record(z.string(), properties.nullable()).optional().describe('Events and their typed properties.'),
    traits: z
      .strictObject({
        account: properties.optional().describe('Traits of accounts.'),
        person: properties.optional().describe('Traits of people. Where an account is a person, they are the same.'),
      })
      .optional()
      .describe('Traits and their types.'),
    sources: z
      .record(z.string(), sourceSchema)
      .optional()
      .describe('Connected systems, to know stale data from silence.'),
    releases: z.array(releaseSchema).optional().describe('Releases of the product, for releasesBehind(…).'),
    capabilities: z
      .record(z.string(), z.array(event).min(1))
      .optional()
      .describe('What the product can do, each with the events that show its use.'),
    keyEvents: z.array(event).min(1).optional().describe('The events that matter most; `key` in measures.'),
    segments: z.record(z.string(), segmentSchema).optional().describe('First match wins.'),
    audiences: z.record(z.string(), audienceSchema).optional().describe('Named conditions.'),
    outcomes: z.record(z.string(), outcomeSchema).optional().describe('Churned, renewed, expanded, converted, …'),
    measures: z.record(z.string(), measureSchema).optional().describe('Numbers over events.'),
    indicators: z
      .object({
        use: z
          .array(z.string())
          .optional()
          .describe('Built-in indicators by name; override parts of one under its own key.'),
      })
      .catchall(indicatorSchema)
      .optional()
      .describe('What is scored.'),
    score: scoreSchema.optional(),
    roles: z
      .record(z.string(), roleSchema)
      .optional()
      .describe('What members do for accounts. Default: csm, onboarding, sponsor, support, sales, manager.'),
    calendars: z.record(z.string(), calendarSchema).optional().describe('Working days, for schedules.'),
    phases: z.record(z.string(), phaseSchema).optional().describe('The lifecycle, in its order.'),
    policy: policySchema.optional(),
    moments: z
      .record(z.string(), momentSchema)
      .optional()
      .describe('What should happen between us and a customer, when and by whom.'),
    playbooks: later,
    levels: later,
  })
  .describe('An engagement model.');

/** Keys of the language that come with later versions. */
export const laterKeys = ['playbooks', 'levels'] as const;

export type AuthoredModel = z.infer<typeof modelSchema>;
export type AuthoredMeasure = z.infer<typeof measureSchema>;
export type AuthoredIndicator = z.infer<typeof indicatorSchema>;
export type AuthoredScore = z.infer<typeof scoreSchema>;
export type AuthoredPhase = z.infer<typeof phaseSchema>;
export type AuthoredMoment = z.infer<typeof momentSchema>;
