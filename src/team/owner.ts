import { createHash } from 'node:crypto';
import type { Member, Team } from './team.ts';

/** What somebody is needed for. */
export interface Need {
  readonly account: string;
  /** Of the account; '' when not known. */
  readonly region: string;
  /** In order of preference. */
  readonly roles: readonly string[];
  /** Role → who holds it for the account now. */
  readonly holders: ReadonlyMap<string, string>;
}

/** Who gets it, in which role, and whether a pool gives them the role for good. */
export interface Owner {
  readonly member: string;
  /** Null: as a manager, since nobody else was found. */
  readonly role: string | null;
  readonly fromPool: boolean;
}

/** Finds somebody as the README says; null only when the workspace has no members. */
export function ownerOf(need: Need, team: Team, now: number): Owner | null {
  for (const role of need.roles) {
    const holder = need.holders.get(role);
    const present = holder === undefined ? null : presentFor(holder, team, now);
    if (present !== null) return { member: present, role, fromPool: false };
    const pooled = fromPool(need, team.pools.get(role) ?? [], team, now);
    if (pooled !== null) return { member: pooled, role, fromPool: true };
  }
  const chosen = byTurn(lastResort(team), need.account);
  const present = chosen === null ? null : (presentFor(chosen.id, team, now) ?? chosen.id);
  return present === null ? null : { member: present, role: null, fromPool: false };
}

/** Who gets what no role finds anybody for: the managers; without any the admins, and without those everybody. */
export function lastResort({ members }: Team): readonly Member[] {
  const all = [...members.values()];
  for (const role of ['manager', 'admin'] as const) {
    const some = all.filter((one) => one.role === role);
    if (some.length > 0) return some;
  }
  return all;
}

/** The member, or who stands in; null when they were removed and nobody does. */
export function presentFor(member: string, team: Team, now: number): string | null {
  const seen = new Set<string>();
  let at = member;
  for (;;) {
    seen.add(at);
    const cover = team.covers.find((one) => one.member === at && one.from <= now && now < one.until);
    if (cover === undefined || seen.has(cover.cover)) break;
    at = cover.cover;
  }
  if (team.members.has(at)) return at;
  return team.members.has(member) ? member : null;
}

function fromPool({ account, region }: Need, pool: readonly string[], team: Team, now: number): string | null {
  const able = pool.flatMap((id) => {
    const member = team.members.get(id);
    const isFree = member !== undefined && (member.mostAccounts === null || member.accounts < member.mostAccounts);
    return isFree && presentFor(id, team, now) === id ? [member] : [];
  });
  const near = able.filter((member) => region !== '' && member.region === region);
  const candidates = near.length > 0 ? near : able;
  const least = Math.min(...candidates.map(taken));
  return (
    byTurn(
      candidates.filter((member) => taken(member) === least),
      account,
    )?.id ?? null
  );
}

/** Share of a member's week that is taken by what is open. */
function taken({ openMinutes, weeklyMinutes }: Member): number {
  return weeklyMinutes === 0 ? Infinity : openMinutes / weeklyMinutes;
}

/** One of them, always the same for an account. */
function byTurn(members: readonly Member[], account: string): Member | null {
  const inOrder = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const turn = createHash('sha256').update(account).digest().readUInt32BE(0);
  return inOrder[turn % Math.max(1, inOrder.length)] ?? null;
}
