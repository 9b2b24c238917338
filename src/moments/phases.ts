import type { Phase } from '../model/resolved-moments.ts';
import { firstFrom } from './event-log.ts';
import { currentEntry, type Journey, type PhaseEntry } from './journey.ts';
import { holds, type Look, type Verdict } from './look.ts';

/**
 * Moves the account through its phases: one ends, or a later one starts and ends it. Whatever happened first in time goes
 * first; a phase before the furthest one never starts again. What became known late counts as of its own time, but not
 * before the phase that was entered last. All moves are made at once: nothing is decided about a phase without duration.
 */
export function movePhases(look: Look, journey: Journey): Verdict {
  const current = currentEntry(journey);
  const endsAt = current === null ? Infinity : endOf(current, look, journey);
  const start = nextStart(look, journey);
  const startsAt = Math.max(start.at, floorOf(journey));
  if (current !== null && endsAt <= look.at && (start.at > look.at || endsAt <= startsAt)) {
    return movePhases(look, moved(journey, [...journey.entered.slice(0, -1), { ...current, endedAt: endsAt }]));
  }
  if (start.phase !== null && start.at <= look.at) {
    const before = journey.entered.map((entry) => (entry === current ? { ...entry, endedAt: startsAt } : entry));
    const entry = { phase: start.phase.id, at: startsAt, endedAt: null };
    return movePhases(look, moved(journey, [...before, entry]));
  }
  const next = Math.min(...[endsAt, start.at].filter((instant) => instant > look.at), Infinity);
  return { journey, changes: [], next };
}

function moved(journey: Journey, entered: readonly PhaseEntry[]): Journey {
  const entry = currentEntry({ entered });
  return { ...journey, entered, phase: entry?.phase ?? null, phaseSince: entry?.at ?? null };
}

/** No phase starts before the last one did, or ended. */
function floorOf({ entered }: Journey): number {
  const last = entered.at(-1);
  return last === undefined ? -Infinity : (last.endedAt ?? last.at);
}

/** The instant at which the present phase ends, as far as is known. */
function endOf(current: PhaseEntry, look: Look, journey: Journey): number {
  const phase = look.model.phases.find(({ id }) => id === current.phase);
  // A phase that the model does not have any more is over as soon as that is seen.
  if (phase === undefined) return look.present ? Math.max(look.at, current.at) : Infinity;
  const { ends } = phase;
  switch (ends?.kind) {
    case undefined:
      return Infinity;
    case 'event':
      return firstFrom(look.log, ends.test, current.at)?.time ?? Infinity;
    case 'condition':
      return look.present && holds(ends.when, look, journey) ? Math.max(look.at, current.at) : Infinity;
    case 'completed':
      return completedAt(ends.moment, current.at, journey);
    case 'elapsed':
      return current.at + ends.after;
  }
}

function completedAt(moment: string, from: number, { occurrences }: Journey): number {
  const times = occurrences
    .filter((one) => one.moment === moment && one.state === 'done')
    .map(({ endedAt }) => endedAt ?? Infinity)
    .filter((time) => time >= from);
  return Math.min(...times, Infinity);
}

/** The later phase that starts first; at the same instant the earlier one of the model. */
function nextStart(look: Look, journey: Journey): { readonly phase: Phase | null; readonly at: number } {
  const { phases } = look.model;
  const furthest = phases.findLastIndex(({ id }) => journey.entered.some(({ phase }) => phase === id));
  let first: { phase: Phase | null; at: number } = { phase: null, at: Infinity };
  for (const phase of phases.slice(furthest + 1)) {
    const at = startOf(phase, look, journey);
    if (at < first.at) first = { phase, at };
  }
  return first;
}

function startOf({ starts }: Phase, look: Look, journey: Journey): number {
  switch (starts.kind) {
    case 'event':
      return firstFrom(look.log, starts.test, -Infinity)?.time ?? Infinity;
    case 'after':
      return journey.entered.findLast(({ phase }) => phase === starts.phase)?.endedAt ?? Infinity;
    case 'condition':
      return look.present && holds(starts.when, look, journey) ? look.at : Infinity;
    case 'trait': {
      const value = look.observed.traits[starts.trait];
      return typeof value === 'number' ? value : Infinity;
    }
    case 'known':
      return look.observed.knownSince;
  }
}
