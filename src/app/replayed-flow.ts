import type { FlowAccount, FlowOccurrence } from '../lab/flow/account.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Core } from './core.ts';
import { accountKindOf } from './evaluate-now.ts';
import { lossesReader } from './losses.ts';
import { replay } from './replay.ts';
import type { ReplayedOccurrence } from './replay/replayed.ts';

/** What would have been decided about every account by a model, from the beginning of its history, in blocks. */
export async function* replayedFlow(
  core: Core,
  workspace: string,
  model: ResolvedModel,
  until: number,
): AsyncIterable<readonly FlowAccount[]> {
  const from = await beginningOf(core, workspace);
  if (from === null || from > until) return;
  const accountKind = await accountKindOf(core, workspace);
  const readLosses = lossesReader(core, workspace, model, until);
  const request = { workspace, model, version: 0, accountKind, from, to: until, accounts: null };
  for await (const block of replay(core, request)) {
    const losses = await readLosses(block.map(({ account }) => account));
    yield block.map(({ account, region, segment, phases, occurrences }) => ({
      account,
      region,
      segment,
      watchedSince: -Infinity, // from its beginning on
      watched: {},
      lostAt: losses.get(account) ?? null,
      phases,
      occurrences: occurrences.map(flowOccurrence),
    }));
  }
}

/** When anybody was first seen, be it a company or a person; null: nobody was. */
async function beginningOf(core: Core, workspace: string): Promise<number | null> {
  const first = (table: 'account' | 'person') =>
    core.state.within(workspace, (db) =>
      db
        .selectFrom(table)
        .select((eb) => eb.fn.min('first_seen_at').as('at'))
        .executeTakeFirst(),
    );
  const rows = await Promise.all([first('account'), first('person')]);
  const found = rows.flatMap((row) => row?.at?.getTime() ?? []);
  return found.length === 0 ? null : Math.min(...found);
}

function flowOccurrence(one: ReplayedOccurrence): FlowOccurrence {
  const { moment, state, phase, opensAt, dueAt, endedAt, endedBy, owner, role, doneBy } = one;
  const own = doneBy.kind === 'person' ? (doneBy.roles[0] ?? 'none') : 'automation';
  return {
    moment,
    state,
    phase,
    opensAt,
    dueAt,
    endedAt,
    endedBy: endedBy?.kind ?? null,
    owner,
    team: role ?? own,
  };
}
