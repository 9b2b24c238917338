import type { Doer } from '../../model/resolved-moments.ts';
import type { Occurrence, PhaseEntry } from '../../moments/journey.ts';

/** What would have happened with one account. Plain; instants are UTC milliseconds. */
export interface ReplayedAccount {
  readonly account: string;
  /** Its trait `region` at the last look, '' when not known. */
  readonly region: string;
  /** Its segment at the last look, '' when there is none. */
  readonly segment: string;
  /** Since when its moments were decided: the beginning of the replay. */
  readonly watchedSince: number;
  /** The phases it was in, in order, also before the replay; only the last one can be without an end. */
  readonly phases: readonly PhaseEntry[];
  /** In the order in which they came about, each once, as they stand at the end of the replay. */
  readonly occurrences: readonly ReplayedOccurrence[];
}

/** An occurrence as it stands at the end of a replay. `openedAt` is the simulated look that opened it. */
export interface ReplayedOccurrence extends Occurrence {
  /** The member it belongs to; null: an automation does it, or there is no team. */
  readonly owner: string | null;
  /** Who got it when it opened; null before. */
  readonly first: { readonly owner: string | null; readonly by: Doer['kind'] } | null;
  /** The role in which they have it; null: nobody has it, or as a manager. */
  readonly role: string | null;
  /** Expected effort of a person. */
  readonly minutes: number;
  readonly escalations: readonly ReplayedEscalation[];
}

/** A step of `escalate` that was taken. */
export interface ReplayedEscalation {
  /** From 1, in the order of the model. */
  readonly step: number;
  /** The look that took it. */
  readonly at: number;
  /** The role that was told; null: nobody new. */
  readonly to: string | null;
  /** Who had it afterwards. */
  readonly owner: string | null;
}
