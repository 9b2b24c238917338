import type { ResolvedModel } from '../model/resolved.ts';
import type { Scenario, SentAction, Step, Traits } from './scenario.ts';

/** What an SDK would send, as both worlds take it. */
export interface Message {
  /** Orders what came at the same instant. */
  readonly id: string;
  readonly kind: 'track' | 'group' | 'identify';
  /** Of a track. */
  readonly event: string;
  /** '' where only the company is known. */
  readonly user: string;
  readonly account: string;
  /** Properties of a track, else traits. */
  readonly values: Traits;
  /** UTC milliseconds: when it happened. */
  readonly time: number;
}

/** The message of an action; `number` is its place in the scenario. */
export function messageOf(action: SentAction, account: string, at: number, number: number): Message {
  const shared = { id: `step-${String(number).padStart(6, '0')}`, account };
  switch (action.kind) {
    case 'track':
      return {
        ...shared,
        kind: 'track',
        event: action.event,
        user: action.user,
        values: action.properties,
        time: action.time,
      };
    case 'group':
      return { ...shared, kind: 'group', event: '', user: '', values: action.traits, time: at };
    case 'identify':
      return { ...shared, kind: 'identify', event: '', user: action.user, values: action.traits, time: at };
  }
}

/** What is known when the model goes live: history, and the accounts with their traits. */
export function firstMessages(scenario: Scenario, { account: kind }: ResolvedModel): readonly Message[] {
  const { live, accounts } = scenario;
  const history = scenario.steps.flatMap(({ at, account, action }, number) =>
    at < live && action?.kind === 'track' ? [messageOf(action, account, at, number)] : [],
  );
  const known = accounts.map(({ id, traits }, number): Message => {
    const shared = { id: `account-${String(number).padStart(6, '0')}`, event: '', account: id };
    return kind === 'person'
      ? { ...shared, kind: 'identify', user: id, values: traits, time: live }
      : { ...shared, kind: 'group', user: '', values: traits, time: live };
  });
  return [...history, ...known];
}

/** Steps of the time in which the model is live, each with its place in the scenario. */
export function laterSteps({ live, steps }: Scenario): readonly { readonly step: Step; readonly number: number }[] {
  return steps.map((step, number) => ({ step, number })).filter(({ step }) => step.at >= live);
}
