import { sql } from 'kysely';
import type { Moment } from '../../model/resolved-moments.ts';
import type { Occurrence } from '../../moments/journey.ts';
import type { State } from '../../store/state/store.ts';
import { ownerOf } from '../../team/owner.ts';
import type { Team } from '../../team/team.ts';
import { rolesOf, withMore } from '../own-occurrences.ts';

/** Who had a role for an account, from an instant until another one. */
export interface Holding {
  readonly role: string;
  readonly member: string;
  readonly from: number;
  /** Null: has it now. */
  readonly until: number | null;
}

/** Finds who gets an occurrence of an account of a region at an instant; null when an automation does it, or nobody is there. */
export type OwnerFinder = (
  occurrence: Occurrence,
  region: string,
  at: number,
) => { readonly member: string; readonly role: string | null } | null;

/** Everybody who ever had a role for these accounts, by account. */
export async function readHoldings(
  db: State,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly Holding[]>> {
  const rows = await db
    .selectFrom('account_role')
    .select(['account_id', 'role', 'member_id', 'from_at', 'until_at'])
    .where('account_id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
    .orderBy('from_at')
    .execute();
  const holdings = rows.map(({ account_id, role, member_id, from_at, until_at }) => ({
    account: account_id,
    holding: { role, member: member_id, from: from_at.getTime(), until: until_at?.getTime() ?? null },
  }));
  return new Map(
    [...Map.groupBy(holdings, ({ account }) => account)].map(
      ([account, own]) => [account, own.map(({ holding }) => holding)] as const,
    ),
  );
}

/** Who holds which role as of an instant: who held it then or, before anybody did, who held it first. */
function holdersAt(holdings: readonly Holding[], at: number): Map<string, string> {
  const holders = new Map<string, string>();
  for (const [role, own] of Map.groupBy(holdings, (one) => one.role)) {
    const [first] = own;
    const then = own.find(({ from, until }) => from <= at && (until === null || at < until));
    const holder = then ?? (first !== undefined && at < first.from ? first : undefined);
    if (holder !== undefined) holders.set(role, holder.member);
  }
  return holders;
}

/**
 * Gives simulated occurrences their owners, account by account. A pool looks at how much of a member's minutes the
 * simulation has given them so far: it goes account by account, and not at what was open at each instant.
 */
export class SimulatedTeam {
  #team: Team;
  readonly #moments: ReadonlyMap<string, Moment>;

  constructor(team: Team, moments: readonly Moment[]) {
    const members = [...team.members.values()].map((member) => [member.id, { ...member, openMinutes: 0 }] as const);
    this.#team = { ...team, members: new Map(members) };
    this.#moments = new Map(moments.map((moment) => [moment.id, moment]));
  }

  /** Who gets the occurrences of an account, asked in order of time; what a pool gives stays. */
  of(account: string, holdings: readonly Holding[]): OwnerFinder {
    const given = new Map<string, string>();
    const counted = new Set<string>();
    return (occurrence, region, at) => {
      if (occurrence.doneBy.kind !== 'person' && occurrence.assignedTo === null) return null;
      const moment = this.#moments.get(occurrence.moment) ?? null;
      const holders = new Map([...holdersAt(holdings, at), ...given]);
      const owner = ownerOf({ account, region, roles: rolesOf(occurrence, moment), holders }, this.#team, at);
      if (owner === null) return null;
      if (owner.fromPool && owner.role !== null) given.set(owner.role, owner.member);
      // An occurrence takes its minutes once, however often it changes.
      this.#team = withMore(this.#team, owner, counted.has(occurrence.id) ? null : moment);
      counted.add(occurrence.id);
      return { member: owner.member, role: owner.role };
    };
  }
}
