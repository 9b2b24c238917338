import type { Band } from '../evaluate/band.ts';
import type { Place, ResolvedModel } from '../model/resolved.ts';
import type { Occurrence, Reason } from '../moments/journey.ts';

/*
 * Scenarios after reading: every name is known to the model, every instant is UTC milliseconds.
 */

/** A file of scenarios with the model they test. */
export interface ScenarioFile {
  readonly file: string;
  readonly model: ResolvedModel;
  readonly source: ModelText;
  readonly scenarios: readonly Scenario[];
}

/** The model as it was written, with the text of each file that it extends by path. */
export interface ModelText {
  readonly file: string;
  readonly yaml: string;
  readonly extended: Readonly<Record<string, string>>;
}

export interface Scenario {
  readonly name: string;
  readonly at: Place;
  /** Offsets count from here. */
  readonly start: number;
  /** The model goes live at this instant, and traits are known. */
  readonly live: number;
  readonly accounts: readonly ScenarioAccount[];
  /** In order of time, repeated ones written out. Those before the model is live are history: they only track. */
  readonly steps: readonly Step[];
}

export interface ScenarioAccount {
  readonly id: string;
  readonly traits: Traits;
}

/** As they are sent. Null removes a trait. */
export type Traits = Readonly<Record<string, unknown>>;

export interface Step {
  readonly at: number;
  readonly place: Place;
  readonly account: string;
  /** Null: only time passes. */
  readonly action: Action | null;
  readonly expect: Expectation | null;
}

/** What happens: something is sent, or a person acts. */
export type Action = SentAction | PersonAction;

export type SentAction =
  | {
      readonly kind: 'track';
      readonly event: string;
      readonly user: string;
      readonly properties: Traits;
      /** When it happened; it is received at the instant of its step. */
      readonly time: number;
    }
  | { readonly kind: 'group'; readonly traits: Traits }
  | { readonly kind: 'identify'; readonly user: string; readonly traits: Traits };

export type PersonAction = { readonly moment: string; readonly by: string; readonly note: string } & (
  | { readonly kind: 'complete' | 'skip' | 'reopen' }
  | { readonly kind: 'snooze'; readonly until: number }
  | { readonly kind: 'assign'; readonly to: string }
);

/** What should be true of an account. What is not mentioned is not looked at. */
export interface Expectation {
  /** Value null: in no phase. */
  readonly phase: Expected<string | null> | null;
  readonly segment: Expected<string> | null;
  readonly band: Expected<Band> | null;
  readonly score: Expected<Range> | null;
  readonly coverage: Expected<Range> | null;
  readonly occurrences: Expected<readonly ExpectedOccurrence[]> | null;
  /** Further occurrences are fine. */
  readonly othersAllowed: boolean;
}

export interface Expected<Value> {
  readonly value: Value;
  readonly place: Place;
}

/** Exactly a number, as people see it; or an open interval. */
export type Range =
  | { readonly kind: 'exactly'; readonly value: number }
  | { readonly kind: 'between'; readonly above: number | null; readonly below: number | null };

/** What is null is not looked at. */
export interface ExpectedOccurrence {
  readonly place: Place;
  readonly moment: string;
  /** None: nothing of it is open or has ended. */
  readonly state: Occurrence['state'] | 'none';
  readonly overdue: boolean | null;
  readonly snoozed: boolean | null;
  /** The role that has it now. */
  readonly role: string | null;
  /** The playbook that has it. */
  readonly playbook: string | null;
  /** The member it was handed to. */
  readonly assigned: string | null;
  /** Steps of `escalate` that were taken. */
  readonly escalated: number | null;
  readonly opens: number | null;
  readonly due: number | null;
  readonly ended: number | null;
  /** What ended it. */
  readonly because: Reason['kind'] | null;
}
