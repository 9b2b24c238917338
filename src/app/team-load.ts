import { sql } from 'kysely';
import type { TeamLoad } from '../api/moments/today-shapes.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { canAct, listMembers } from './members.ts';

interface LoadRow {
  readonly owner_id: string | null;
  readonly open: number;
  readonly overdue: number;
  readonly escalated: number;
  readonly snoozed: number;
  readonly minutes: number;
}

const nothing = { open: 0, overdue: 0, escalated: 0, snoozed: 0, minutes: 0 };

/** What everybody has to do, the most overdue first. */
export async function teamLoad(core: Core, workspace: string): Promise<TeamLoad> {
  const now = core.clock.now();
  const members = (await listMembers(core, workspace, { active: true })).filter(canAct);
  const { loads, covers } = await core.state.within(workspace, async (db) => ({
    loads: await readLoads(db, new Date(now)),
    covers: await db
      .selectFrom('member_cover')
      .selectAll()
      .where('from_at', '<=', new Date(now))
      .where('until_at', '>', new Date(now))
      .execute(),
  }));
  const byOwner = new Map(loads.map((row) => [row.owner_id, row]));
  const away = new Map(
    covers.map((row) => [row.member_id, { cover: row.cover_id, until: row.until_at.toISOString() }]),
  );
  const data = members.map(({ id, name, role, accounts, weeklyMinutes }) => {
    const { open, overdue, escalated, snoozed, minutes } = byOwner.get(id) ?? nothing;
    const load = { open, overdue, escalated, snoozed, openMinutes: minutes, weeklyMinutes };
    return { member: id, name, role, away: away.get(id) ?? null, accounts, ...load };
  });
  const sorted = data.toSorted(
    (one, other) =>
      other.overdue - one.overdue || other.openMinutes - one.openMinutes || (one.member < other.member ? -1 : 1),
  );
  return { data: sorted, total: data.length, next: null, unowned: byOwner.get(null)?.open ?? 0 };
}

/** Answered from `occurrence_open_by_owner` alone; what an automation does has no owner and is left out. */
async function readLoads(db: State, now: Date): Promise<readonly LoadRow[]> {
  const { rows } = await sql<LoadRow>`
SELECT owner_id, count(*) AS open, count(*) FILTER (WHERE due_at <= ${now}) AS overdue,
  count(*) FILTER (WHERE escalation > 0) AS escalated, count(*) FILTER (WHERE snoozed_until > ${now}) AS snoozed,
  sum(minutes) AS minutes
FROM occurrence WHERE state = 'open' AND owner_id IS NOT NULL GROUP BY owner_id
UNION ALL
SELECT NULL, count(*), 0, 0, 0, 0 FROM occurrence WHERE state = 'open' AND owner_id IS NULL AND playbook IS NULL`.execute(
    db,
  );
  return rows;
}
