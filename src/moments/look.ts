import { evaluateExpression } from '../model/expression/evaluate.ts';
import type { Expression } from '../model/expression/expression.ts';
import type { Doer, Moment } from '../model/resolved-moments.ts';
import type { EventLog } from './event-log.ts';
import { causeKey, occurrenceId } from './identity.ts';
import {
  type Cause,
  type ConditionState,
  currentEntry,
  type Journey,
  type MomentModel,
  type Observed,
  type Occurrence,
  type OccurrenceChange,
  type Reason,
} from './journey.ts';

/** An account at one instant: what every step of deciding sees. */
export interface Look {
  readonly model: MomentModel;
  readonly moments: ReadonlyMap<string, Moment>;
  readonly modelVersion: number;
  readonly observed: Observed;
  readonly log: EventLog;
  readonly zone: string;
  /** Events up to here have happened. */
  readonly at: number;
  /** `at` is the present: only of it are conditions, the segment and the model known. */
  readonly present: boolean;
  /** Dates up to here were decided by an earlier look. */
  readonly datesAfter: number;
  /** Events before were seen by an earlier look. */
  readonly eventsFrom: number;
}

/** What a step decides. */
export interface Verdict {
  /** The same object when nothing changed. */
  readonly journey: Journey;
  readonly changes: readonly OccurrenceChange[];
  /** The first instant after `at` at which this step can decide otherwise, with the events that are known. */
  readonly next: number;
}

/** A part of deciding: every change at one instant that follows from what is there. */
export type Step = (look: Look, journey: Journey) => Verdict;

/** What the trigger of one moment asks for. */
export interface Sought {
  /** New ones, planned. */
  readonly wanted: readonly Occurrence[];
  readonly changes: readonly OccurrenceChange[];
  readonly next: number;
  readonly condition?: ConditionState;
}

/** Changes of occurrences, applied. */
export function verdict(journey: Journey, changes: readonly OccurrenceChange[], next: number): Verdict {
  if (changes.length === 0) return { journey, changes, next };
  const occurrences = new Map(journey.occurrences.map((one) => [one.id, one]));
  for (const { after } of changes) occurrences.set(after.id, after);
  return { journey: { ...journey, occurrences: [...occurrences.values()] }, changes, next };
}

/** One change of an occurrence. */
export function change(before: Occurrence, patch: Partial<Occurrence>, reason: Reason): OccurrenceChange {
  return { before, after: { ...before, ...patch }, reason };
}

/** An end of an occurrence. */
export function ended(
  before: Occurrence,
  state: 'done' | 'missed' | 'skipped' | 'cancelled',
  endedAt: number,
  endedBy: Reason,
): OccurrenceChange {
  return change(before, { state, endedAt, endedBy }, endedBy);
}

/** Takes back a cancellation whose ground is gone. */
export function revived(before: Occurrence, reason: Reason): OccurrenceChange {
  return change(before, { state: before.openedAt === null ? 'planned' : 'open', endedAt: null, endedBy: null }, reason);
}

/** A new occurrence of a moment, planned. */
export function planned(
  moment: Moment,
  cause: Cause,
  { opensAt, dueAt }: { readonly opensAt: number; readonly dueAt: number | null },
  look: Look,
  journey: Journey,
): Occurrence {
  const { workspace, account, segment } = look.observed;
  return {
    id: occurrenceId(workspace, account, moment.id, cause),
    moment: moment.id,
    cause,
    state: 'planned',
    opensAt,
    openedAt: null,
    dueAt,
    endedAt: null,
    endedBy: null,
    escalation: 0,
    snoozedUntil: null,
    doneBy: doerOf(moment, look),
    assignedTo: null,
    touched: false,
    reopenedAt: null,
    segment,
    phase: journey.phase,
    modelVersion: look.modelVersion,
  };
}

/** Whether accounts of this segment and touch get a moment. */
export function applies({ segments, doneBy }: Moment, observed: Observed): boolean {
  return doneBy[observed.touch] !== null && (segments === null || segments.includes(observed.segment));
}

/** Who does a moment; of one that the account just lost, who would. */
export function doerOf({ doneBy }: Moment, { observed }: Look): Doer {
  return doneBy[observed.touch] ?? doneBy.high ?? doneBy.low ?? doneBy.self ?? { kind: 'person', roles: [] };
}

/** Since when the account gets a moment, or null. */
export function watchedSince({ id }: Moment, { watched }: Journey): number | null {
  return Object.hasOwn(watched, id) ? (watched[id] ?? null) : null;
}

/** Whether the account gets a moment now. */
export function isActive(moment: Moment, journey: Journey): boolean {
  return watchedSince(moment, journey) !== null && inPhase(moment, journey);
}

/** Whether the account is in the phase of a moment, if that has one. */
export function inPhase({ phase }: Moment, journey: Journey): boolean {
  return phase === null || currentEntry(journey)?.phase === phase;
}

/** Null, and everything that is not true, does not hold. */
export function holds(when: Expression, { observed }: Look, { phase }: Journey): boolean {
  const evaluation = { ...observed.scope.evaluation, phase };
  return evaluateExpression(when, { ...observed.scope, evaluation }) === true;
}

/** The occurrence of a moment with this cause. */
export function withCause(occurrences: readonly Occurrence[], cause: Cause): Occurrence | undefined {
  const key = causeKey(cause).join(' ');
  return occurrences.find((one) => one.cause.kind === cause.kind && causeKey(one.cause).join(' ') === key);
}

/** The occurrences of a moment. */
export function occurrencesOf({ id }: Moment, { occurrences }: Journey): readonly Occurrence[] {
  return occurrences.filter(({ moment }) => moment === id);
}
