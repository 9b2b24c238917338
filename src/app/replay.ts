import { midnightOf } from '../compile/columns/merge.ts';
import { subjectOf } from '../compile/plan.ts';
import { decidingPart } from '../evaluate/deciding.ts';
import { readHeartbeatHistory } from '../evaluate/heartbeat-history.ts';
import { readHistories } from '../evaluate/history.ts';
import { AccountHistory } from '../evaluate/in-process/account-history.ts';
import { type Instant, instantAt } from '../evaluate/in-process/instants.ts';
import { reducer } from '../evaluate/in-process/reduce.ts';
import { nextTurn } from '../lib/turn.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Core } from './core.ts';
import { accountBatches, countAccounts } from './replay/accounts.ts';
import { foldChanges } from './replay/fold.ts';
import { readHoldings, SimulatedTeam } from './replay/owners.ts';
import type { ReplayedAccount } from './replay/replayed.ts';
import { usualOf } from './replay/usual.ts';
import { type SimulatedChange, Walk } from './replay/walk.ts';
import { readTeam } from './team.ts';

const stretchMs = 14 * 86_400_000;

/** What to replay. */
export interface ReplayRequest {
  readonly workspace: string;
  readonly model: ResolvedModel;
  /** That occurrences carry; 0 for a model that is not published. */
  readonly version: number;
  /** What `events.account` holds in the workspace. */
  readonly accountKind: 'group' | 'person';
  /** The simulated publication of the model, and the last simulated instant. UTC milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Null: everybody. What is usual is found from everybody all the same. */
  readonly accounts: readonly string[] | null;
  /** Told before each block. */
  readonly onProgress?: (progress: ReplayProgress) => void;
}

/** How far a replay is. */
export interface ReplayProgress {
  /** `usual`: everybody is read for what was usual at each midnight, before the accounts. */
  readonly step: 'usual' | 'accounts';
  readonly done: number;
  readonly of: number;
}

/**
 * Replays stored history under a model with a simulated clock, as if the model had been published at `from`: what would
 * have happened with each account, in blocks, some empty, in order of account. A look sees what was received by then and looks as the
 * live loop does, through the same evaluation and deciding. Nothing is written. Accounts of which nobody had heard by `to`
 * are left out. A batch of accounts is in memory at a time.
 */
export async function* replay(
  core: Pick<Core, 'events' | 'state'>,
  request: ReplayRequest,
): AsyncIterable<readonly ReplayedAccount[]> {
  const { model, from, to, onProgress } = request;
  const moments = new Map(model.moments.map((moment) => [moment.id, moment]));
  const team = await core.state.within(request.workspace, (db) => readTeam(db, from));
  const simulated = new SimulatedTeam(team, model.moments);
  let done = 0;
  for await (const { walks: block, everybody } of walks(core, request)) {
    const replayed: ReplayedAccount[] = [];
    if (block === null) {
      yield replayed;
      continue;
    }
    const accounts = block.map(({ account }) => account);
    const holdings = await core.state.within(request.workspace, (db) => readHoldings(db, accounts));
    for (const walk of block) {
      const { account } = walk;
      const changes = await walked(walk, from, to);
      const { journey } = walk.standing;
      if (journey === null) continue;
      const occurrences = foldChanges(changes, moments, simulated.of(account, holdings.get(account) ?? []));
      const { region, segment } = walk;
      replayed.push({ account, region, segment, watchedSince: from, phases: journey.entered, occurrences });
    }
    done += block.length;
    onProgress?.({ step: 'accounts', done, of: request.accounts?.length ?? everybody });
    yield replayed;
  }
}

/** Some accounts of a replay. */
export interface WalkBlock {
  /** Each at its beginning; null while everybody is still read for what was usual. */
  readonly walks: readonly Walk[] | null;
  /** How many accounts there are. */
  readonly everybody: number;
}

/** The accounts of a replay in blocks, for whoever walks them. */
export async function* walks(core: Pick<Core, 'events' | 'state'>, request: ReplayRequest): AsyncIterable<WalkBlock> {
  const { workspace, model, version, from, to, onProgress } = request;
  const deciding = decidingPart(model);
  const { compiled } = deciding;
  const subject = subjectOf(compiled, request.accountKind);
  const reduce = reducer(compiled);
  const heartbeats = await readHeartbeatHistory(core.events, workspace, compiled);
  const shared = { compiled, subject, reduce, heartbeats };
  const histories = (accounts: readonly string[] | null) => readBlocks(core, request, { subject, reduce, accounts });
  const everybody = await countAccounts(core.state, workspace, subject);
  const gathering = usualOf(shared, { from, to }, everybody, () => histories(null));
  let gathered = await gathering.next();
  for (; gathered.done !== true; gathered = await gathering.next()) {
    onProgress?.({ step: 'usual', done: gathered.value, of: everybody });
    yield { walks: null, everybody };
  }
  const usual = gathered.value;
  const prepared = remembered((asOf) =>
    instantAt({ ...shared, cohorts: (at) => usual.get(midnightOf(at)) ?? [] }, asOf),
  );
  const setting = { workspace, deciding, version, from, instantAt: prepared };
  for await (const block of histories(request.accounts))
    yield { walks: block.map((history) => new Walk(setting, history)), everybody };
}

/** All the way, with a turn for others now and then: years of looks take seconds, and engines would be taken to hang. */
async function walked(walk: Walk, from: number, to: number): Promise<readonly SimulatedChange[]> {
  const changes: SimulatedChange[] = [];
  for (let end = from; end < to; end += stretchMs) {
    await nextTurn();
    changes.push(...walk.until(end));
  }
  return [...changes, ...walk.until(to)];
}

async function* readBlocks(
  { events, state }: Pick<Core, 'events' | 'state'>,
  { workspace, to, model }: ReplayRequest,
  {
    subject,
    reduce,
    accounts,
  }: {
    readonly subject: 'account' | 'person';
    readonly reduce: ReturnType<typeof reducer>;
    readonly accounts: readonly string[] | null;
  },
): AsyncIterable<readonly AccountHistory[]> {
  const tables = { events: events.table('events'), traits: events.table('traits'), rollup: '' };
  const kind = model.account === 'person' ? 'person' : 'account';
  for await (const batch of accountBatches(state, workspace, { subject, accounts })) {
    const need = { workspace, subject, tables, accounts: batch, kind, receivedBy: to } as const;
    const found = await readHistories(events, need);
    yield batch.flatMap((account) => {
      const stored = found.get(account);
      return stored === undefined ? [] : [new AccountHistory(account, stored, reduce)];
    });
  }
}

/** Midnights are looked at from every account, other instants from one: only those are kept. */
function remembered(make: (asOf: number) => Instant): (asOf: number) => Instant {
  const midnights = new Map<number, Instant>();
  return (asOf) => {
    if (midnightOf(asOf) !== asOf) return make(asOf);
    const known = midnights.get(asOf) ?? make(asOf);
    midnights.set(asOf, known);
    return known;
  };
}
