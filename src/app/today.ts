import { sql } from 'kysely';
import type { OccurrenceBody } from '../api/moments/shapes.ts';
import type { TodayBody } from '../api/moments/today-shapes.ts';
import { appealsOf, evidenceOf, momentOf, nextStepOf } from '../api/moments/words.ts';
import { eventsOf, readOccurrences } from '../api/routes/occurrence-rows.ts';
import type { MemberBody } from '../api/team/shapes.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { instantOf, localOf } from '../moments/zone.ts';
import type { State } from '../store/state/store.ts';
import { type Candidate, rank, type Ranked } from '../today/rank.ts';
import { reasonsFor } from '../today/words.ts';
import type { Core } from './core.ts';
import { findMember } from './members.ts';
import { workChanges } from './work-changes.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** Relative reduction of the risk by one action: the prior that effects which were measured are to replace. */
const assumedEffect = 0.05;

const assumptions: TodayBody['assumptions'] = [
  {
    factor: 'risk',
    assumed: true,
    text: 'The probability of losing an account is taken from its score: (100 − score) %. It has not been calibrated on outcomes.',
  },
  {
    factor: 'effect',
    assumed: true,
    text: 'Every action is assumed to take away 5 % of the risk. No effect has been measured yet.',
  },
];

interface Item extends Candidate {
  readonly moment: string;
  readonly escalation: number;
  readonly accountName: string;
  readonly segment: string | null;
  readonly band: string | null;
}

/** What a member could do now, in order, with the reasons for it; and what changed about their work. */
export async function todayOf(
  core: Core,
  workspace: string,
  { owner, limit, since }: { owner: string; limit: number; since: number | null },
): Promise<TodayBody> {
  const now = core.clock.now();
  const member = await findMember(core, workspace, owner);
  const model = (await core.models.live(workspace))?.compiled.model ?? null;
  const begins = since ?? startOfDay(now - dayMs, member.timezone);
  const read = await core.state.within(workspace, async (db) => {
    const items = await readItems(db, owner, new Date(now));
    const done = await doneMinutes(db, owner, startOfWeek(now, member.timezone));
    const contacted = await recentlyContacted(db, items, now);
    const minutesLeft = member.weeklyMinutes - done;
    const ranked = rank(items, { now, minutesLeft, effect: assumedEffect, contacted });
    const ids = ranked.slice(0, limit).map(({ candidate: { id } }) => id);
    const bodies = new Map((await readOccurrences(db, ids, model, now)).map((body) => [body.id, body]));
    const snoozed = await countSnoozed(db, owner, new Date(now));
    const changes = await workChanges(db, owner, begins, model);
    return { done, minutesLeft, ranked, bodies, snoozed, changes };
  });
  const overdue = read.ranked.filter(({ part }) => part === 'overdue');
  const overdueMinutes = overdue.reduce((sum, { candidate }) => sum + candidate.minutes, 0);
  return {
    owner: { id: member.id, name: member.name, timezone: member.timezone },
    asOf: new Date(now).toISOString(),
    minutes: {
      week: member.weeklyMinutes,
      doneThisWeek: read.done,
      overdue: overdueMinutes,
      left: read.minutesLeft - overdueMinutes,
    },
    assumptions,
    total: read.ranked.length,
    overdue: overdue.length,
    snoozed: read.snoozed,
    data: await lines(core, workspace, { ranked: read.ranked, bodies: read.bodies, model, now }),
    changes: { since: new Date(begins).toISOString(), ...read.changes },
  };
}

async function lines(
  core: Core,
  workspace: string,
  {
    ranked,
    bodies,
    model,
    now,
  }: {
    ranked: readonly Ranked<Item>[];
    bodies: ReadonlyMap<string, OccurrenceBody>;
    model: ResolvedModel | null;
    now: number;
  },
): Promise<TodayBody['data']> {
  const events = await eventsOf(core.events, workspace, [...bodies.values()]);
  const moments = new Map(ranked.map(({ candidate: { id, moment } }) => [id, moment]));
  const labelOf = (id: string): string => {
    const moment = moments.get(id) ?? id;
    return momentOf(model, moment)?.label ?? moment;
  };
  return ranked.flatMap((one, place) => {
    const { candidate, part, factors } = one;
    const occurrence = bodies.get(candidate.id);
    if (occurrence === undefined) return [];
    const moment = momentOf(model, candidate.moment);
    const { account, accountName, segment, score, band, value } = candidate;
    return [
      {
        rank: place + 1,
        part,
        reasons: [...reasonsFor(one, { now, escalation: candidate.escalation, labelOf })],
        factors,
        occurrence,
        account: { id: account, name: accountName, segment, score, band, value },
        appeals: appealsOf(moment),
        evidence: evidenceOf(occurrence, model, events),
        nextStep: nextStepOf(occurrence, moment),
      },
    ];
  });
}

/**
 * What is open and in sight. The yearly value of an account is its trait `arr`, else twelve times `mrr`, else `value`. One
 * member's are read by `occurrence_open_by_owner`, their accounts by primary key.
 */
async function readItems(db: State, owner: string, now: Date): Promise<readonly Item[]> {
  const { rows } = await itemsQuery(owner, now).execute(db);
  return rows.map((row) => ({
    id: row.id,
    account: row.account_id,
    opensAt: row.opens_at.getTime(),
    dueAt: row.due_at?.getTime() ?? null,
    minutes: row.minutes,
    proactive: ['date', 'absence', 'condition'].includes(row.cause),
    value: row.value,
    score: row.score,
    moment: row.moment,
    escalation: row.escalation,
    accountName: row.name ?? '',
    segment: row.segment,
    band: row.band,
  }));
}

interface ItemRow {
  readonly id: string;
  readonly account_id: string;
  readonly moment: string;
  readonly cause: string;
  readonly opens_at: Date;
  readonly due_at: Date | null;
  readonly minutes: number;
  readonly escalation: number;
  readonly name: string | null;
  readonly segment: string | null;
  readonly band: string | null;
  readonly score: number | null;
  readonly value: number | null;
}

/** See `readItems`. */
export function itemsQuery(owner: string, now: Date) {
  const number = (trait: string) =>
    sql`CASE WHEN jsonb_typeof(a.traits -> ${trait}) = 'number' THEN (a.traits ->> ${trait})::float8 END`;
  return sql<ItemRow>`
SELECT o.id, o.account_id, o.moment, o.cause ->> 'kind' AS cause, o.opens_at, o.due_at, o.minutes, o.escalation,
  a.name, a.segment, a.band, a.score, coalesce(${number('arr')}, 12 * ${number('mrr')}, ${number('value')}) AS value
FROM occurrence AS o LEFT JOIN account AS a ON a.workspace_id = o.workspace_id AND a.id = o.account_id
WHERE o.owner_id = ${owner} AND o.state = 'open' AND (o.snoozed_until IS NULL OR o.snoozed_until <= ${now})`;
}

async function countSnoozed(db: State, owner: string, now: Date): Promise<number> {
  const row = await db
    .selectFrom('occurrence')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('owner_id', '=', owner)
    .where('state', '=', 'open')
    .where('snoozed_until', '>', now)
    .executeTakeFirstOrThrow();
  return row.count;
}

async function doneMinutes(db: State, owner: string, since: number): Promise<number> {
  const row = await db
    .selectFrom('occurrence')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('minutes'), eb.lit(0)).as('minutes'))
    .where('owner_id', '=', owner)
    .where('state', '=', 'done')
    .where('ended_at', '>=', new Date(since))
    .executeTakeFirstOrThrow();
  return row.minutes;
}

/** Accounts where something that we began ourselves was done within the last week. */
async function recentlyContacted(db: State, items: readonly Item[], now: number): Promise<ReadonlySet<string>> {
  const accounts = [...new Set(items.filter(({ proactive }) => proactive).map(({ account }) => account))];
  if (accounts.length === 0) return new Set();
  const rows = await db
    .selectFrom('occurrence')
    .select('account_id')
    .distinct()
    .where('account_id', '=', sql<string>`ANY(${accounts}::text[])`)
    .where('state', '=', 'done')
    .where('ended_at', '>', new Date(now - weekMs))
    .where(sql<boolean>`cause ->> 'kind' IN ('date', 'absence', 'condition')`)
    .execute();
  return new Set(rows.map(({ account_id }) => account_id));
}

/** When the day of an instant began, where somebody is. */
function startOfDay(at: number, zone: MemberBody['timezone']): number {
  const local = localOf(at, zone);
  return instantOf(local - modulo(local, dayMs), zone);
}

/** When its week began: on Monday. */
function startOfWeek(at: number, zone: MemberBody['timezone']): number {
  const local = localOf(at, zone);
  const mondayMs = 4 * dayMs; // 1970-01-05
  return instantOf(local - modulo(local - mondayMs, weekMs), zone);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
