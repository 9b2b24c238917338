import { formatDuration } from '../../lib/duration.ts';
import type { Escalation } from '../resolved-moments.ts';
import { durationAt, isBroken, type Resolving, reportKey, reportValue } from './context.ts';
import { isKnownPlaybook, isKnownRole } from './known.ts';
import type { MomentParts } from './moment-context.ts';

/** Reads the steps that are taken when a moment is overdue; null after a mistake. */
export function escalationOf(resolving: Resolving, parts: MomentParts, expires: number | null): Escalation[] | null {
  const authored = parts.authored.escalate ?? [];
  const steps: Escalation[] = [];
  let last = -1;
  for (const [i, step] of authored.entries()) {
    const path = [...parts.path, 'escalate', i];
    const after = durationAt(resolving, [...path, 'after'], step.after, 'zero');
    const to = step.to === undefined || isKnownRole(resolving, [...path, 'to'], step.to);
    const playbook = step.playbook === undefined || isKnownPlaybook(resolving, [...path, 'playbook'], step.playbook);
    checkDoes(resolving, path, step);
    if (after === null) continue;
    checkTurn(resolving, path, { after, last, expires });
    last = Math.max(last, after);
    if (to && playbook) steps.push({ after, to: step.to ?? null, playbook: step.playbook ?? null });
  }
  return steps.length === authored.length ? steps : null;
}

function checkDoes(resolving: Resolving, path: (string | number)[], step: { to?: unknown; playbook?: unknown }): void {
  if (step.to !== undefined || step.playbook !== undefined || isBroken(resolving, path)) return;
  reportKey(
    resolving,
    path,
    'moment/empty-step',
    'this step does nothing',
    'give it to: <role> or playbook: <playbook>',
  );
}

/** A step must come after the one before it, and before the moment is missed. */
function checkTurn(
  resolving: Resolving,
  path: (string | number)[],
  { after, last, expires }: { after: number; last: number; expires: number | null },
): void {
  const place = [...path, 'after'];
  if (after <= last)
    reportValue(
      resolving,
      place,
      'moment/escalation-order',
      'this step does not come after the one before it',
      'order the steps by after',
    );
  else if (expires !== null && after >= expires)
    reportValue(
      resolving,
      place,
      'moment/escalation-order',
      `it is missed ${formatDuration(expires)} after it was due, before this step`,
      'let it expire later, or escalate earlier',
    );
}
