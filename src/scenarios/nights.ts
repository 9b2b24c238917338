import { midnightOf } from '../compile/columns/merge.ts';
import { momentConditions, visit } from '../compile/plan.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { Scenario } from './scenario.ts';

const dayMs = 86_400_000;

/** Just after the next midnight: when a day is finished, its accounts are looked at again. */
export function nextNight(now: number): number {
  return midnightOf(now - 1) + dayMs + 1;
}

/** The midnight that has just passed; null at any other instant. */
export function nightAt(now: number): number | null {
  return now - 1 === midnightOf(now) ? now - 1 : null;
}

/**
 * Whether evaluating everybody each night can show: it only moves bands. A long scenario that never looks at one is
 * spared its nights.
 */
export function nightsShow(model: ResolvedModel, { steps }: Scenario): boolean {
  let onBand = false;
  for (const condition of momentConditions(model))
    visit(condition, (node) => {
      if (node.kind === 'reference' && node.scope === 'evaluation' && node.name === 'band') onBand = true;
    });
  return onBand || steps.some(({ expect }) => expect !== null && expect.band !== null);
}
