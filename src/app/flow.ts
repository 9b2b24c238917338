import type { FlowAnswer, FlowRequest } from '../api/control.ts';
import type { FlowAccount } from '../lab/flow/account.ts';
import { type FlowReport, flowTally } from '../lab/flow/flow.ts';
import { flowPlan } from '../lab/flow/plan.ts';
import { nextTurn } from '../lib/turn.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Core } from './core.ts';
import { loadSource } from './publish.ts';
import { replayedFlow } from './replayed-flow.ts';
import { storedFlow } from './stored-flow.ts';

/**
 * The flow between moments: of the published model as it was decided live, of any other one as it would have been, by
 * replaying what is stored. Nothing is changed.
 */
export async function flowOf(core: Core, workspace: string, request: FlowRequest): Promise<FlowAnswer> {
  if (request.model === null) {
    const live = await core.models.live(workspace);
    if (!live) return { kind: 'no-model' };
    return answer(live.compiled.model, storedFlow(core, workspace, live, request.until), request);
  }
  const { model, diagnostics } = loadSource(request.model);
  if (!model) return { kind: 'refused', diagnostics };
  return answer(model, replayedFlow(core, workspace, model, request.until), request);
}

function answer(
  model: ResolvedModel,
  accounts: AsyncIterable<readonly FlowAccount[]>,
  request: FlowRequest,
): FlowAnswer {
  const { value } = request;
  if (value !== null && model.moments.every(({ id }) => id !== value))
    return { kind: 'unknown-moment', known: model.moments.map(({ id }) => id) };
  let done = 0;
  const report = reportOf(model, accounts, request, (some) => (done += some));
  return { kind: 'flow', report, accounts: () => done };
}

async function reportOf(
  model: ResolvedModel,
  accounts: AsyncIterable<readonly FlowAccount[]>,
  { by, from, until, value, accounts: listed }: FlowRequest,
  onDone: (accounts: number) => void,
): Promise<FlowReport> {
  const period = { from: from ?? -Infinity, until };
  const tally = flowTally(flowPlan(model, value), { by, period, accounts: listed });
  for await (const block of accounts) {
    for (const account of block) tally.add(account);
    onDone(block.length);
    await nextTurn();
  }
  return tally.report();
}
