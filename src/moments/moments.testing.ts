import type { EvaluationScope } from '../model/expression/evaluate.ts';
import type { Expression } from '../model/expression/expression.ts';
import type { Completion, Doer, EventTest, Moment, Phase, Trigger } from '../model/resolved-moments.ts';
import { type Act, applyAct } from './act.ts';
import { decide } from './decide.ts';
import type { Decision, Journey, MomentModel, Observed, Occurrence, OccurrenceChange, SeenEvent } from './journey.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

const at = { file: 'model.yaml', line: 1, column: 1 };

/** The instant of a text in UTC: a date, or a date with a time. */
export function instant(text: string): number {
  return Date.parse(text.includes('T') ? `${text}Z` : `${text}T00:00:00Z`);
}

/** Where the days of most tests begin. */
export const start = instant('2026-03-02');

export const person: Doer = { kind: 'person', roles: ['csm'] };

/** Events of these names, all when there are none. */
export function named(...events: readonly string[]): EventTest {
  return { events: events.length === 0 ? null : events, where: null };
}

/** A completion by such an event. */
export function doneOn(...events: readonly string[]): Completion {
  return { kind: 'event', test: named(...events) };
}

/** A condition that is a trait of type bool. */
export function trait(name: string): Expression {
  return { kind: 'reference', type: 'bool', scope: 'account', name };
}

/** A property that is a text. */
export function propertyIs(name: string, value: string): Expression {
  const reference: Expression = { kind: 'reference', type: 'string', scope: 'properties', name };
  return {
    kind: 'call',
    type: 'bool',
    operator: 'equal',
    args: [reference, { kind: 'literal', type: 'string', value }],
  };
}

export function moment(id: string, trigger: Trigger, rest: Partial<Moment> = {}): Moment {
  return {
    id,
    at,
    label: id,
    objective: id,
    phase: null,
    segments: null,
    doneBy: { high: person, low: person, self: person },
    trigger,
    done: null,
    expires: null,
    escalate: [],
    appeals: { ethos: null, pathos: null, logos: null },
    notWithin: null,
    minutes: 30,
    ...rest,
  };
}

export function phase(id: string, starts: Phase['starts'], ends: Phase['ends'] = null): Phase {
  return { id, at, label: id, starts, ends };
}

export function momentModel(moments: readonly Moment[], rest: Partial<MomentModel> = {}): MomentModel {
  return { timezone: 'UTC', calendars: [], phases: [], policy: null, moments, ...rest };
}

/** An event; its id is its name and time unless there is another one. */
export function seen(name: string, time: number, rest: Partial<SeenEvent> = {}): SeenEvent {
  return { id: `${name} ${time}`, name, kind: 'track', time, receivedAt: time, properties: {}, ...rest };
}

/** An account, known and watched from the beginning. Traits are what its conditions see, too. */
export function observedAt(now: number, rest: Partial<Observed> = {}): Observed {
  const traits = rest.traits ?? {};
  const scope: EvaluationScope = { now, account: traits };
  return {
    workspace: 'w',
    account: 'acme',
    now,
    knownSince: start,
    watchedSince: start,
    timezone: 'UTC',
    segment: 'enterprise',
    touch: 'high',
    scope,
    traits,
    events: [],
    ...rest,
  };
}

/** One look at an account. */
export interface Scene {
  readonly now: number;
  readonly rest?: Partial<Observed>;
  /** Another version of the model. */
  readonly model?: MomentModel;
  /** What a person does after it. */
  readonly act?: Doing;
}

/** An act on the occurrence of a moment that was opened last. */
export type Doing =
  | { readonly kind: 'complete' | 'skip' | 'reopen'; readonly moment: string; readonly note?: string }
  | { readonly kind: 'snooze'; readonly moment: string; readonly until: number }
  | { readonly kind: 'assign'; readonly moment: string; readonly to: string };

/** Looks at an account at several instants, one after the other. */
export function looks(
  model: MomentModel,
  scenes: readonly Scene[],
  begin: Journey | null = null,
): { readonly last: Decision; readonly journey: Journey; readonly changes: readonly OccurrenceChange[] } {
  const changes: OccurrenceChange[] = [];
  let last: Decision | null = null;
  let journey = begin;
  for (const scene of scenes) {
    const present = scene.model ?? model;
    last = decide(present, present === model ? 1 : 2, journey, observedAt(scene.now, scene.rest));
    changes.push(...last.changes);
    ({ journey } = last);
    if (scene.act === undefined) continue;
    const acted = applyAct(present, journey, actOf(scene.act, journey), scene.now);
    if (acted.kind === 'refused') throw new Error(acted.message);
    changes.push(...acted.changes);
    ({ journey } = acted);
  }
  if (last === null || journey === null) throw new Error('nobody looked');
  return { last, journey, changes };
}

function actOf(doing: Doing, { occurrences }: Journey): Act {
  const { moment: id, ...rest } = doing;
  const ofMoment = occurrences.filter((one) => one.moment === id).toSorted((a, b) => a.opensAt - b.opensAt);
  const target = ofMoment.findLast(({ openedAt }) => openedAt !== null) ?? ofMoment.at(-1);
  return { member: 'ada', note: 'because', ...rest, occurrence: target?.id ?? '' };
}

/** What an occurrence says, for tables: times in days since the start. */
export function told(occurrence: Occurrence): string {
  const { moment: id, state, opensAt, dueAt, endedAt, endedBy, escalation } = occurrence;
  return [
    `${id} ${state} ${days(opensAt)}`,
    dueAt === null ? '' : `due ${days(dueAt)}`,
    endedAt === null ? '' : `ended ${days(endedAt)} by ${endedBy?.kind ?? 'nobody'}`,
    escalation === 0 ? '' : `escalated ${escalation}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** All occurrences, by opening. */
export function toldAll({ occurrences }: Pick<Journey, 'occurrences'>): readonly string[] {
  return occurrences.toSorted((one, other) => one.opensAt - other.opensAt || (one.id < other.id ? -1 : 1)).map(told);
}

/** Looks at an account on several days; what there is after the last one. */
export function story(
  model: MomentModel,
  ...scenes: readonly (readonly [day: number, rest?: Omit<Scene, 'now'>])[]
): readonly string[] {
  return toldAll(
    looks(
      model,
      scenes.map(([on, rest]) => ({ ...rest, now: start + on * day })),
    ).journey,
  );
}

/** Events by name and day. */
export function happened(...events: readonly (readonly [name: string, day: number])[]): {
  readonly events: readonly SeenEvent[];
} {
  return { events: events.map(([name, on]) => seen(name, start + on * day)) };
}

function days(time: number): string {
  return `d${Math.round(((time - start) / day) * 1000) / 1000}`;
}
