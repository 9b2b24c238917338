import type { FlowAccount, FlowOccurrence } from './account.ts';
import { dayMs } from './flow.testing.ts';

/** A wait in days: at risk in (entry, exit], or from its start. */
interface NaiveSpell {
  readonly entry: number | null;
  readonly exit: number;
  readonly how: 'done' | 'left' | 'waiting';
}

/** What one transition comes to. */
export interface NaiveTransition {
  readonly n: number;
  readonly events: number;
  readonly excess: number;
  /** Share that had the moment by a day. */
  readonly share: (day: number) => number;
  readonly most: number;
}

/** Transitions between moments that happen once, written down from the definitions alone, by `from → to`. */
export function naiveTransitions(accounts: readonly FlowAccount[], until: number): Map<string, NaiveTransition> {
  const found = new Map<string, { spells: NaiveSpell[]; excess: number }>();
  for (const one of accounts) {
    const phaseAt = one.phases[0]?.at ?? 0;
    if (phaseAt > until) continue;
    const expected = one.occurrences.map((other) => standing(other, until)).filter((other) => !takenBack(other));
    for (const to of expected) {
      for (const { name, at, due } of beforeIt(to, expected, phaseAt)) {
        const spell = naiveSpell(one, at, to, until);
        if (spell === null) continue;
        const key = `${name} → ${to.moment}`;
        const known = found.get(key) ?? { spells: [], excess: 0 };
        if (spell.spell === null) continue;
        known.spells.push(spell.spell);
        known.excess += Math.max(0, spell.end - (at + ((to.dueAt ?? 0) - due))) / dayMs;
        found.set(key, known);
      }
    }
  }
  return new Map(
    [...found]
      .filter(([, { spells }]) => spells.length > 0)
      .map(([key, { spells, excess }]) => [key, counted(spells, excess)]),
  );
}

function standing(one: FlowOccurrence, until: number): FlowOccurrence {
  return one.endedAt !== null && one.endedAt > until ? { ...one, state: 'open', endedAt: null, endedBy: null } : one;
}

function takenBack({ state, endedBy }: FlowOccurrence): boolean {
  return state === 'skipped' || (state === 'cancelled' && endedBy === 'segment');
}

/** What happened just before it in the plan: nothing is due in between. */
function beforeIt(to: FlowOccurrence, expected: readonly FlowOccurrence[], phaseAt: number) {
  const earlier = expected.filter((one) => (one.dueAt ?? 0) < (to.dueAt ?? 0));
  if (earlier.length === 0) return [{ name: 'phase:onboarding', at: phaseAt, due: phaseAt }];
  const last = Math.max(...earlier.map((one) => one.dueAt ?? 0));
  return earlier
    .filter((one) => one.dueAt === last && one.state === 'done')
    .map((one) => ({ name: one.moment, at: one.endedAt ?? 0, due: one.dueAt ?? 0 }));
}

function naiveSpell(one: FlowAccount, at: number, to: FlowOccurrence, until: number) {
  const ended = to.endedAt ?? Infinity;
  if (at > until || ended < at || (ended === at && to.state !== 'done')) return null;
  const lost = one.lostAt !== null && one.lostAt > at ? one.lostAt : Infinity;
  const end = Math.min(ended, lost, until);
  const how: NaiveSpell['how'] =
    to.state === 'done' && ended <= lost ? 'done' : Math.min(ended, lost) <= until ? 'left' : 'waiting';
  const entry = one.watchedSince > at ? one.watchedSince : null;
  const spell =
    entry !== null && entry >= end
      ? null
      : {
          entry: entry === null ? null : (entry - at) / dayMs,
          exit: (end - at) / dayMs,
          how,
        };
  return { spell, end };
}

function counted(spells: readonly NaiveSpell[], excess: number): NaiveTransition {
  const times = [...new Set(spells.map(({ exit }) => exit))].toSorted((a, b) => a - b);
  const share = (day: number): number => {
    let free = 1;
    let had = 0;
    for (const time of times.filter((one) => one <= day)) {
      const atRisk = spells.filter(({ entry, exit }) => (entry === null || entry < time) && exit >= time).length;
      const ended = spells.filter(({ exit, how }) => exit === time && how !== 'waiting').length;
      had += (free * spells.filter(({ exit, how }) => exit === time && how === 'done').length) / atRisk;
      free *= 1 - ended / atRisk;
    }
    return had;
  };
  const events = spells.filter(({ how }) => how === 'done').length;
  return { n: spells.length, events, excess, share, most: share(Infinity) };
}
