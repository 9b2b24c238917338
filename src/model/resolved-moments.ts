import type { Expression } from './expression/expression.ts';
import type { Place } from './resolved.ts';

/*
 * The second half of a resolved model: who does what, when. Durations are milliseconds, instants UTC milliseconds.
 */

/** Events that are waited for: one of these names, with properties for which `where` holds. */
export interface EventTest {
  /** Null: any track, page or screen event. */
  readonly events: readonly string[] | null;
  /** Over `properties` of the event only. */
  readonly where: Expression | null;
}

/** What a member does for an account. */
export interface Role {
  readonly id: string;
  readonly label: string;
}

/** Working days of a team. */
export interface Calendar {
  readonly id: string;
  /** ISO weekdays, 1 is Monday. */
  readonly workdays: readonly number[];
  /** `YYYY-MM-DD`, or `MM-DD` for every year. */
  readonly holidays: readonly string[];
  readonly at: Place;
}

/** A stretch of the lifecycle. An account is in at most one, and only moves forward in their order. */
export interface Phase {
  readonly id: string;
  readonly at: Place;
  readonly label: string;
  readonly starts: PhaseStart;
  /** Null: until a later phase starts. */
  readonly ends: PhaseEnd | null;
}

export type PhaseStart =
  | { readonly kind: 'event'; readonly test: EventTest }
  | { readonly kind: 'after'; readonly phase: string }
  | { readonly kind: 'condition'; readonly when: Expression }
  /** At the instant that a trait of type time holds. */
  | { readonly kind: 'trait'; readonly trait: string }
  /** As soon as the account is known. */
  | { readonly kind: 'known' };

export type PhaseEnd =
  | { readonly kind: 'event'; readonly test: EventTest }
  | { readonly kind: 'condition'; readonly when: Expression }
  | { readonly kind: 'completed'; readonly moment: string }
  | { readonly kind: 'elapsed'; readonly after: number };

/** Something that should happen between us and a customer: when, by whom, what for. */
export interface Moment {
  readonly id: string;
  readonly at: Place;
  readonly label: string;
  readonly objective: string;
  /** Only while the account is in this phase; null: at any time. */
  readonly phase: string | null;
  readonly segments: readonly string[] | null;
  /** Who does it, by the touch of the segment; null: accounts of that touch do not get it. */
  readonly doneBy: { readonly high: Doer | null; readonly low: Doer | null; readonly self: Doer | null };
  readonly trigger: Trigger;
  /** What completes it besides a person. */
  readonly done: Completion | null;
  /** Missed this long after it was due; null: it stays open. */
  readonly expires: number | null;
  /** In rising order of `after`. */
  readonly escalate: readonly Escalation[];
  readonly appeals: { readonly ethos: string | null; readonly pathos: string | null; readonly logos: string | null };
  /** Not opened within `span` of an occurrence of one of these moments. */
  readonly notWithin: { readonly of: readonly string[]; readonly span: number } | null;
  /** Expected effort of a person. */
  readonly minutes: number;
}

export type Doer =
  /** Roles in order: the first one that somebody holds for the account. */
  | { readonly kind: 'person'; readonly roles: readonly string[] }
  | { readonly kind: 'automation'; readonly playbook: string };

export type Trigger =
  /** Open from the start of its phase, due this long after it. */
  | { readonly kind: 'milestone'; readonly due: number }
  /** Recurs (RFC 5545, its time of day written out) in the account's time zone; opens `prepare` before its date. */
  | {
      readonly kind: 'schedule';
      readonly rrule: string;
      readonly from: ScheduleAnchor;
      readonly prepare: number;
      /** Dates that are no working day of this calendar move to the next one. */
      readonly calendar: string | null;
    }
  /** One occurrence per matching event. */
  | {
      readonly kind: 'event';
      readonly test: EventTest;
      readonly within: number | null;
      readonly atMostOncePer: number | null;
    }
  /** One occurrence per silence of this length. */
  | {
      readonly kind: 'absence';
      readonly test: EventTest;
      readonly for: number;
      readonly since: 'phase' | 'known';
      readonly within: number | null;
    }
  /** One occurrence per rising edge that held for `for`. */
  | { readonly kind: 'condition'; readonly when: Expression; readonly for: number; readonly within: number | null };

export type ScheduleAnchor =
  | { readonly kind: 'phase' }
  | { readonly kind: 'trait'; readonly trait: string }
  /** `YYYY-MM-DDTHH:mm:ss` in the account's time zone. */
  | { readonly kind: 'fixed'; readonly local: string };

export type Completion =
  | { readonly kind: 'event'; readonly test: EventTest }
  | { readonly kind: 'condition'; readonly when: Expression };

/** A step that is taken when an occurrence is overdue. */
export interface Escalation {
  /** Since it was due. */
  readonly after: number;
  /** The role that is told and gets it; null: nobody new. */
  readonly to: string | null;
  readonly playbook: string | null;
}

/** Against over-scheduling: schedules, absences and conditions together open at most so many for one account. */
export interface ContactPolicy {
  readonly atMost: number;
  readonly per: number;
  /** Moments that are never held back. */
  readonly exempt: readonly string[];
}
