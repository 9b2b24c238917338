import type { EvaluateAnswer, EvaluateRequest } from '../api/control.ts';
import { evaluateStream } from '../evaluate/evaluate.ts';
import type { Band } from '../compile/queries/evaluation.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { compile } from '../compile/compile.ts';
import type { Core } from './core.ts';
import { inBand } from '../evaluate/band.ts';
import { bandsAt } from './known-bands.ts';
import { loadSource } from './publish.ts';
import { refreshDays } from './rollups.ts';

/**
 * Evaluates as asked. The published model reads the rollup, made current first, and bands are those that were decided by
 * then; any other model reads raw events and leaves nothing behind: its bands are what the score alone asks for.
 */
export async function evaluateNow(core: Core, workspace: string, request: EvaluateRequest): Promise<EvaluateAnswer> {
  const { asOf, accounts } = request;
  if (request.model === null) {
    const live = await core.models.live(workspace);
    if (!live) return { kind: 'no-model' };
    await refreshDays(core, workspace, accounts);
    const { compiled, accountKind, version } = live;
    const bands = await bandsAt(core, workspace, asOf, accounts);
    const blocks = evaluateStream(core.events, { compiled, workspace, asOf, accounts, source: 'rollup', accountKind });
    return { kind: 'evaluations', modelVersion: version, blocks: inBands(blocks, bands) };
  }
  const { model, diagnostics } = loadSource(request.model);
  if (!model) return { kind: 'refused', diagnostics };
  const accountKind = await accountKindOf(core, workspace);
  const compiled = compile(model);
  const blocks = evaluateStream(core.events, { compiled, workspace, asOf, accounts, source: 'raw', accountKind });
  return { kind: 'evaluations', modelVersion: null, blocks };
}

async function* inBands(
  blocks: AsyncIterable<readonly Evaluation[]>,
  bands: ReadonlyMap<string, Band>,
): AsyncIterable<Evaluation[]> {
  for await (const block of blocks) yield block.map((one) => inBand(one, bands.get(one.account)));
}

/** What `events.account` holds in the workspace. */
export async function accountKindOf(core: Core, workspace: string): Promise<'group' | 'person'> {
  const row = await core.state.within(workspace, (db) =>
    db.selectFrom('workspace').select('account_kind').where('id', '=', workspace).executeTakeFirstOrThrow(),
  );
  return row.account_kind;
}
