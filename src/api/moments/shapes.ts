import { z } from 'zod';
import { identifier, instant, isoInstant, page } from '../contract.ts';

/** The states of an occurrence. */
const state = z.enum(['planned', 'open', 'done', 'missed', 'skipped', 'cancelled']);

/** Why an occurrence exists. */
const cause = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('phase'), phase: z.string(), at: isoInstant }),
    z.object({ kind: z.literal('date'), local: z.string(), at: isoInstant }),
    z.object({ kind: z.literal('event'), event: z.string(), at: isoInstant }),
    z.object({ kind: z.literal('absence'), since: isoInstant, at: isoInstant }),
    z.object({ kind: z.literal('condition'), cycle: z.number().int(), at: isoInstant }),
    z.object({ kind: z.literal('hand'), by: z.string(), at: isoInstant }),
  ])
  .meta({ id: 'Cause' });

/** Why an occurrence changed: by a person (`member`, `note`), an event, a deadline, an escalation, the team, … */
const reason = z.looseObject({ kind: z.string() }).meta({ id: 'Reason' });

/** An occurrence as lists show it. */
export const occurrenceBody = z
  .object({
    id: z.string(),
    account: z.string(),
    accountName: z.string(),
    moment: z.string(),
    label: z.string(),
    objective: z.string().nullable().meta({ description: 'Null: the model does not have the moment any more.' }),
    state,
    cause,
    phase: z.string().nullable(),
    segment: z.string(),
    owner: z.string().nullable(),
    role: z.string().nullable().meta({ description: 'In which the owner has it; null: handed over, or as a manager.' }),
    playbook: z.string().nullable().meta({ description: 'An automation does it.' }),
    opensAt: isoInstant,
    openedAt: isoInstant.nullable(),
    dueAt: isoInstant.nullable(),
    overdue: z.boolean(),
    endedAt: isoInstant.nullable(),
    endedBy: reason.nullable(),
    escalation: z.number().int().meta({ description: 'Steps that were taken since it is overdue.' }),
    snoozedUntil: isoInstant.nullable(),
    minutes: z.number().int(),
    modelVersion: z.number().int(),
    changedAt: isoInstant,
    version: z
      .number()
      .int()
      .meta({ description: 'Rises with every change; send it with an act to be sure of what you saw.' }),
  })
  .meta({ id: 'Occurrence' });

/** An event behind an occurrence. */
const evidenceEvent = z.object({
  id: z.string(),
  name: z.string(),
  time: isoInstant,
  person: z.string().nullable(),
  properties: z.record(z.string(), z.unknown()),
});

/** What an occurrence rests on: a sentence, and the events of which it speaks. */
export const evidenceBody = z
  .object({ text: z.string(), events: z.array(evidenceEvent) })
  .meta({ id: 'OccurrenceEvidence' });

/** What could win them: by who we are, by how it feels, by reason. */
export const appealsBody = z
  .object({ ethos: z.string().nullable(), pathos: z.string().nullable(), logos: z.string().nullable() })
  .meta({ id: 'Appeals' });

/** One occurrence with all that is known of it. */
export const occurrenceDetail = occurrenceBody
  .extend({
    appeals: appealsBody,
    evidence: evidenceBody,
    nextStep: z.string(),
    history: z.array(
      z.object({
        number: z.number().int(),
        at: isoInstant,
        from: state.nullable(),
        to: state,
        escalation: z.number().int(),
        owner: z.string().nullable(),
        fromOwner: z.string().nullable(),
        snoozedUntil: isoInstant.nullable(),
        reason: reason.nullable(),
      }),
    ),
  })
  .meta({ id: 'OccurrenceDetail' });

/** The query string of the list. */
export const occurrenceFilter = z.strictObject({
  owner: identifier.optional(),
  account: identifier.optional(),
  moment: identifier.optional(),
  state: z
    .union([state, z.array(state).max(6)])
    .optional()
    .meta({ description: 'Repeatable: `state=open&state=planned`.' }),
  overdue: z.enum(['true', 'false']).optional().meta({ description: 'Open, and its deadline has passed.' }),
  snoozed: z.enum(['true', 'false']).optional().meta({ description: 'Out of sight now.' }),
  dueBefore: instant.optional(),
  sort: z.enum(['dueAt', 'opensAt', 'changedAt']).default('dueAt'),
  order: z.enum(['asc', 'desc']).default('asc'),
  ...page,
});

const actFields = {
  by: identifier.optional().meta({ description: 'The member who acts, when a key is used for them.' }),
  version: z
    .number()
    .int()
    .optional()
    .meta({ description: 'The version that was seen; if there is a newer one, 409 and nothing is done.' }),
};

const note = z.string().max(10_000).default('');

/** A contact that is written down: becomes an event of the account. */
const interaction = z.strictObject({
  event: identifier.default('Interaction Logged').meta({ description: 'Its name, such as one of the catalog.' }),
  text: z.string().max(10_000).optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
});

/** What a person does with an occurrence. */
export const actBody = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('complete'), note, interaction: interaction.optional(), ...actFields }),
    z.strictObject({
      kind: z.literal('skip'),
      note: z.string().trim().min(1, 'say why it is skipped').max(10_000),
      ...actFields,
    }),
    z.strictObject({
      kind: z.literal('snooze'),
      note,
      until: instant.optional(),
      for: z.string().max(20).optional().meta({ description: 'Instead of `until`: a duration such as 3d.' }),
      ...actFields,
    }),
    z.strictObject({ kind: z.literal('assign'), note, to: identifier, ...actFields }),
    z.strictObject({ kind: z.literal('reopen'), note, ...actFields }),
  ])
  .meta({ id: 'Act' });

/** Where an account stands in its lifecycle. */
export const journeyBody = z
  .object({
    account: z.string(),
    phase: z.string().nullable(),
    phaseLabel: z.string().nullable(),
    phaseSince: isoInstant.nullable(),
    phases: z.array(
      z.object({ phase: z.string(), label: z.string(), since: isoInstant, until: isoInstant.nullable() }),
    ),
    decidedAt: isoInstant.nullable().meta({ description: 'Up to when everything is decided; null: never looked at.' }),
    open: z.array(occurrenceBody),
    planned: z.array(occurrenceBody),
    past: z.array(occurrenceBody).meta({ description: 'Newest first, up to 200.' }),
  })
  .meta({ id: 'Journey' });

export type OccurrenceBody = z.infer<typeof occurrenceBody>;
export type OccurrenceDetail = z.infer<typeof occurrenceDetail>;
export type OccurrenceFilter = z.infer<typeof occurrenceFilter>;
export type EvidenceBody = z.infer<typeof evidenceBody>;
export type AppealsBody = z.infer<typeof appealsBody>;
export type CauseBody = z.infer<typeof cause>;
export type ReasonBody = z.infer<typeof reason>;
export type ActBody = z.infer<typeof actBody>;
export type JourneyBody = z.infer<typeof journeyBody>;
