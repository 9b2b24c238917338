import { type CompiledModel, compile } from '../compile/compile.ts';
import { momentConditions, plan, type Vantage } from '../compile/plan.ts';
import { decoder } from '../evaluate/decode.ts';
import { vantageOf } from '../evaluate/evaluate.ts';
import { answerer } from '../evaluate/in-process/answer.ts';
import { ingredientsMaker } from '../evaluate/in-process/known.ts';
import { reducer } from '../evaluate/in-process/reduce.ts';
import type { FlowAccount, FlowOccurrence } from '../lab/flow/account.ts';
import { nextTurn } from '../lib/turn.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { decide } from '../moments/decide.ts';
import type { Journey, Observed, Occurrence } from '../moments/journey.ts';
import { observe } from '../moments/observe.ts';
import { type AccountHistory, readHistories } from './account-histories.ts';
import type { Core } from './core.ts';
import { lossesReader } from './losses.ts';

const dayMs = 86_400_000;
/** Dates that lie further back than a year are not looked for (`moments`), so looks are not further apart. */
const yearMs = 365 * dayMs;

/**
 * What would have been decided about every account by a model, in blocks, by account: its stored history goes through the
 * same deciding as live. Phases, deadlines, dates, events and silences are as exact as live. Traits, and with them
 * segments, are looked at whenever one changed; conditions on measures and points once a day, at midnight UTC.
 */
export async function* replayedFlow(
  core: Core,
  workspace: string,
  model: ResolvedModel,
  until: number,
): AsyncIterable<readonly FlowAccount[]> {
  const replay = await replayer(core, workspace, compile(model), until);
  const readLosses = lossesReader(core, workspace, model, until);
  const names = needsEverything(model) ? null : namesOf(model);
  for await (const histories of readHistories(core, { workspace, kind: model.account, names, until })) {
    const losses = await readLosses(histories.map(({ account }) => account));
    const block: FlowAccount[] = [];
    for (const history of histories) {
      block.push({ ...(await replay(history)), lostAt: losses.get(history.account) ?? null });
      await nextTurn();
    }
    yield block;
  }
}

/** Conditions see measures, and those can be of any event. */
function needsEverything(model: ResolvedModel): boolean {
  return momentConditions(model).length > 0 || model.segments.some(({ when }) => when !== null);
}

/** The events that deciding looks at; null: all. */
function namesOf({ phases, moments }: ResolvedModel): readonly string[] | null {
  const tests = [
    ...phases.flatMap(({ starts, ends }) => [starts, ...(ends === null ? [] : [ends])]),
    ...moments.flatMap(({ trigger, done }) => [trigger, ...(done === null ? [] : [done])]),
  ].flatMap((part) => ('test' in part ? [part.test] : []));
  if (tests.some(({ events }) => events === null)) return null;
  return [...new Set(tests.flatMap(({ events }) => events ?? []))];
}

type Replay = (history: AccountHistory) => Promise<Omit<FlowAccount, 'lostAt'>>;

async function replayer(core: Core, workspace: string, compiled: CompiledModel, until: number): Promise<Replay> {
  const { model } = compiled;
  const daily = momentConditions(model).length > 0;
  const observerAt = await observers(core, workspace, compiled, daily, until);
  return async (history) => {
    let journey: Journey | null = null;
    const newest = new Map<string, Occurrence>();
    for (const now of looksAt(history, daily, until)) {
      const observed = (await observerAt(now))(history);
      if (observed === null) continue;
      const decision = decide(model, 0, journey, observed);
      journey = decision.journey;
      for (const { after } of decision.changes) newest.set(after.id, after);
    }
    const region = history.traits.get('region')?.at(-1)?.[2] ?? '';
    const occurrences = [...newest.values()].map((one) => flowOccurrence(one, history));
    return {
      account: history.account,
      region,
      watchedSince: -Infinity,
      watched: {},
      phases: journey?.entered ?? [],
      occurrences,
    };
  };
}

/** When to look at an account: when it came, whenever a trait changed, each midnight if that can matter, and at the end. */
function looksAt({ knownSince, traits }: AccountHistory, daily: boolean, until: number): readonly number[] {
  const changes = [...traits.values()].flatMap((rows) => rows.map(([time]) => time));
  const step = daily ? dayMs : yearMs;
  const looks = [knownSince, ...changes, until];
  for (let at = Math.ceil(knownSince / step) * step; at < until; at += step) looks.push(at);
  return [...new Set(looks)].filter((at) => at >= knownSince && at <= until).toSorted((a, b) => a - b);
}

type Observer = (history: AccountHistory) => Observed | null;

/** What evaluating at an instant stands on is the same for everybody, and asked for once where conditions depend on it. */
async function observers(
  core: Core,
  workspace: string,
  compiled: CompiledModel,
  daily: boolean,
  until: number,
): Promise<(now: number) => Promise<Observer>> {
  const reduce = reducer(compiled);
  const known = new Map<number, Observer>();
  const request = { compiled, workspace, accounts: [], source: 'raw', cohorts: [] } as const;
  const last = await vantageOf(core.events, { ...request, asOf: until });
  return async (now) => {
    const found = known.get(now);
    if (found !== undefined) return found;
    const vantage = daily
      ? await vantageOf(core.events, { ...request, asOf: now })
      : { ...last, asOf: now, stale: new Map(), unseen: new Set<string>() };
    const observer = observerOf(compiled, vantage, workspace, reduce);
    if (now % dayMs === 0 || now === until) known.set(now, observer);
    return observer;
  };
}

function observerOf(
  compiled: CompiledModel,
  vantage: Vantage,
  workspace: string,
  reduce: ReturnType<typeof reducer>,
): Observer {
  const view = { compiled, vantage, plan: plan(compiled, vantage) };
  const make = ingredientsMaker(view, reduce);
  const [answer, decode] = [answerer(view), decoder(compiled, vantage.asOf)];
  return ({ account, knownSince, events, traits }) => {
    const ingredients = make(account, { slices: [], events, traits });
    if (ingredients === null) return null;
    const { answer: found, scope } = answer(ingredients);
    const { segment, band } = decode(found);
    const now = vantage.asOf;
    // Everything there is was watched from the beginning.
    return observe(compiled.model, {
      workspace,
      account,
      now,
      knownSince,
      watchedSince: 0,
      segment,
      scope,
      band,
      events,
    });
  };
}

function flowOccurrence(
  { moment, state, phase, opensAt, dueAt, endedAt, endedBy, segment, doneBy }: Occurrence,
  { holders }: AccountHistory,
): FlowOccurrence {
  const roles = doneBy.kind === 'person' ? doneBy.roles : [];
  const role = roles.find((one) => holders.has(one)) ?? roles[0];
  return {
    moment,
    state,
    phase,
    opensAt,
    dueAt,
    endedAt,
    endedBy: endedBy?.kind ?? null,
    segment,
    owner: role === undefined ? null : (holders.get(role) ?? null),
    team: role ?? (doneBy.kind === 'automation' ? 'automation' : 'none'),
  };
}
