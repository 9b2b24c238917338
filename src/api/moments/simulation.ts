import type { Diagnostic } from '../../model/diagnostics.ts';
import type { ModelSource } from '../control.ts';

/** What to simulate: a model that was sent, else the newest published one of a name. */
export interface SimulateRequest {
  readonly model: ModelSource | { readonly name: string };
  /** UTC, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Null: everybody. */
  readonly accounts: readonly string[] | null;
  /** With progress, and at the end the load of each week. */
  readonly report: boolean;
}

/** A line of a simulation. Instants are ISO 8601, UTC. */
export interface SimulatedOccurrence {
  readonly account: string;
  readonly moment: string;
  /** Why it exists: as the lists of occurrences say it. */
  readonly cause: Readonly<Record<string, unknown>>;
  readonly openedAt: string | null;
  readonly dueAt: string | null;
  readonly state: string;
  readonly doneAt: string | null;
  readonly owner: string | null;
  readonly escalations: readonly {
    readonly step: number;
    readonly at: string;
    readonly to: string | null;
    readonly owner: string | null;
  }[];
}

/** What a member got in a week that begins on a Monday (`YYYY-MM-DD`, UTC): what opened, and what escalated to them. */
export interface WeekLoad {
  readonly week: string;
  /** Null: nobody, because there is no team. */
  readonly owner: string | null;
  readonly occurrences: number;
  readonly minutes: number;
  /** Minutes of their week; null when the member is not known. */
  readonly capacity: number | null;
}

/** What a simulation answers, line by line. */
export type SimulationLine =
  | SimulatedOccurrence
  | { readonly progress: { readonly step: 'usual' | 'accounts'; readonly done: number; readonly of: number } }
  | { readonly load: readonly WeekLoad[]; readonly accounts: number };

/** Lines in blocks, or why there are none. */
export type SimulateAnswer =
  | { readonly kind: 'simulation'; readonly blocks: AsyncIterable<readonly SimulationLine[]> }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] };
