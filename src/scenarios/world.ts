import type { Evaluation } from '../evaluate/evaluation.ts';
import type { Cause, ConditionState, Occurrence, OccurrenceChange, Reason } from '../moments/journey.ts';
import type { Message } from './messages.ts';
import type { PersonAction } from './scenario.ts';

/**
 * A world that a scenario is played in: the pure parts, or the real engines. Its clock only moves when it is told, and it
 * looks at an account when the live system would: when something is sent or done, and when its instant has come.
 */
export interface World {
  /** The model goes live, and everything that is known by then is looked at. */
  begin(messages: readonly Message[], at: number): Awaitable<void>;
  /** The next instant at which something is looked at by itself; null when there is none. */
  nextAt(): Awaitable<number | null>;
  /** Time has come to this instant: whatever is due is looked at. */
  look(at: number): Awaitable<void>;
  /** A message is received. */
  send(message: Message, at: number): Awaitable<void>;
  /** A person does something with an occurrence; why that is refused, or null. */
  act(account: string, occurrence: string, action: PersonAction, at: number): Awaitable<string | null>;
  /** What is to be seen of an account; nothing is decided because of it. */
  see(account: string, at: number): Awaitable<Seen>;
}

export type Awaitable<Value> = Value | Promise<Value>;

/** An account as of an instant. */
export interface Seen {
  /** As of the instant, in the band that was decided. */
  readonly evaluation: Evaluation;
  readonly phase: string | null;
  /** Of moments that wait for a condition. */
  readonly conditions: Readonly<Record<string, ConditionState>>;
  /** All there ever were, by opening. */
  readonly occurrences: readonly SeenOccurrence[];
}

/** An occurrence with whom it belongs to. */
export interface SeenOccurrence {
  readonly id: string;
  readonly moment: string;
  readonly state: Occurrence['state'];
  readonly cause: Cause;
  readonly opensAt: number;
  readonly dueAt: number | null;
  readonly endedAt: number | null;
  readonly endedBy: Reason | null;
  readonly escalation: number;
  readonly snoozedUntil: number | null;
  /** Null while a playbook or a named member has it. */
  readonly role: string | null;
  readonly playbook: string | null;
  /** The member it was handed to. */
  readonly assigned: string | null;
  readonly history: readonly SeenChange[];
}

/** A change of an occurrence: what it came to, when that was seen, and why (null: its own cause). */
export interface SeenChange {
  readonly at: number;
  readonly from: OccurrenceChange['after']['state'] | null;
  readonly to: OccurrenceChange['after']['state'];
  readonly escalation: number;
  readonly snoozedUntil: number | null;
  readonly reason: Reason | Cause;
}

/** By opening, then by name: the order in which both worlds show them. */
export function inOrder(occurrences: readonly SeenOccurrence[]): readonly SeenOccurrence[] {
  return occurrences.toSorted(
    (one, other) =>
      one.opensAt - other.opensAt ||
      (one.moment < other.moment ? -1 : one.moment > other.moment ? 1 : one.cause.at - other.cause.at),
  );
}
