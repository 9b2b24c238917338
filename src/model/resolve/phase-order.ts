import type { Phase } from '../resolved-moments.ts';
import { alwaysHolds } from './constant.ts';
import { isBroken, type Resolving, reportKey, reportValue, writtenNames } from './context.ts';

/**
 * Finds phases that no account can come into: accounts only move forward, and a phase that starts after another one
 * needs that one to end by itself.
 */
export function checkPhaseOrder(resolving: Resolving, phases: readonly Phase[]): void {
  const order = writtenNames(resolving, ['phases']);
  const circling = new Set<string>();
  for (const phase of phases) {
    const circle = circling.has(phase.id) ? null : circleFrom(phase, phases);
    if (circle !== null) reportCircle(resolving, phase, circle, circling);
    if (!circling.has(phase.id)) checkStart(resolving, phase, order);
  }
}

/** The phases that wait for each other, beginning with this one; null when it is in no circle. */
function circleFrom(start: Phase, phases: readonly Phase[]): string[] | null {
  const seen = [start.id];
  let at: Phase | undefined = start;
  while (at?.starts.kind === 'after') {
    const next: string = at.starts.phase;
    if (next === start.id) return seen;
    if (seen.includes(next)) return null;
    seen.push(next);
    at = phases.find((one) => one.id === next);
  }
  return null;
}

function reportCircle(resolving: Resolving, phase: Phase, circle: readonly string[], circling: Set<string>): void {
  for (const id of circle) circling.add(id);
  const [first = ''] = circle;
  const message =
    circle.length === 1
      ? `phase ${first} waits for its own end`
      : `phases ${[...circle, first].join(', ')} wait for each other in a circle`;
  reportValue(
    resolving,
    ['phases', phase.id, 'starts', 'after'],
    'phase/cycle',
    message,
    'let one of them start by an event or a condition',
  );
}

function checkStart(resolving: Resolving, { id, starts }: Phase, order: readonly string[]): void {
  const path = ['phases', id, 'starts'];
  const earlier = order.slice(0, order.indexOf(id));
  const atOnce = starts.kind === 'known' || (starts.kind === 'condition' && alwaysHolds(starts.when));
  if (atOnce && earlier.length > 0) {
    reportKey(
      resolving,
      [...path, starts.kind === 'known' ? 'known' : 'when'],
      'phase/unreachable',
      `every account is in ${id} at once, so none gets into ${earlier.join(', ')} before it`,
      `put ${id} first`,
    );
  }
  if (starts.kind !== 'after') return;
  if (!earlier.includes(starts.phase)) {
    reportValue(
      resolving,
      [...path, 'after'],
      'phase/unreachable',
      `${starts.phase} stands after ${id}, and accounts only move forward`,
      `put ${id} behind ${starts.phase}`,
    );
    return;
  }
  const before = resolving.authored.phases?.[starts.phase];
  if (before === undefined || before.ends !== undefined || isBroken(resolving, ['phases', starts.phase])) return;
  reportValue(
    resolving,
    [...path, 'after'],
    'phase/unreachable',
    `${starts.phase} has no end of its own, so ${id} never starts`,
    `give ${starts.phase} an end: ends: { completed: <moment> }`,
  );
}
