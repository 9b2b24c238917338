import type { Phase, PhaseEnd, PhaseStart } from '../resolved-moments.ts';
import type { AuthoredPhase } from '../schema.ts';
import { checkIds, durationAt, inWords, isBroken, placeAt, type Resolving, reportKey, reportValue } from './context.ts';
import { conditionAt, eventTestAt } from './event-test.ts';
import { isKnownMoment, isKnownPhase } from './known.ts';
import { type AccountNames, accountNames } from './names.ts';
import { oneOf } from './one-of.ts';
import { checkPhaseOrder } from './phase-order.ts';
import { timeTraitAt } from './time-trait.ts';

/** Reads the phases, in their order. */
export function resolvePhases(resolving: Resolving, known: AccountNames): Phase[] {
  const authored = Object.entries(resolving.authored.phases ?? {});
  checkIds(
    resolving,
    'phases',
    authored.map(([id]) => id),
  );
  const phases: Phase[] = [];
  for (const [id, phase] of authored) {
    const path = ['phases', id];
    const starts = startOf(resolving, id, phase.starts, known);
    const ends = phase.ends === undefined ? null : endOf(resolving, id, phase.ends, known);
    if (starts === null || ends === undefined) continue;
    phases.push({ id, at: placeAt(resolving, path), label: phase.label ?? inWords(id), starts, ends });
  }
  checkPhaseOrder(resolving, phases);
  return phases;
}

function names(known: AccountNames): ReturnType<typeof accountNames> {
  return accountNames("a phase's condition", known, ['segment', 'band', 'score', 'coverage', 'phase']);
}

function startOf(
  resolving: Resolving,
  id: string,
  authored: AuthoredPhase['starts'],
  known: AccountNames,
): PhaseStart | null {
  const path = ['phases', id, 'starts'];
  const kind = oneOf(resolving, path, authored, ['on', 'after', 'when', 'at', 'known'], {
    what: `phase ${id}`,
    does: 'what starts',
    none: 'phase/no-start',
    several: 'phase/two-starts',
  });
  checkWhere(resolving, path, authored);
  switch (kind) {
    case null:
      return null;
    case 'on': {
      const events = { events: authored.on, where: authored.where };
      const test = eventTestAt(resolving, known.vocabulary, path, 'on', events);
      return test === null ? null : { kind: 'event', test };
    }
    case 'after': {
      const phase = authored.after ?? '';
      return isKnownPhase(resolving, [...path, 'after'], phase) ? { kind: 'after', phase } : null;
    }
    case 'when': {
      const when = conditionAt(resolving, [...path, 'when'], authored.when ?? '', names(known));
      return when === null ? null : { kind: 'condition', when };
    }
    case 'at': {
      const trait = timeTraitAt(resolving, [...path, 'at'], authored.at ?? '', known);
      return trait === null ? null : { kind: 'trait', trait };
    }
    case 'known':
      return { kind: 'known' };
  }
}

function endOf(
  resolving: Resolving,
  id: string,
  authored: NonNullable<AuthoredPhase['ends']>,
  known: AccountNames,
): PhaseEnd | undefined {
  const path = ['phases', id, 'ends'];
  const kind = oneOf(resolving, path, authored, ['on', 'when', 'completed', 'after'], {
    what: `phase ${id}`,
    does: 'what ends',
    none: 'phase/no-end',
    several: 'phase/two-ends',
  });
  checkWhere(resolving, path, authored);
  switch (kind) {
    case null:
      return undefined;
    case 'on': {
      const events = { events: authored.on, where: authored.where };
      const test = eventTestAt(resolving, known.vocabulary, path, 'on', events);
      return test === null ? undefined : { kind: 'event', test };
    }
    case 'when': {
      const when = conditionAt(resolving, [...path, 'when'], authored.when ?? '', names(known));
      return when === null ? undefined : { kind: 'condition', when };
    }
    case 'completed': {
      const moment = authored.completed ?? '';
      if (!isKnownMoment(resolving, [...path, 'completed'], moment)) return undefined;
      return isForeign(resolving, id, moment, known) ? undefined : { kind: 'completed', moment };
    }
    case 'after': {
      const after = durationAt(resolving, [...path, 'after'], authored.after ?? '');
      return after === null ? undefined : { kind: 'elapsed', after };
    }
  }
}

/** Whether a moment can only be done in another phase; then this one would wait for it for ever, and it is reported. */
function isForeign(resolving: Resolving, id: string, moment: string, known: AccountNames): boolean {
  const other = resolving.authored.moments?.[moment]?.phase;
  if (other === undefined || other === id || !known.phases.has(other)) return false;
  reportValue(
    resolving,
    ['phases', id, 'ends', 'completed'],
    'phase/foreign-moment',
    `${moment} belongs to phase ${other}, so it does not happen in ${id}`,
    `name a moment of ${id}`,
  );
  return true;
}

function checkWhere(resolving: Resolving, path: string[], authored: { on?: unknown; where?: unknown }): void {
  if (authored.where === undefined || authored.on !== undefined || isBroken(resolving, [...path, 'on'])) return;
  reportKey(resolving, [...path, 'where'], 'model/not-applicable', 'where only filters the events of on');
}
