import type { CompiledModel } from '../../compile/compile.ts';
import { midnightOf } from '../../compile/columns/merge.ts';
import { plan, type Vantage } from '../../compile/plan.ts';
import { nextTurn } from '../../lib/turn.ts';
import type { EvaluationScope } from '../../model/expression/evaluate.ts';
import { compareTexts } from '../../model/expression/version.ts';
import type { EventStore } from '../../store/events/store.ts';
import { decoder } from '../decode.ts';
import { rememberedVantage, vantageOf } from '../evaluate.ts';
import type { Evaluation } from '../evaluation.ts';
import { answerer } from '../in-process/answer.ts';
import type { View } from '../in-process/facts.ts';
import { ingredientsMaker } from '../in-process/known.ts';
import type { ReceivedEvent } from '../in-process/raw-event.ts';
import { type Reducer, reducer } from '../in-process/reduce.ts';
import type { EvaluationMemory } from '../memory.ts';
import type { Note, WarmAccount } from './account.ts';
import { readAccounts, type ReadLifecycle } from './read.ts';
import { Shelf } from './shelf.ts';

/** What to evaluate now, by the published model. */
export interface WarmRequest {
  readonly compiled: CompiledModel;
  readonly workspace: string;
  /** UTC milliseconds. */
  readonly asOf: number;
  /** The accounts, with the revision that is known of each: the answer holds at least that much. */
  readonly revisions: ReadonlyMap<string, number>;
  readonly accountKind: 'group' | 'person';
  readonly memory: EvaluationMemory;
  /** Called before accounts are read: their finished days must be rolled up. */
  readonly refresh: (accounts: readonly string[]) => Promise<void>;
  readonly readLifecycle: ReadLifecycle;
}

/** An evaluated account, with what deciding its moments needs besides. */
export interface Evaluated {
  readonly evaluation: Evaluation;
  /** What conditions see, but for band and phase. */
  readonly scope: EvaluationScope;
  /** Those that deciding asked for and those of the days at hand, in no order. */
  readonly events: readonly ReceivedEvent[];
}

/** With more events on its cut days than this an account is not kept, but read each time. */
const mostEvents = 2_000;
/** About 3 ms: whoever else waits for this process waits no longer. */
const accountsPerTurn = 20;

/**
 * Accounts as this process remembers them, so that an event costs no question to the engine: what it loaded itself is
 * added to what it read before, and revisions tell whether that is all there is (another process may have loaded more).
 * Gives the same evaluations as `evaluate`, to the last bit.
 */
export class WarmAccounts {
  readonly #shelf: Shelf;
  readonly #reducers = new WeakMap<CompiledModel, Reducer>();

  constructor(maxBytes: number) {
    this.#shelf = new Shelf(maxBytes);
  }

  /** Tells what a load of this process did to an account. */
  note(workspace: string, account: string, note: Note): void {
    this.#shelf.note(keyOf(workspace, account), note);
  }

  /**
   * Evaluates accounts as they are after a load that is about to be noted, as far as that takes nothing but memory: the
   * others are left out.
   */
  async evaluateAfter(
    events: EventStore,
    request: Omit<WarmRequest, 'revisions' | 'refresh' | 'readLifecycle'>,
    loads: ReadonlyMap<string, Note>,
  ): Promise<Evaluated[]> {
    const { compiled, workspace, asOf } = request;
    const vantage = rememberedVantage(events, { ...request, accounts: [], source: 'rollup' });
    if (vantage === null) return [];
    const view = { compiled, vantage, plan: plan(compiled, vantage) };
    const day = dayOf(view);
    const known = new Map<string, WarmAccount>();
    for (const [account, load] of loads) {
      const after = this.#shelf.after(keyOf(workspace, account), day, load);
      if (after !== null) known.set(account, after);
    }
    return this.#answers(view, asOf, known);
  }

  /** Ordered by account; those nobody has heard of are left out. */
  async evaluate(events: EventStore, request: WarmRequest): Promise<Evaluated[]> {
    const { compiled, asOf } = request;
    const vantage = await vantageOf(events, { ...request, accounts: [], source: 'rollup' });
    const view = { compiled, vantage, plan: plan(compiled, vantage) };
    const known = await this.#remembered(events, request, view, dayOf(view));
    const evaluated = await this.#answers(view, asOf, known);
    return evaluated.toSorted((a, b) => compareTexts(a.evaluation.account, b.evaluation.account));
  }

  /**
   * Reads accounts before anybody asks for them; returns how many were not there yet. As many as fit: reading more would
   * only push out others.
   */
  async prepare(events: EventStore, request: WarmRequest): Promise<number> {
    const { compiled, workspace, revisions } = request;
    if (this.#shelf.isFull) return 0;
    const vantage = await vantageOf(events, { ...request, accounts: [], source: 'rollup' });
    const view = { compiled, vantage, plan: plan(compiled, vantage) };
    const day = dayOf(view);
    const missing = new Map([...revisions].filter(([account]) => !this.#shelf.has(keyOf(workspace, account), day)));
    if (missing.size > 0) await this.#read(events, request, view, day, missing);
    return missing.size;
  }

  async #answers(view: View, asOf: number, known: ReadonlyMap<string, WarmAccount>): Promise<Evaluated[]> {
    const [answer, decode] = [answerer(view), decoder(view.compiled, asOf)];
    const make = ingredientsMaker(view, this.#reducerOf(view.compiled));
    const evaluated: Evaluated[] = [];
    let done = 0;
    for (const [account, { slices, events, lifecycle, traits }] of known) {
      if ((done += 1) % accountsPerTurn === 0) await nextTurn();
      const ingredients = make(account, { slices, events: events.values(), traits });
      if (ingredients === null) continue;
      const { answer: found, scope } = answer(ingredients);
      evaluated.push({ evaluation: decode(found), scope, events: [...lifecycle, ...events.values()] });
    }
    return evaluated;
  }

  /** From memory what is there, from the engine the rest. */
  async #remembered(
    events: EventStore,
    request: WarmRequest,
    view: View,
    day: string,
  ): Promise<Map<string, WarmAccount>> {
    const known = new Map<string, WarmAccount>();
    const missing = new Map<string, number>();
    for (const [account, revision] of request.revisions) {
      const remembered = this.#shelf.take(keyOf(request.workspace, account), day);
      if (remembered !== null && remembered.revision >= revision) known.set(account, remembered);
      else missing.set(account, revision);
    }
    if (missing.size === 0) return known;
    for (const [account, read] of await this.#read(events, request, view, day, missing)) known.set(account, read);
    return known;
  }

  async #read(
    events: EventStore,
    { workspace, refresh, readLifecycle }: WarmRequest,
    view: View,
    day: string,
    missing: ReadonlyMap<string, number>,
  ): Promise<Map<string, WarmAccount>> {
    await refresh([...missing.keys()]);
    const known = new Map<string, WarmAccount>();
    for (const [account, read] of await readAccounts(events, view, missing, readLifecycle)) {
      const key = keyOf(workspace, account);
      known.set(account, this.#shelf.put(key, day, read));
      if (read.events.size + read.lifecycle.length > mostEvents) this.#shelf.forget(key);
    }
    return known;
  }

  #reducerOf(compiled: CompiledModel): Reducer {
    const known = this.#reducers.get(compiled) ?? reducer(compiled);
    this.#reducers.set(compiled, known);
    return known;
  }
}

function keyOf(workspace: string, account: string): string {
  return `${workspace}\0${account}`;
}

/** What remembered accounts depend on besides their own events: as long as it is the same, they hold. */
function dayOf({
  compiled,
  vantage,
  plan: planned,
}: {
  compiled: CompiledModel;
  vantage: Vantage;
  plan: View['plan'];
}): string {
  return JSON.stringify([compiled.hash, midnightOf(vantage.asOf), planned.edgeDays, [...vantage.stale]]);
}
