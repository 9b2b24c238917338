import type { EventPlace } from '../compile/queries/measure-events.ts';
import { type EvidencePage, indicatorEvents } from '../evaluate/events.ts';
import { why, type Why } from '../evaluate/why.ts';
import type { Core } from './core.ts';
import { inBand } from '../evaluate/band.ts';
import { bandsAt } from './known-bands.ts';
import { refreshDays } from './rollups.ts';

/** A score taken apart, by the published model; with `since`, its change too. */
export async function whyOf(
  core: Core,
  workspace: string,
  { account, asOf, since }: { account: string; asOf: number; since: number | null },
): Promise<(Why & { modelVersion: number }) | 'no-model' | null> {
  const live = await core.models.live(workspace);
  if (!live) return 'no-model';
  await refreshDays(core, workspace, [account]);
  const { compiled, accountKind, version } = live;
  const { memory } = core;
  const request = { compiled, workspace, account, asOf, accountKind, memory, source: 'rollup' as const };
  const answer = await why(core.events, since === null ? request : { ...request, since });
  if (answer === null) return null;
  const band = (await bandsAt(core, workspace, asOf, [account])).get(account);
  return { ...answer, evaluation: inBand(answer.evaluation, band), modelVersion: version };
}

/** The events that an indicator of the published model is made of. */
export async function indicatorEventsOf(
  core: Core,
  workspace: string,
  request: { account: string; indicator: string; asOf: number; limit: number; after: EventPlace | null },
): Promise<EvidencePage | 'no-model' | null> {
  const live = await core.models.live(workspace);
  if (!live) return 'no-model';
  const { indicator, ...rest } = request;
  const { compiled, accountKind } = live;
  return indicatorEvents(core.events, {
    ...rest,
    compiled,
    workspace,
    accountKind,
    source: 'rollup',
    of: { indicator },
  });
}
