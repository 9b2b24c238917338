/** A stretch that an account spent in a phase. UTC milliseconds. */
export interface PhaseSpan {
  readonly phase: string;
  readonly at: number;
  /** Null: it is in it still. */
  readonly endedAt: number | null;
}

/** One time that a moment should happen, as flow needs it. UTC milliseconds. */
export interface FlowOccurrence {
  readonly moment: string;
  readonly state: 'planned' | 'open' | 'done' | 'missed' | 'skipped' | 'cancelled';
  /** The phase it was expected in; null: at any time. */
  readonly phase: string | null;
  readonly opensAt: number;
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  /** What ended it: an event, a person, its phase … */
  readonly endedBy: string | null;
  /** The member it belongs to; null: nobody, or an automation does it. */
  readonly owner: string | null;
  /** Who does it: a role, an automation, nobody yet. */
  readonly team: string;
}

/** What happened with one account: stored as it was decided live, or replayed from its events. */
export interface FlowAccount {
  readonly account: string;
  /** Its segment and region as known last; '' without one. */
  readonly segment: string;
  readonly region: string;
  /** What ended before was not watched: waits that began before count only from here. −∞: the whole history is known. */
  readonly watchedSince: number;
  /** By moment the same where it is later: a new model or another segment brought the moment. */
  readonly watched: Readonly<Record<string, number>>;
  /** When it was lost; null: it was not. */
  readonly lostAt: number | null;
  /** In order. */
  readonly phases: readonly PhaseSpan[];
  /** In any order, each once. */
  readonly occurrences: readonly FlowOccurrence[];
}

/** How an occurrence stands as of an instant: what ended later had not ended yet. */
export function asOf(occurrence: FlowOccurrence, until: number): FlowOccurrence {
  if (occurrence.endedAt === null || occurrence.endedAt <= until) return occurrence;
  return { ...occurrence, state: 'open', endedAt: null, endedBy: null };
}
