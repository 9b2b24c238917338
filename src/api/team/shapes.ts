import { z } from 'zod';
import { identifier, instant, isoInstant } from '../contract.ts';

/** What histories call those who are no members. */
const reserved = /^(pool|operator|key_.*)$/;

/** A short name that people type: `anna`. */
export const handle = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'use small letters, digits, dots, hyphens and underscores, up to 63')
  .refine((id) => !reserved.test(id), 'pool, operator and key_… are taken by Rapport itself')
  .meta({ description: 'Small letters, digits, dots, hyphens, underscores.' });

const memberRole = z
  .enum(['admin', 'manager', 'member', 'viewer'])
  .meta({ description: 'Managers get what nobody else holds, and see the team; viewers get nothing.' });

const memberFields = {
  name: z.string().trim().min(1).max(200),
  email: z.union([z.literal(''), z.email()]).meta({ description: 'Empty: none.' }),
  role: memberRole,
  timezone: z.string().min(1).max(100).meta({ description: 'IANA, such as Europe/Berlin: where their day begins.' }),
  region: z
    .string()
    .max(200)
    .meta({ description: 'As the trait `region` of accounts has it; a pool prefers its own.' }),
  weeklyMinutes: z.number().int().min(0).max(10_080).meta({ description: 'For occurrences.' }),
  mostAccounts: z
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .nullable()
    .meta({ description: 'How many accounts pools may give; null: no limit.' }),
};

/** Somebody of the team. */
export const memberBody = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: memberRole,
    timezone: z.string(),
    region: z.string(),
    weeklyMinutes: z.number().int(),
    mostAccounts: z.number().int().nullable(),
    active: z.boolean(),
    accounts: z.number().int().meta({ description: 'For which they hold a role now.' }),
    openMinutes: z.number().int().meta({ description: 'Of their open occurrences.' }),
    createdAt: isoInstant,
    deactivatedAt: isoInstant.nullable(),
  })
  .meta({ id: 'Member' });

/** A member that is made. */
export const newMember = z.strictObject({
  id: handle,
  name: memberFields.name,
  email: memberFields.email.default(''),
  role: memberFields.role.default('member'),
  timezone: memberFields.timezone.default('UTC'),
  region: memberFields.region.default(''),
  weeklyMinutes: memberFields.weeklyMinutes.default(1_800),
  mostAccounts: memberFields.mostAccounts.default(null),
});

/** What changes about a member; the rest stays. */
export const memberChange = z
  .strictObject({
    ...memberFields,
    active: z.boolean().meta({
      description: 'false: gets nothing any more; their roles, covers and calendar end, and history keeps naming them.',
    }),
  })
  .partial();

/** Who holds or held a role for an account. */
export const roleBody = z
  .object({
    role: z.string(),
    member: z.string(),
    since: isoInstant,
    until: isoInstant.nullable().meta({ description: 'Null: holds it now.' }),
    givenBy: z.string().meta({ description: 'A member, `pool`, or the key that was used.' }),
  })
  .meta({ id: 'AccountRole' });

/** The roles of many accounts at once. */
export const roleImport = z.strictObject({
  csv: z
    .string()
    .min(1)
    .max(16_000_000)
    .meta({ description: 'Columns `account`, `role`, `member`; an empty member ends the role.' }),
  dryRun: z.boolean().default(false).meta({ description: 'Check only.' }),
});

/** What an import of roles came to. */
export const roleImportReport = z
  .object({ rows: z.number().int(), changed: z.number().int(), unchanged: z.number().int(), dryRun: z.boolean() })
  .meta({ id: 'RoleImport' });

/** Who stands in for a member who is away. */
export const coverBody = z
  .object({ id: z.string(), member: z.string(), cover: z.string(), from: isoInstant, until: isoInstant })
  .meta({ id: 'Cover' });

/** An absence that is made known. */
export const newCover = z.strictObject({
  cover: identifier.meta({ description: 'The member who stands in.' }),
  from: instant,
  until: instant,
});

/** Members who share the accounts that nobody holds a role for. */
export const poolBody = z.object({ role: z.string(), members: z.array(z.string()) }).meta({ id: 'Pool' });

export type MemberBody = z.infer<typeof memberBody>;
export type NewMember = z.infer<typeof newMember>;
export type MemberChange = z.infer<typeof memberChange>;
export type RoleBody = z.infer<typeof roleBody>;
export type RoleImportReport = z.infer<typeof roleImportReport>;
export type CoverBody = z.infer<typeof coverBody>;
export type PoolBody = z.infer<typeof poolBody>;
