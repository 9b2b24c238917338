import type { WeekLoad } from '../../api/moments/simulation.ts';
import type { Team } from '../../team/team.ts';
import type { ReplayedAccount } from './replayed.ts';

const dayMs = 86_400_000;
/** The first of January 1970 was a Thursday. */
const mondayMs = 4 * dayMs;

/**
 * What each member got in each week, against the minutes of their week: by opening, and by escalation to somebody new. What
 * automations do is left out, and what was done already when the replay began.
 */
export class WeeklyLoad {
  readonly #team: Team;
  readonly #found = new Map<string, WeekLoad>();

  constructor(team: Team) {
    this.#team = team;
  }

  add({ occurrences }: ReplayedAccount): void {
    for (const { openedAt, endedAt, first, escalations, minutes } of occurrences) {
      if (openedAt === null || first === null || (endedAt !== null && endedAt <= openedAt)) continue;
      if (first.by === 'person') this.#give(openedAt, first.owner, minutes);
      let holder = first.owner;
      for (const { at, owner } of escalations) {
        if (owner !== holder && owner !== null) this.#give(at, owner, minutes);
        holder = owner;
      }
    }
  }

  #give(at: number, owner: string | null, minutes: number): void {
    const week = new Date(weekOf(at)).toISOString().slice(0, 10);
    const key = JSON.stringify([week, owner]);
    const capacity = owner === null ? null : (this.#team.members.get(owner)?.weeklyMinutes ?? null);
    const before = this.#found.get(key) ?? { week, owner, occurrences: 0, minutes: 0, capacity };
    this.#found.set(key, { ...before, occurrences: before.occurrences + 1, minutes: before.minutes + minutes });
  }

  /** By week, then owner. */
  rows(): readonly WeekLoad[] {
    return [...this.#found.values()].toSorted((a, b) => order(a.week, b.week) || order(a.owner ?? '', b.owner ?? ''));
  }
}

/** The Monday, 00:00 UTC, of an instant. */
function weekOf(at: number): number {
  return Math.floor((at - mondayMs) / (7 * dayMs)) * 7 * dayMs + mondayMs;
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
