import type { CompiledModel } from '../../compile/compile.ts';
import { type Cohort, plan, type Vantage } from '../../compile/plan.ts';
import { type Heartbeats, sourceStates } from '../heartbeat.ts';
import type { AccountHistory } from './account-history.ts';
import { type Answered, answerer } from './answer.ts';
import type { View } from './facts.ts';
import type { Ingredients } from './ingredients.ts';
import { ingredientsMaker } from './known.ts';
import type { ReceivedEvent } from './raw-event.ts';
import type { Reducer } from './reduce.ts';

/** What evaluations at many instants share. */
export interface InstantsRequest {
  readonly compiled: CompiledModel;
  readonly subject: Vantage['subject'];
  readonly reduce: Reducer;
  /** As they were known at an instant. */
  readonly heartbeats: (asOf: number) => Heartbeats;
  /** As of the midnight before an instant. */
  readonly cohorts: (asOf: number) => readonly Cohort[];
}

/** An account as of an instant. */
export interface Observation extends Answered {
  /** Those of today and of the days that windows cut. */
  readonly events: readonly ReceivedEvent[];
}

/** An instant from which accounts are looked at. */
export interface Instant {
  readonly view: View;
  /** Null when nobody had heard of the account by then. The history must have moved on to the instant, and no further. */
  readonly ingredients: (history: AccountHistory) => Ingredients | null;
  readonly observe: (history: AccountHistory) => Observation | null;
}

/** Prepares an instant: what does not depend on the account. Pure. */
export function instantAt(request: InstantsRequest, asOf: number): Instant {
  const { compiled, subject, reduce } = request;
  const vantage: Vantage = {
    workspace: '',
    subject,
    asOf,
    knownAt: asOf,
    accounts: null,
    source: 'raw',
    tables: { events: '', traits: '', rollup: '' }, // nothing is asked of a store
    ...sourceStates(compiled, request.heartbeats(asOf), asOf),
    cohorts: request.cohorts(asOf),
  };
  const view = { compiled, vantage, plan: plan(compiled, vantage) };
  const make = ingredientsMaker(view, reduce);
  const answer = answerer(view);
  const { edgeDays } = view.plan;
  return {
    view,
    ingredients: (history) => make(history.account, history.known(asOf, edgeDays)),
    observe: (history) => {
      const ingredients = make(history.account, history.known(asOf, edgeDays));
      return ingredients === null ? null : { ...answer(ingredients), events: history.eventsOf(edgeDays) };
    },
  };
}
