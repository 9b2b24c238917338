import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Need, ownerOf, presentFor } from './owner.ts';
import type { Cover, Member, Team } from './team.ts';

const now = Date.UTC(2026, 4, 4);
const hour = 3_600_000;

function member(id: string, given: Partial<Member> = {}): Member {
  return {
    id,
    name: id,
    region: '',
    role: 'member',
    weeklyMinutes: 1_800,
    mostAccounts: null,
    openMinutes: 0,
    accounts: 0,
    ...given,
  };
}

function team(members: readonly Member[], covers: readonly Cover[] = [], pools: Record<string, string[]> = {}): Team {
  return { members: new Map(members.map((one) => [one.id, one])), covers, pools: new Map(Object.entries(pools)) };
}

function need(given: Partial<Need> = {}): Need {
  return { account: 'acme', region: '', roles: ['csm'], holders: new Map(), ...given };
}

const away = (who: string, cover: string): Cover => ({ member: who, cover, from: now - hour, until: now + hour });

describe('who gets an occurrence', () => {
  it('is who holds the first role that somebody holds', () => {
    const holders = new Map([['csm', 'kim']]);
    const given = need({ roles: ['onboarding', 'csm'], holders });
    expect(ownerOf(given, team([member('kim'), member('lee')]), now)).toEqual({
      member: 'kim',
      role: 'csm',
      fromPool: false,
    });
  });

  it('is who stands in while the holder is away, and the holder again after it', () => {
    const given = need({ holders: new Map([['csm', 'kim']]) });
    const all = team([member('kim'), member('lee')], [away('kim', 'lee')]);
    expect(ownerOf(given, all, now)?.member).toBe('lee');
    expect(ownerOf(given, all, now + hour)?.member).toBe('kim');
  });

  it('is a member of the pool: of the region, with the smallest share of the week taken, below the limit of accounts', () => {
    const all = team(
      [
        member('busy', { region: 'emea', openMinutes: 900 }),
        member('free', { region: 'emea', openMinutes: 60 }),
        member('full', { region: 'emea', mostAccounts: 3, accounts: 3 }),
        member('far', { region: 'apac' }),
      ],
      [],
      { csm: ['busy', 'free', 'full', 'far'] },
    );
    expect(ownerOf(need({ region: 'emea' }), all, now)).toEqual({ member: 'free', role: 'csm', fromPool: true });
    expect(ownerOf(need({ region: 'latam' }), all, now)?.member).toBe('far');
  });

  it('is a manager when no role finds anybody, and nobody only in an empty workspace', () => {
    const all = team([member('kim'), member('boss', { role: 'manager' })]);
    expect(ownerOf(need(), all, now)).toEqual({ member: 'boss', role: null, fromPool: false });
    expect(ownerOf(need(), team([member('kim'), member('root', { role: 'admin' })]), now)?.member).toBe('root');
    expect(ownerOf(need(), team([member('kim')]), now)?.member).toBe('kim');
    expect(ownerOf(need(), team([]), now)).toBeNull();
  });

  it('is somebody of the team whatever the covers, and the same one each time', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const covers = fc.array(fc.tuple(id, id).filter(([a, b]) => a !== b));
    fc.assert(
      fc.property(
        covers,
        fc.subarray(['a', 'b', 'c']),
        fc.subarray(['a', 'b', 'c', 'd']),
        id,
        (pairs, present, pool, holder) => {
          const all = team(
            ['a', ...present].map((one) => member(one)),
            pairs.map(([one, other]) => away(one, other)),
            { csm: pool },
          );
          const given = need({ holders: new Map([['csm', holder]]) });
          const found = ownerOf(given, all, now);
          expect(all.members.has(found?.member ?? '')).toBe(true);
          expect(ownerOf(given, all, now)).toEqual(found);
        },
      ),
    );
  });

  it('ends a circle of covers at somebody who is there', () => {
    const all = team([member('kim'), member('lee')], [away('kim', 'lee'), away('lee', 'kim')]);
    expect(['kim', 'lee']).toContain(presentFor('kim', all, now));
  });
});
