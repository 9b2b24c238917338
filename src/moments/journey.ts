import type { EvaluationScope } from '../model/expression/evaluate.ts';
import type { Value } from '../model/expression/expression.ts';
import type { Doer } from '../model/resolved-moments.ts';
import type { ResolvedModel } from '../model/resolved.ts';

/*
 * What deciding reads and writes. Plain and serialisable: durations are milliseconds, instants UTC milliseconds.
 */

/** The part of a model that deciding reads. */
export type MomentModel = Pick<ResolvedModel, 'timezone' | 'calendars' | 'phases' | 'policy' | 'moments'>;

/** An event as deciding needs it. */
export interface SeenEvent {
  readonly id: string;
  readonly name: string;
  readonly kind: 'track' | 'page' | 'screen';
  readonly time: number;
  readonly receivedAt: number;
  /** Properties of type time are UTC milliseconds; what has another type than declared is not known. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What is observed about an account as of `now`. */
export interface Observed {
  readonly workspace: string;
  readonly account: string;
  readonly now: number;
  /** When the account was first seen. */
  readonly knownSince: number;
  /** When the moments of the workspace began to be decided. Read at the first look only. */
  readonly watchedSince: number;
  /** IANA; the account's, else the model's. What is no time zone is replaced by the model's. */
  readonly timezone: string;
  readonly segment: string;
  readonly touch: 'high' | 'low' | 'self';
  /** Everything a condition can refer to; deciding adds the phase. */
  readonly scope: EvaluationScope;
  /** Of the account; those of type time are UTC milliseconds. */
  readonly traits: Readonly<Record<string, Value>>;
  /** At least those that `eventsNeeded` asks for, in any order, some perhaps twice. */
  readonly events: readonly SeenEvent[];
}

/** What was decided before about an account. */
export interface Journey {
  /** Up to when everything is decided. */
  readonly decidedAt: number;
  readonly phase: string | null;
  readonly phaseSince: number | null;
  /** The phases it was in, in order; only the last one can be without an end. */
  readonly entered: readonly PhaseEntry[];
  /** What happened before this instant opens nothing, except the milestones of a phase that was not over then. */
  readonly watchedSince: number;
  /** By id: since when this account gets a moment. One that comes with a new model or another segment begins there. */
  readonly watched: Readonly<Record<string, number>>;
  /** By id of a moment whose trigger is a condition. */
  readonly conditions: Readonly<Record<string, ConditionState>>;
  /** All that have not ended, and those that ended and still matter (`retain.ts`). */
  readonly occurrences: readonly Occurrence[];
}

export interface PhaseEntry {
  readonly phase: string;
  readonly at: number;
  readonly endedAt: number | null;
}

/** A condition: since when it holds, whether it fired since then, and how often it ever did. */
export interface ConditionState {
  readonly trueSince: number | null;
  readonly fired: boolean;
  readonly cycle: number;
}

/** One time that a moment should happen. */
export interface Occurrence {
  readonly id: string;
  readonly moment: string;
  readonly cause: Cause;
  readonly state: 'planned' | 'open' | 'done' | 'missed' | 'skipped' | 'cancelled';
  /** By the model: phase start, date less preparation, time of the event, deadline of the absence; later when held back. */
  readonly opensAt: number;
  /** The look that opened it. */
  readonly openedAt: number | null;
  readonly dueAt: number | null;
  /** When it really ended: at the event that completed it, at its deadline, when a person acted. */
  readonly endedAt: number | null;
  readonly endedBy: Reason | null;
  /** Steps of `escalate` that were taken. */
  readonly escalation: number;
  /** Out of sight until then. */
  readonly snoozedUntil: number | null;
  /** As of its opening; an escalation can hand it to another role. */
  readonly doneBy: Doer;
  /** The member it was handed to by a person; null: whoever holds the role. */
  readonly assignedTo: string | null;
  /** A person snoozed it, handed it over or opened it again: only facts and people end it now, no change of mind. */
  readonly touched: boolean;
  /** What happened before this instant does not end it again. */
  readonly reopenedAt: number | null;
  readonly segment: string;
  readonly phase: string | null;
  /** Of the model that opened it. */
  readonly modelVersion: number;
}

/** Why an occurrence exists. */
export type Cause =
  | { readonly kind: 'phase'; readonly phase: string; readonly at: number }
  /** `local` is the wall clock as the rule says it, `at` the instant after moving to a working day. */
  | { readonly kind: 'date'; readonly local: string; readonly at: number }
  | { readonly kind: 'event'; readonly event: string; readonly at: number }
  /** `since` is the last event or the anchor, `at` the instant at which the silence was long enough. */
  | { readonly kind: 'absence'; readonly since: number; readonly at: number }
  | { readonly kind: 'condition'; readonly cycle: number; readonly at: number }
  | { readonly kind: 'hand'; readonly by: string; readonly at: number };

/** Why an occurrence changed. */
export type Reason =
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'condition' }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'escalation'; readonly step: number }
  | { readonly kind: 'snooze' }
  | {
      readonly kind: 'person';
      readonly member: string;
      readonly note: string;
      /** The key that acted for the member, if one did, and the event that wrote the contact down. */
      readonly through?: string;
      readonly interaction?: string;
    }
  | { readonly kind: 'phase'; readonly phase: string | null }
  | { readonly kind: 'segment' }
  /** Its date is not one of the schedule any more. */
  | { readonly kind: 'schedule' }
  | { readonly kind: 'model'; readonly version: number }
  | { readonly kind: 'policy' }
  | { readonly kind: 'notWithin'; readonly moment: string };

/** One change, for history and outbox. */
export interface OccurrenceChange {
  readonly before: Occurrence | null;
  readonly after: Occurrence;
  /** Null: its own cause, `after.cause`. */
  readonly reason: Reason | null;
}

export interface Decision {
  readonly journey: Journey;
  /** In the order in which they happened; an occurrence can change more than once in one look. */
  readonly changes: readonly OccurrenceChange[];
  readonly phaseChange: { readonly from: string | null; readonly to: string | null; readonly at: number } | null;
  /** The next instant at which the answer can change without a new event, as far as deciding alone knows. */
  readonly nextAt: number | null;
}

/** Whether nothing more is expected of it. */
export function hasEnded({ state }: Occurrence): boolean {
  return state !== 'planned' && state !== 'open';
}

/** The phase an account is in. */
export function currentEntry({ entered }: Pick<Journey, 'entered'>): PhaseEntry | null {
  const last = entered.at(-1);
  return last === undefined || last.endedAt !== null ? null : last;
}
