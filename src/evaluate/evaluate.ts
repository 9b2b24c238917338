import { midnightOf } from '../compile/columns/merge.ts';
import type { CompiledModel } from '../compile/compile.ts';
import { type Cohort, plan, subjectOf, type Vantage } from '../compile/plan.ts';
import { cohortIndicators } from '../compile/queries/cohort.ts';
import { evaluationQuery } from '../compile/queries/evaluation.ts';
import type { EventStore } from '../store/events/store.ts';
import type { Answer } from './answer.ts';
import { computeCohorts } from './cohort.ts';
import { decoder } from './decode.ts';
import type { Evaluation } from './evaluation.ts';
import { type Heartbeats, readHeartbeats, sourceStates } from './heartbeat.ts';
import { answerer } from './in-process/answer.ts';
import { readIngredients } from './in-process/ingredients.ts';
import { type EvaluationMemory, heartbeatPatience, rememberCohorts } from './memory.ts';
import { rollupTable } from './rollup.ts';

/** What to evaluate. The same request on the same data always gives the same numbers, to the last bit. */
export interface EvaluateRequest {
  readonly compiled: CompiledModel;
  readonly workspace: string;
  /** UTC milliseconds. */
  readonly asOf: number;
  /** Null: everybody known at `asOf`. */
  readonly accounts: readonly string[] | null;
  /** `rollup` reads the stored account-days (the published model); `raw` works for any model. */
  readonly source: 'rollup' | 'raw';
  /** Only rows received by then (backtests); such a question is always answered from raw rows. */
  readonly knownAt?: number | null;
  /** What `events.account` holds in the workspace; left out: what the model is about. */
  readonly accountKind?: 'group' | 'person';
  /** Stored cohorts of the last midnight; left out: computed over everybody. */
  readonly cohorts?: readonly Cohort[];
  readonly memory?: EvaluationMemory;
}

/** Accounts evaluated in process at a time. */
const batchSize = 500;

/** Evaluates accounts as of an instant, ordered by account; those nobody has heard of by then are left out. */
export async function evaluate(events: EventStore, request: EvaluateRequest): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = [];
  for await (const block of evaluateStream(events, request)) evaluations.push(...block);
  return evaluations;
}

/** The same in blocks, for everybody at once without holding them. */
export async function* evaluateStream(events: EventStore, request: EvaluateRequest): AsyncIterable<Evaluation[]> {
  const { compiled, asOf } = request;
  const vantage = await vantageOf(events, request);
  const decode = decoder(compiled, asOf);
  if (request.accounts === null) {
    const row = (raw: Record<string, unknown>): Evaluation => decode(raw as unknown as Answer);
    yield* events.stream({ ...evaluationQuery(compiled, vantage), row });
    return;
  }
  const planned = plan(compiled, vantage);
  const answer = answerer({ compiled, vantage, plan: planned });
  const accounts = [...new Set(request.accounts)].toSorted();
  for (let start = 0; start < accounts.length; start += batchSize) {
    const some = { ...vantage, accounts: accounts.slice(start, start + batchSize) };
    const ingredients = await readIngredients(events, compiled, some, planned);
    yield ingredients.map((one) => decode(answer(one).answer));
  }
}

/** All that an evaluation stands on: sources, cohorts, tables. */
export async function vantageOf(events: EventStore, request: EvaluateRequest): Promise<Vantage> {
  const { compiled, asOf } = request;
  const base = await vantageAt(events, request, asOf);
  if (request.cohorts !== undefined) return { ...base, cohorts: request.cohorts };
  if (cohortIndicators(compiled).length === 0) return base;
  const key = cohortKey(request, base);
  const remembered = request.memory?.cohorts.get(key);
  const midnight = midnightOf(asOf);
  const cohorts = remembered ?? (await computeCohorts(events, compiled, await vantageAt(events, request, midnight)));
  if (request.memory) rememberCohorts(request.memory, key, cohorts);
  return { ...base, cohorts };
}

/** The same without asking the engine; null when that takes more than is remembered. */
export function rememberedVantage(events: EventStore, request: EvaluateRequest): Vantage | null {
  const heartbeats = rememberedHeartbeats(request, request.asOf);
  if (heartbeats === null) return null;
  const base = assemble(events, request, request.asOf, heartbeats);
  if (cohortIndicators(request.compiled).length === 0) return base;
  const cohorts = request.memory?.cohorts.get(cohortKey(request, base));
  return cohorts === undefined ? null : { ...base, cohorts };
}

function cohortKey({ workspace, compiled, asOf }: EvaluateRequest, { knownAt, source }: Vantage): string {
  return [workspace, compiled.hash, midnightOf(asOf), knownAt, source].join(' ');
}

async function vantageAt(events: EventStore, request: EvaluateRequest, asOf: number): Promise<Vantage> {
  return assemble(events, request, asOf, await heartbeatsOf(events, request, asOf));
}

function assemble(events: EventStore, request: EvaluateRequest, asOf: number, heartbeats: Heartbeats): Vantage {
  const { compiled, workspace } = request;
  const knownAt = request.knownAt ?? null;
  const subject = subjectOf(compiled, request.accountKind);
  return {
    workspace,
    subject,
    asOf,
    knownAt,
    accounts: request.accounts,
    source: knownAt !== null || subject === 'person' ? 'raw' : request.source,
    tables: {
      events: events.table('events'),
      traits: events.table('traits'),
      rollup: events.table(rollupTable(workspace)),
    },
    ...sourceStates(compiled, heartbeats, asOf),
    cohorts: [],
  };
}

async function heartbeatsOf(events: EventStore, request: EvaluateRequest, asOf: number): Promise<Heartbeats> {
  const { workspace, memory } = request;
  const knownAt = request.knownAt ?? null;
  const known = rememberedHeartbeats(request, asOf);
  if (known !== null) return known;
  const remembered = memory?.heartbeats.get(workspace);
  const heartbeats = await readHeartbeats(events, { workspace, asOf, knownAt });
  if (knownAt === null && (remembered === undefined || asOf >= remembered.asOf))
    memory?.heartbeats.set(workspace, { asOf, heartbeats });
  return heartbeats;
}

/** Heartbeats only ever move forward: remembered ones that show everything fresh and seen need not be asked for again. */
function rememberedHeartbeats(
  { compiled, workspace, memory, knownAt }: EvaluateRequest,
  asOf: number,
): Heartbeats | null {
  const remembered = (knownAt ?? null) === null ? memory?.heartbeats.get(workspace) : undefined;
  if (remembered === undefined || asOf < remembered.asOf) return null;
  const { stale, unseen } = sourceStates(compiled, remembered.heartbeats, asOf);
  const certain = stale.size === 0 && unseen.size === 0;
  return certain || asOf - remembered.asOf < heartbeatPatience ? remembered.heartbeats : null;
}
