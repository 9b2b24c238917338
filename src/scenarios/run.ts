import type { Place, ResolvedModel } from '../model/resolved.ts';
import { type Comparison, compare, type Mismatch } from './compare.ts';
import { firstMessages, laterSteps, type Message, messageOf } from './messages.ts';
import type { Action, PersonAction, Scenario, Step } from './scenario.ts';
import { why } from './why.ts';
import type { Seen, SeenOccurrence, World } from './world.ts';

/** How a scenario went. */
export interface ScenarioResult {
  readonly name: string;
  readonly place: Place;
  readonly start: number;
  /** Empty: it passed. A scenario ends with the first step that is not as expected. */
  readonly failures: readonly Failure[];
  /** What was seen at each expectation. */
  readonly seen: readonly Seen[];
}

/** What was not as expected, and why it came so. */
export interface Failure {
  readonly place: Place;
  readonly at: number;
  readonly account: string;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
  readonly why: readonly string[];
}

/** Plays a scenario: the clock goes from one instant at which something happens to the next. */
export async function runScenario(model: ResolvedModel, scenario: Scenario, world: World): Promise<ScenarioResult> {
  const { name, at: place, start, live } = scenario;
  const sent: Message[] = [...firstMessages(scenario, model)];
  const told = new Map<string, SeenOccurrence['state']>();
  const all: Seen[] = [];
  const result = (failures: readonly Failure[]): ScenarioResult => ({ name, place, start, failures, seen: all });
  const explained = (step: Step, seen: Seen, mismatches: readonly Mismatch[]): readonly Failure[] =>
    mismatches.map(({ place: where, about, expected, got }) => ({
      place: where,
      at: step.at,
      account: step.account,
      what: about.kind === 'occurrence' ? `occurrences of ${about.moment}` : about.kind,
      expected,
      got,
      why: why(about, { model, seen, start, messages: sent.filter(({ account }) => account === step.account) }),
    }));
  await world.begin(sent, live);
  for (const { step, number } of laterSteps(scenario)) {
    await passTime(world, step.at);
    const { action, account, at, expect } = step;
    if (action !== null && isAct(action)) {
      const refused = await act(world, step, action);
      if (refused !== null) return result(explained(step, refused.seen, [refused.mismatch]));
    } else if (action !== null) {
      const message = messageOf(action, account, at, number);
      sent.push(message);
      await world.send(message, at);
    }
    if (expect === null) continue;
    const seen = await world.see(account, at);
    all.push(seen);
    const comparison: Comparison = { seen, at, start, told };
    const mismatches = compare(expect, comparison);
    if (mismatches.length > 0) return result(explained(step, seen, mismatches));
    if (expect.occurrences !== null) for (const { id, state } of seen.occurrences) told.set(id, state);
  }
  return result([]);
}

/** Everything that happens by itself until an instant, in its order. */
async function passTime(world: World, until: number): Promise<void> {
  for (;;) {
    const next = await world.nextAt();
    if (next === null || next > until) return;
    await world.look(next);
  }
}

function isAct(action: Action): action is PersonAction {
  return action.kind !== 'track' && action.kind !== 'group' && action.kind !== 'identify';
}

/** Does what a person does; null when it was done. */
async function act(
  world: World,
  { account, at, place }: Step,
  action: PersonAction,
): Promise<{ readonly seen: Seen; readonly mismatch: Mismatch } | null> {
  const seen = await world.see(account, at);
  const own = seen.occurrences.filter(({ moment }) => moment === action.moment);
  const isFree = ({ state }: SeenOccurrence): boolean =>
    (state === 'open' || state === 'planned') !== (action.kind === 'reopen');
  const about = { kind: 'occurrence', moment: action.moment } as const;
  const expected = `something to ${action.kind}: ${action.moment}`;
  // What is open is meant before what is planned.
  const meant = own.findLast(({ state }) => state === 'open' && action.kind !== 'reopen') ?? own.findLast(isFree);
  if (meant === undefined) {
    const got = own.length === 0 ? 'none' : own.map(({ state }) => `${action.moment} ${state}`).join(', ');
    return { seen, mismatch: { place, about, expected, got } };
  }
  const refusal = await world.act(account, meant.id, action, at);
  return refusal === null ? null : { seen, mismatch: { place, about, expected, got: refusal } };
}
