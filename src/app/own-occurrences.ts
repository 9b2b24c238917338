import type { Moment } from '../model/resolved-moments.ts';
import type { Occurrence } from '../moments/journey.ts';
import type { State } from '../store/state/store.ts';
import { type Owner, ownerOf, presentFor } from '../team/owner.ts';
import type { Team } from '../team/team.ts';
import { giveRoles } from './give-roles.ts';
import { readHolders, readTeam } from './team.ts';
import { holdTeam } from './team-lock.ts';

/** An occurrence of an account that needs an owner. */
export interface Ownable {
  readonly account: string;
  readonly region: string;
  readonly occurrence: Occurrence;
  readonly moment: Moment | null;
}

/** Finds who owns each occurrence, by its id; what a pool gives is written down as a role, to stay. */
export async function ownOccurrences(
  db: State,
  workspace: string,
  wanted: readonly Ownable[],
  now: number,
): Promise<Map<string, { readonly member: string; readonly role: string | null }>> {
  const owners = new Map<string, { readonly member: string; readonly role: string | null }>();
  if (wanted.length === 0) return owners;
  await holdTeam(db, workspace);
  let team = await readTeam(db, now);
  if (team.members.size === 0) return owners;
  const holders = await readHolders(db, [...new Set(wanted.map(({ account }) => account))]);
  for (const { account, region, occurrence, moment } of wanted) {
    const held = new Map(holders.get(account));
    // What a person handed over stays with that member, or who stands in; one who is gone had it like anybody else.
    const assigned = occurrence.assignedTo === null ? null : presentFor(occurrence.assignedTo, team, now);
    if (assigned !== null) {
      owners.set(occurrence.id, { member: assigned, role: null });
      continue;
    }
    const found = ownerOf({ account, region, roles: rolesOf(occurrence, moment), holders: held }, team, now);
    if (found === null) continue;
    owners.set(occurrence.id, { member: found.member, role: found.role });
    if (found.fromPool && found.role !== null) {
      await giveRoles(db, workspace, [{ account, role: found.role, member: found.member }], 'pool', now);
      holders.set(account, held.set(found.role, found.member));
    }
    team = withMore(team, found, moment);
  }
  return owners;
}

/** The role of the last escalation that names one, then those of the moment. */
export function rolesOf({ doneBy, escalation }: Occurrence, moment: Moment | null): readonly string[] {
  const steps = moment?.escalate.slice(0, escalation) ?? [];
  const told = steps.findLast(({ to }) => to !== null)?.to ?? null;
  const own = doneBy.kind === 'person' ? doneBy.roles : [];
  return told === null ? own : [told, ...own];
}

/** Within one transaction the next occurrence must see what this one takes. */
export function withMore(team: Team, { member, fromPool }: Owner, moment: Moment | null): Team {
  const known = team.members.get(member);
  if (known === undefined) return team;
  const more = {
    ...known,
    openMinutes: known.openMinutes + (moment?.minutes ?? 0),
    accounts: known.accounts + (fromPool ? 1 : 0),
  };
  return { ...team, members: new Map(team.members).set(member, more) };
}
