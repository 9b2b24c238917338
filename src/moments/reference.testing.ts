/*
 * A second, naive account of milestones, absences and events: it goes through every hour and remembers everything. It
 * shares no code with deciding.
 */

const hour = 3_600_000;

interface Fact {
  readonly id: string;
  readonly name: string;
  readonly time: number;
}

/** Phases start with an event; the last one that started is the present one. */
interface Plan {
  readonly phases: readonly { readonly id: string; readonly on: string }[];
  readonly milestones: readonly {
    readonly id: string;
    readonly phase: string;
    readonly due: number;
    readonly done: string;
    readonly expires: number | null;
  }[];
  readonly absences: readonly { readonly id: string; readonly of: string; readonly for: number }[];
  readonly events: readonly { readonly id: string; readonly on: string; readonly atMostOncePer: number }[];
}

interface Entry {
  readonly moment: string;
  readonly opensAt: number;
  state: 'open' | 'done' | 'missed' | 'cancelled';
  endedAt: number | null;
  due: number;
}

/** What there is at the end, as lines. Everything happens on whole hours in [start, end]. */
export function reference(plan: Plan, facts: readonly Fact[], start: number, end: number): readonly string[] {
  const entries: Entry[] = [];
  const last = new Map<string, number>();
  let phase = -1;
  const open = (moment: string, opensAt: number, due: number): void => {
    entries.push({ moment, opensAt, state: 'open', endedAt: null, due });
  };
  const close = (
    moment: string,
    state: Entry['state'],
    at: number,
    which: (one: Entry) => boolean = () => true,
  ): void => {
    for (const one of entries) {
      if (one.moment === moment && one.state === 'open' && which(one)) Object.assign(one, { state, endedAt: at });
    }
  };
  for (let now = start; now <= end; now += hour) {
    const present = facts.filter(({ time }) => time === now).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const happened = (name: string): boolean => present.some((fact) => fact.name === name);
    const before = phase;
    plan.phases.forEach(({ on }, index) => {
      if (index > phase && happened(on)) phase = index;
    });
    if (phase !== before) {
      const left = plan.phases[before]?.id;
      for (const one of plan.milestones)
        if (one.phase === left) close(one.id, 'cancelled', now, ({ due }) => due > now);
      const entered = plan.phases[phase]?.id;
      for (const one of plan.milestones) if (one.phase === entered) open(one.id, now, now + one.due);
    }
    for (const one of plan.milestones) {
      if (happened(one.done)) close(one.id, 'done', now);
      const { expires } = one;
      if (expires !== null) close(one.id, 'missed', now, ({ due }) => due + expires === now);
    }
    for (const one of plan.absences) {
      if (happened(one.of)) {
        last.set(one.id, now);
        close(one.id, 'cancelled', now);
      }
      if ((last.get(one.id) ?? start) + one.for === now) open(one.id, now, Infinity);
    }
    for (const one of plan.events) {
      for (const { name } of present) {
        const previous = last.get(one.id) ?? -Infinity;
        if (name !== one.on || now - previous < one.atMostOncePer) continue;
        last.set(one.id, now);
        open(one.id, now, Infinity);
      }
    }
  }
  return entries.map(({ moment, opensAt, state, endedAt }) => `${moment} ${opensAt} ${state} ${endedAt}`).toSorted();
}
