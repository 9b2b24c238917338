import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { CalendarOf, CalendarState } from '../api/moments/control.ts';
import { appealsOf, momentOf, nextStepOf } from '../api/moments/words.ts';
import { notFound } from '../api/problem.ts';
import { readOccurrences } from '../api/routes/occurrence-rows.ts';
import { randomSecret } from '../lib/id.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { State } from '../store/state/store.ts';
import { calendarText } from './calendar.ts';
import type { Core } from './core.ts';
import { actingMember } from './members.ts';

const dayMs = 86_400_000;
/** What a calendar shows, around now. */
const pastMs = 30 * dayMs;
const aheadMs = 400 * dayMs;
const most = 2_000;

/** Makes the secret address of a calendar; one that was there before is worth nothing from now on. */
export async function createCalendar(
  core: Core,
  workspace: string,
  of: CalendarOf,
): Promise<{ readonly secret: string; readonly createdAt: string }> {
  const secret = randomSecret(32);
  const now = new Date(core.clock.now());
  await core.state.within(workspace, async (db) => {
    await existing(db, of);
    if ('member' in of) await actingMember(db, of.member, ['member'], 'path');
    await db.deleteFrom('calendar_feed').where(own(of)).execute();
    await db
      .insertInto('calendar_feed')
      .values({
        workspace_id: workspace,
        hash: hashOf(secret),
        member_id: 'member' in of ? of.member : null,
        account_id: 'account' in of ? of.account : null,
        created_at: now,
      })
      .execute();
    await recordAudit(db, { workspace, action: 'calendar.created', subject: subjectOf(of) });
  });
  return { secret, createdAt: now.toISOString() };
}

/** Whether there is an address, and since when: the address itself is not known any more. */
export async function readCalendar(core: Core, workspace: string, of: CalendarOf): Promise<CalendarState> {
  return core.state.within(workspace, async (db) => {
    await existing(db, of);
    const row = await db.selectFrom('calendar_feed').select('created_at').where(own(of)).executeTakeFirst();
    return { createdAt: row?.created_at.toISOString() ?? null };
  });
}

/** Ends the address of a calendar; false when there is none. */
export async function revokeCalendar(core: Core, workspace: string, of: CalendarOf): Promise<boolean> {
  return core.state.within(workspace, async (db) => {
    await existing(db, of);
    const { numDeletedRows } = await db.deleteFrom('calendar_feed').where(own(of)).executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) return false;
    await recordAudit(db, { workspace, action: 'calendar.revoked', subject: subjectOf(of) });
    return true;
  });
}

/** The calendar behind a secret address; null when it is none. */
export async function readFeed(core: Core, secret: string): Promise<string | null> {
  const feed = await core.state.everywhere((db) =>
    db.selectFrom('calendar_feed').selectAll().where('hash', '=', hashOf(secret)).executeTakeFirst(),
  );
  if (feed === undefined) return null;
  const { workspace_id: workspace, member_id: member, account_id: account } = feed;
  const model = (await core.models.live(workspace))?.compiled.model ?? null;
  const now = core.clock.now();
  return core.state.within(workspace, async (db) => {
    const ids = await idsAround(db, { member, account }, now);
    const entries = (await readOccurrences(db, ids, model, now)).toSorted((one, other) => (one.id < other.id ? -1 : 1));
    const name = await titleOf(db, { member, account });
    return calendarText(
      name,
      entries.map((occurrence) => {
        const moment = momentOf(model, occurrence.moment);
        return { occurrence, appeals: appealsOf(moment), nextStep: nextStepOf(occurrence, moment) };
      }),
    );
  });
}

interface Of {
  readonly member: string | null;
  readonly account: string | null;
}

/** The nearest first, so that what does not fit is what lies furthest from now. */
async function idsAround(db: State, { member, account }: Of, now: number): Promise<string[]> {
  const [from, to] = [new Date(now - pastMs), new Date(now + aheadMs)];
  const whose = member === null ? sql`account_id = ${account}` : sql`owner_id = ${member}`;
  const { rows } = await sql<{ id: string }>`
SELECT id FROM occurrence
WHERE ${whose} AND (due_at BETWEEN ${from} AND ${to} OR (due_at IS NULL AND opens_at BETWEEN ${from} AND ${to}))
ORDER BY abs(extract(epoch FROM coalesce(due_at, opens_at) - ${new Date(now)}::timestamptz)), id LIMIT ${most}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

async function titleOf(db: State, { member, account }: Of): Promise<string> {
  const row =
    member === null
      ? await db
          .selectFrom('account')
          .select('name')
          .where('id', '=', account ?? '')
          .executeTakeFirst()
      : await db.selectFrom('member').select('name').where('id', '=', member).executeTakeFirst();
  return `Rapport: ${row?.name || (member ?? account ?? '')}`;
}

async function existing(db: State, of: CalendarOf): Promise<void> {
  const found =
    'member' in of
      ? await db.selectFrom('member').select('id').where('id', '=', of.member).executeTakeFirst()
      : await db.selectFrom('account').select('id').where('id', '=', of.account).executeTakeFirst();
  if (found === undefined) throw 'member' in of ? notFound('member', of.member) : notFound('account', of.account);
}

function subjectOf(of: CalendarOf): { kind: string; id: string } {
  return 'member' in of ? { kind: 'member', id: of.member } : { kind: 'account', id: of.account };
}

function own(of: CalendarOf) {
  return 'member' in of ? sql<boolean>`member_id = ${of.member}` : sql<boolean>`account_id = ${of.account}`;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
