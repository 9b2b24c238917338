import { sql } from 'kysely';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Moment } from '../model/resolved-moments.ts';
import type { State } from '../store/state/store.ts';
import { lastResort } from '../team/owner.ts';
import type { Team } from '../team/team.ts';
import { type Duty, type UnheldRole, unheldRoles } from '../team/unheld.ts';
import { readTeam } from './team.ts';

/** What to know about the team before a model asks roles of it: sentences, none when somebody holds every role. */
export async function warnOfUnheldRoles(db: State, model: ResolvedModel, now: number): Promise<string[]> {
  const duties = model.moments.flatMap(dutiesOf);
  if (duties.length === 0) return [];
  const team = await readTeam(db, now);
  if (team.members.size === 0)
    return ['The workspace has no team yet: the work of its moments has no owner until there is somebody.'];
  const others = inTheirPlace(team);
  return unheldRoles(duties, await heldRoles(db)).map((one) => sentenceOf(one, others));
}

/** What people do for a moment in any segment, and once it is late: then the role of the step is asked first. */
function dutiesOf({ label, doneBy, escalate }: Moment): Duty[] {
  return [doneBy.high, doneBy.low, doneBy.self].flatMap((doer) => {
    const own = doer?.kind === 'person' ? doer.roles : [];
    const late = doer === null ? [] : escalate.flatMap(({ to }) => (to === null ? [] : [[to, ...own]]));
    return [...(own.length === 0 ? [] : [own]), ...late].map((roles) => ({ what: label, roles }));
  });
}

/** Roles that somebody who is there holds for an account, or shares. */
async function heldRoles(db: State): Promise<Set<string>> {
  const { rows } = await sql<{ role: string }>`
SELECT r.role FROM (
  SELECT role, member_id FROM pool_member
  UNION SELECT role, member_id FROM account_role WHERE until_at IS NULL
) AS r JOIN member AS m ON m.id = r.member_id AND m.removed_at IS NULL AND m.role <> 'viewer'`.execute(db);
  return new Set(rows.map(({ role }) => role));
}

function inTheirPlace(team: Team): string {
  const [first, ...others] = lastResort(team);
  if (first === undefined || first.role === 'member') return 'anybody of the team, because there is no manager';
  const names = [first, ...others].map(({ name }) => name).join(', ');
  return `the ${first.role}${others.length === 0 ? '' : 's'} (${names})`;
}

const mostNamed = 3;

function sentenceOf({ role, to, what }: UnheldRole, others: string): string {
  const more = what.length - mostNamed;
  const named = `${what.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `Nobody has the role ${role}: its work goes to ${to ?? others}. ${what.length === 1 ? 'Moment' : 'Moments'}: ${named}.`;
}
