import { compile, type CompiledModel } from '../compile/compile.ts';
import { midnightOf } from '../compile/columns/merge.ts';
import { type Cohort, momentConditions } from '../compile/plan.ts';
import { type BandState, decideBand, dwellEnds, inBand } from '../evaluate/band.ts';
import {
  type AccountTrait,
  type EvaluateEventsRequest,
  evaluateEvents,
  observeEvents,
  usual,
} from '../evaluate/in-process/evaluate-events.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { nextChange, type Watched, watchedBy } from '../evaluate/next-change.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { applyAct } from '../moments/act.ts';
import { decide } from '../moments/decide.ts';
import type { Journey, Occurrence, OccurrenceChange } from '../moments/journey.ts';
import { observe } from '../moments/observe.ts';
import type { Message } from './messages.ts';
import { nextNight, nightAt, nightsShow } from './nights.ts';
import type { PersonAction, Scenario } from './scenario.ts';
import { type TakenEvent, takeIn } from './take-in.ts';
import { actOf } from './act-of.ts';
import { inOrder, type Seen, type SeenChange, type SeenOccurrence, type World } from './world.ts';

/** What is known of an account. */
interface Known {
  knownSince: number;
  band: BandState | null;
  journey: Journey | null;
  nextAt: number | null;
  /** By id, with its changes: a journey forgets what does not matter any more. */
  readonly occurrences: Map<string, { occurrence: Occurrence; history: SeenChange[] }>;
}

const workspace = 'scenario';
const version = 1;

/**
 * A world made of the pure parts: evaluate → band with its dwell → observe → decide. Looks at the instants at which the
 * live system would, and remembers what its process would: the same cohorts from one midnight to the next.
 */
export class InProcess implements World {
  readonly #compiled: CompiledModel;
  readonly #watched: Watched;
  readonly #nights: boolean;
  readonly #events: TakenEvent[] = [];
  readonly #traits: AccountTrait[] = [];
  readonly #accounts = new Map<string, Known>();
  /** Accounts with events of the running day: it is finished by midnight. */
  readonly #touched = new Set<string>();
  #cohorts: { midnight: number; cohorts: readonly Cohort[] } | null = null;
  #live = 0;
  #now = 0;

  constructor(model: ResolvedModel, scenario: Scenario) {
    this.#compiled = compile(model);
    this.#watched = watchedBy(model, momentConditions(model));
    this.#nights = nightsShow(model, scenario);
  }

  begin(messages: readonly Message[], at: number): void {
    [this.#live, this.#now] = [at, at];
    for (const message of messages) this.#take(message, message.time);
    for (const account of this.#accounts.keys()) this.#decide(account, at);
  }

  nextAt(): number | null {
    const night = this.#nights || this.#touched.size > 0 ? [nextNight(this.#now)] : [];
    const own = [...this.#accounts.values()].flatMap(({ nextAt }) => nextAt ?? []);
    const instants = [...night, ...own];
    return instants.length === 0 ? null : Math.min(...instants);
  }

  look(at: number): void {
    this.#now = at;
    const midnight = nightAt(at);
    if (midnight !== null && this.#nights) this.#night(midnight);
    const finished = midnight === null ? [] : [...this.#touched];
    if (midnight !== null) this.#touched.clear();
    for (const [account, { nextAt }] of this.#accounts)
      if (finished.includes(account) || (nextAt !== null && nextAt <= at)) this.#decide(account, at);
  }

  send(message: Message, at: number): void {
    this.#now = at;
    this.#take(message, at);
    this.#decide(message.account, at);
  }

  act(account: string, occurrence: string, action: PersonAction, at: number): string | null {
    this.#now = at;
    const known = this.#known(account);
    if (known.journey === null) return 'Nothing was decided about the account.';
    const result = applyAct(this.#compiled.model, known.journey, actOf(action, occurrence), at);
    if (result.kind === 'refused') return result.message;
    known.journey = result.journey;
    this.#note(known, result.changes, at);
    this.#decide(account, at);
    return null;
  }

  see(account: string, at: number): Seen {
    const known = this.#known(account);
    const all = evaluateEvents({ ...this.#request(at), cohorts: this.#usual(at) });
    const evaluation = all.find((one) => one.account === account);
    if (evaluation === undefined) throw new Error(`nobody knows the account ${account}`);
    return {
      evaluation: inBand(evaluation, known.band?.band),
      phase: known.journey?.phase ?? null,
      conditions: known.journey?.conditions ?? {},
      occurrences: inOrder([...known.occurrences.values()].map(seen)),
    };
  }

  #take(message: Message, receivedAt: number): void {
    const { event, traits } = takeIn(this.#compiled.model, message, receivedAt);
    this.#events.push(event);
    this.#traits.push(...traits);
    const known = this.#known(message.account);
    known.knownSince = Math.min(known.knownSince, event.time);
    if (event.time > midnightOf(this.#now - 1)) this.#touched.add(message.account);
  }

  #known(account: string): Known {
    const known = this.#accounts.get(account) ?? {
      knownSince: Infinity,
      band: null,
      journey: null,
      nextAt: null,
      occurrences: new Map<string, { occurrence: Occurrence; history: SeenChange[] }>(),
    };
    this.#accounts.set(account, known);
    return known;
  }

  #request(asOf: number): EvaluateEventsRequest {
    return { compiled: this.#compiled, asOf, events: this.#events, traits: this.#traits };
  }

  /** Those of the first look after a midnight hold until the next. */
  #usual(at: number): readonly Cohort[] {
    const midnight = midnightOf(at);
    if (this.#cohorts?.midnight !== midnight) this.#cohorts = { midnight, cohorts: usual(this.#request(at)) };
    return this.#cohorts.cohorts;
  }

  #night(midnight: number): void {
    for (const evaluation of evaluateEvents(this.#request(midnight))) this.#settle(evaluation, midnight);
  }

  #settle(evaluation: Evaluation, at: number): BandState {
    const known = this.#known(evaluation.account);
    const { score, coverage, hardTriggers } = evaluation;
    const observed = { score, coverage, hardTrigger: hardTriggers.length > 0 };
    known.band = decideBand(known.band, observed, at, this.#compiled.model.score);
    return known.band;
  }

  /** The whole story of a look. */
  #decide(account: string, at: number): void {
    const { model } = this.#compiled;
    const known = this.#known(account);
    const all = observeEvents({ ...this.#request(at), cohorts: this.#usual(at) });
    const found = all.find(({ evaluation }) => evaluation.account === account);
    if (found === undefined) return;
    const { evaluation, scope } = found;
    const band = this.#settle(evaluation, at);
    if (model.moments.length === 0) return;
    const events = this.#events.filter((event) => event.account === account);
    const observed = observe(model, {
      workspace,
      account,
      now: at,
      knownSince: known.knownSince,
      watchedSince: this.#live,
      segment: evaluation.segment,
      scope,
      band: band.band,
      events,
    });
    const decision = decide(model, version, known.journey, observed);
    known.journey = decision.journey;
    const next = [
      decision.nextAt,
      nextChange(account, this.#watched, observed.scope, events),
      dwellEnds(band, model.score),
    ].filter((instant) => instant !== null);
    known.nextAt = next.length === 0 ? null : Math.min(...next);
    this.#note(known, decision.changes, at);
  }

  #note(known: Known, changes: readonly OccurrenceChange[], at: number): void {
    for (const { before, after, reason } of changes) {
      const history = known.occurrences.get(after.id)?.history ?? [];
      history.push({
        at,
        from: before?.state ?? null,
        to: after.state,
        escalation: after.escalation,
        snoozedUntil: after.snoozedUntil,
        reason: reason ?? after.cause,
      });
      known.occurrences.set(after.id, { occurrence: after, history });
    }
  }
}

function seen({ occurrence: one, history }: { occurrence: Occurrence; history: SeenChange[] }): SeenOccurrence {
  const { doneBy, assignedTo } = one;
  return {
    id: one.id,
    moment: one.moment,
    state: one.state,
    cause: one.cause,
    opensAt: one.opensAt,
    dueAt: one.dueAt,
    endedAt: one.endedAt,
    endedBy: one.endedBy,
    escalation: one.escalation,
    snoozedUntil: one.snoozedUntil,
    role: assignedTo === null && doneBy.kind === 'person' ? (doneBy.roles[0] ?? null) : null,
    playbook: doneBy.kind === 'automation' ? doneBy.playbook : null,
    assigned: assignedTo,
    history: [...history],
  };
}
