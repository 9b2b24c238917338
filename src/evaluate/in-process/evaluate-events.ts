import { midnightOf } from '../../compile/columns/merge.ts';
import type { CompiledModel } from '../../compile/compile.ts';
import { type Cohort, plan, subjectOf } from '../../compile/plan.ts';
import { cohortIndicators } from '../../compile/queries/cohort.ts';
import type { EvaluationScope } from '../../model/expression/evaluate.ts';
import { compareTexts } from '../../model/expression/version.ts';
import { decoder } from '../decode.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Heartbeats, sourceStates } from '../heartbeat.ts';
import { answerer } from './answer.ts';
import { cohortsOf } from './cohorts.ts';
import type { View } from './facts.ts';
import { heartbeatsOf } from './heartbeats.ts';
import type { Ingredients } from './ingredients.ts';
import { ingredientsMaker, type Known } from './known.ts';
import type { RawEvent } from './raw-event.ts';
import { reducer } from './reduce.ts';
import type { TraitRow } from './trait-states.ts';

/** An event of a workspace; `account` is '' while it waits for one. */
export interface AccountEvent extends RawEvent {
  readonly account: string;
}

/** A value that a trait of an account was given. */
export interface AccountTrait {
  readonly account: string;
  readonly name: string;
  readonly row: TraitRow;
}

/** A workspace as plain data: every event and trait once, as FINAL would leave them. */
export interface EvaluateEventsRequest {
  readonly compiled: CompiledModel;
  /** UTC milliseconds. What came later is not seen. */
  readonly asOf: number;
  /** Of all accounts, in any order: whether a source is alive, and what is usual, is decided from everybody. */
  readonly events: readonly AccountEvent[];
  readonly traits: readonly AccountTrait[];
  /** What `account` of an event is in the workspace; left out: what the model is about. */
  readonly accountKind?: 'group' | 'person';
  /** As of T; left out: those of the events. */
  readonly heartbeats?: Heartbeats;
  /** As of the midnight before T; left out: those of the accounts. */
  readonly cohorts?: readonly Cohort[];
}

/**
 * Evaluates a workspace that is given as plain data, without any store: everybody known at T, ordered by account, to the last
 * bit as `evaluate` does when the same is stored. Pure.
 */
export function evaluateEvents(request: EvaluateEventsRequest): Evaluation[] {
  return observeEvents(request).map(({ evaluation }) => evaluation);
}

/** The same, each with what conditions on the account see, but for band and phase. */
export function observeEvents(
  request: EvaluateEventsRequest,
): { readonly evaluation: Evaluation; readonly scope: EvaluationScope }[] {
  const { compiled, asOf, events } = request;
  const view = viewOf(
    request,
    asOf,
    request.heartbeats ?? heartbeatsOf(events, asOf),
    request.cohorts ?? usual(request),
  );
  const [answer, decode] = [answerer(view), decoder(compiled, asOf)];
  return ingredientsOf(request, view).map((ingredients) => {
    const answered = answer(ingredients);
    return { evaluation: decode(answered.answer), scope: answered.scope };
  });
}

/** What indicators compare with: the cohorts of everybody as of the midnight before T. */
export function usual(request: Omit<EvaluateEventsRequest, 'cohorts' | 'heartbeats'>): readonly Cohort[] {
  if (cohortIndicators(request.compiled).length === 0) return [];
  const midnight = midnightOf(request.asOf);
  const view = viewOf(request, midnight, heartbeatsOf(request.events, midnight), []);
  return cohortsOf(view, ingredientsOf(request, view));
}

function ingredientsOf(request: EvaluateEventsRequest, view: View): Ingredients[] {
  const make = ingredientsMaker(view, reducer(request.compiled));
  return [...knownOf(request)].flatMap(([account, known]) => make(account, known) ?? []);
}

/** By account, ordered. */
function knownOf({ compiled, accountKind, events, traits }: EvaluateEventsRequest): Map<string, Known> {
  const found = new Map<string, { slices: []; events: RawEvent[]; traits: Map<string, TraitRow[]> }>();
  const of = (account: string) => {
    const known = found.get(account) ?? { slices: [], events: [], traits: new Map<string, TraitRow[]>() };
    found.set(account, known);
    return known;
  };
  const subject = subjectOf(compiled, accountKind);
  for (const event of events) if (event[subject] !== '') of(event[subject]).events.push(event);
  for (const { account, name, row } of traits) {
    const known = of(account).traits;
    const rows = known.get(name);
    if (rows === undefined) known.set(name, [row]);
    else rows.push(row);
  }
  return new Map([...found].toSorted(([a], [b]) => compareTexts(a, b)));
}

function viewOf(
  { compiled, accountKind }: EvaluateEventsRequest,
  asOf: number,
  heartbeats: Heartbeats,
  cohorts: readonly Cohort[],
): View {
  const vantage = {
    workspace: '',
    subject: subjectOf(compiled, accountKind),
    asOf,
    knownAt: null,
    accounts: null,
    source: 'raw',
    tables: { events: '', traits: '', rollup: '' }, // nothing is asked of a store
    ...sourceStates(compiled, heartbeats, asOf),
    cohorts,
  } as const;
  return { compiled, vantage, plan: plan(compiled, vantage) };
}
