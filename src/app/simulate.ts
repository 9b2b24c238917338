import { sql } from 'kysely';
import type {
  SimulateAnswer,
  SimulatedOccurrence,
  SimulateRequest,
  SimulationLine,
} from '../api/moments/simulation.ts';
import { badRequest, notFound, Problem } from '../api/problem.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Cause } from '../moments/journey.ts';
import type { Core } from './core.ts';
import { accountKindOf } from './evaluate-now.ts';
import { loadSource } from './publish.ts';
import { replay, type ReplayProgress, type ReplayRequest } from './replay.ts';
import type { ReplayedOccurrence } from './replay/replayed.ts';
import { WeeklyLoad } from './replay/weekly-load.ts';
import { readTeam } from './team.ts';

/** Which moments would have opened when, had a model been published at an instant. Writes nothing. */
export async function simulate(core: Core, workspace: string, request: SimulateRequest): Promise<SimulateAnswer> {
  const { from, to, accounts } = request;
  if (from >= to) throw badRequest('body', ['to'], 'is not after `from`');
  if (to > core.clock.now()) throw badRequest('body', ['to'], 'lies in the future; what is stored ends now');
  const found = await modelOf(core, workspace, request.model);
  if (found.model === null) return { kind: 'refused', diagnostics: found.diagnostics };
  const { model, version } = found;
  if (model.moments.length === 0)
    throw new Problem(
      422,
      'Nothing to simulate',
      `The model "${model.name}" has no moments. Add some under \`moments\`.`,
    );
  const accountKind = await accountKindOf(core, workspace);
  await refuseUnknown(core, workspace, accounts, accountKind === 'group' && model.account === 'person');
  const replaying = { workspace, model, version, accountKind, from, to, accounts };
  return { kind: 'simulation', blocks: blocksOf(core, replaying, request.report) };
}

async function* blocksOf(
  core: Core,
  request: ReplayRequest,
  report: boolean,
): AsyncIterable<readonly SimulationLine[]> {
  const { workspace, from } = request;
  const load = new WeeklyLoad(await core.state.within(workspace, (db) => readTeam(db, from)));
  let progress: ReplayProgress = { step: 'accounts', done: 0, of: 0 };
  let accounts = 0;
  for await (const block of replay(core, { ...request, onProgress: (now) => (progress = now) })) {
    const lines = block.flatMap(({ account, occurrences }) => occurrences.map((one) => lineOf(account, one)));
    for (const account of block) load.add(account);
    accounts += block.length;
    yield report ? [...lines, { progress }] : lines;
  }
  if (report) yield [{ load: load.rows(), accounts }];
}

function lineOf(account: string, one: ReplayedOccurrence): SimulatedOccurrence {
  const { moment, cause, openedAt, dueAt, state, endedAt, owner, escalations } = one;
  return {
    account,
    moment,
    cause: causeOf(cause),
    openedAt: isoOrNull(openedAt),
    dueAt: isoOrNull(dueAt),
    state,
    doneAt: state === 'done' ? isoOrNull(endedAt) : null,
    owner,
    escalations: escalations.map((taken) => ({ ...taken, at: new Date(taken.at).toISOString() })),
  };
}

function causeOf(cause: Cause): SimulatedOccurrence['cause'] {
  const at = new Date(cause.at).toISOString();
  return cause.kind === 'absence' ? { ...cause, since: new Date(cause.since).toISOString(), at } : { ...cause, at };
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

type FoundModel =
  | { readonly model: ResolvedModel; readonly version: number }
  | { readonly model: null; readonly diagnostics: ReturnType<typeof loadSource>['diagnostics'] };

async function modelOf(core: Core, workspace: string, asked: SimulateRequest['model']): Promise<FoundModel> {
  if ('yaml' in asked) {
    const { model, diagnostics } = loadSource(asked);
    return model === null ? { model, diagnostics } : { model, version: 0 };
  }
  const versions = await core.state.within(workspace, (db) =>
    db
      .selectFrom('model_version')
      .select(['version', 'name', 'hash'])
      .where('published_at', 'is not', null)
      .orderBy('version', 'desc')
      .execute(),
  );
  const named = versions.find(({ name }) => name === asked.name);
  if (named === undefined) {
    const names = [...new Set(versions.map(({ name }) => `"${name}"`))].join(', ');
    const there = names === '' ? 'None is published yet.' : `Published are ${names}.`;
    throw new Problem(404, 'Not found', `There is no published model "${asked.name}" in this workspace. ${there}`);
  }
  const accountKind = await accountKindOf(core, workspace);
  const { compiled } = await core.models.known(workspace, { ...named, accountKind });
  return { model: compiled.model, version: named.version };
}

async function refuseUnknown(
  core: Core,
  workspace: string,
  accounts: readonly string[] | null,
  arePeople: boolean,
): Promise<void> {
  if (accounts === null) return;
  const rows = await core.state.within(workspace, (db) =>
    db
      .selectFrom(arePeople ? 'person' : 'account')
      .select('id')
      .where('id', '=', sql<string>`ANY(${[...accounts]}::text[])`)
      .execute(),
  );
  const known = new Set(rows.map(({ id }) => id));
  const unknown = accounts.find((account) => !known.has(account));
  if (unknown !== undefined) throw notFound(arePeople ? 'person' : 'account', unknown);
}
