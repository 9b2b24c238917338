import type { Moment, Phase } from '../resolved-moments.ts';
import type { AuthoredMoment } from '../schema.ts';
import { checkIds, durationAt, inWords, isBroken, placeAt, type Resolving, reportKey, reportValue } from './context.ts';
import { isKnownMoment, isKnownPhase } from './known.ts';
import { completionOf } from './moment-completion.ts';
import type { MomentParts } from './moment-context.ts';
import { escalationOf } from './moment-escalation.ts';
import { doersOf } from './moment-touch.ts';
import { triggerOf } from './moment-trigger.ts';
import type { AccountNames } from './names.ts';
import { newSearching } from './rrule.ts';
import { segmentsAt } from './segments.ts';

const dayMilliseconds = 86_400_000;
const usualMinutes = 30;

/** Reads the moments. */
export function resolveMoments(resolving: Resolving, known: AccountNames, phases: readonly Phase[]): Moment[] {
  const authored = Object.entries(resolving.authored.moments ?? {});
  checkIds(
    resolving,
    'moments',
    authored.map(([id]) => id),
  );
  const searching = newSearching();
  const moments: Moment[] = [];
  for (const [id, moment] of authored) {
    const parts = { id, path: ['moments', id], authored: moment, known, phases, searching };
    const resolved = resolveMoment(resolving, parts);
    if (resolved !== null) moments.push(resolved);
  }
  return moments;
}

function resolveMoment(resolving: Resolving, parts: MomentParts): Moment | null {
  const { id, path, authored, known } = parts;
  const phase = authored.phase ?? null;
  const isIn = phase === null || isKnownPhase(resolving, [...path, 'phase'], phase);
  const segments = segmentsAt(resolving, [...path, 'segments'], authored.segments, known.segments);
  const trigger = triggerOf(resolving, parts);
  const doneBy = doersOf(resolving, parts);
  const done = completionOf(resolving, parts, trigger);
  const expires =
    authored.expires === undefined ? null : durationAt(resolving, [...path, 'expires'], authored.expires, 'zero');
  const escalate = escalationOf(resolving, parts, expires);
  checkDue(resolving, parts);
  const notWithin = notWithinOf(resolving, parts);
  if (!isIn || segments === undefined || trigger === null || doneBy === null) return null;
  if (done === undefined || escalate === null || notWithin === undefined) return null;
  return {
    id,
    at: placeAt(resolving, path),
    label: authored.label ?? inWords(id),
    objective: authored.objective,
    phase,
    segments,
    doneBy,
    trigger,
    done,
    expires,
    escalate,
    appeals: appealsOf(authored),
    notWithin,
    minutes: authored.minutes ?? usualMinutes,
  };
}

function appealsOf({ appeals }: AuthoredMoment): Moment['appeals'] {
  return { ethos: appeals?.ethos ?? null, pathos: appeals?.pathos ?? null, logos: appeals?.logos ?? null };
}

/** What counts from a deadline needs one. */
function checkDue(resolving: Resolving, { id, path, authored }: MomentParts): void {
  const opens = authored.on !== undefined || authored.absent !== undefined || authored.when !== undefined;
  const isDue = authored.due !== undefined || authored.schedule !== undefined || authored.within !== undefined;
  if (!opens || isDue || ['due', 'schedule', 'within'].some((key) => isBroken(resolving, [...path, key]))) return;
  const key = authored.expires === undefined ? 'escalate' : 'expires';
  if (authored[key] === undefined) return;
  reportKey(
    resolving,
    [...path, key],
    'moment/no-due',
    `${key} counts from when ${id} was due, and it has no deadline`,
    'add within: <duration>',
  );
}

/** Null: it keeps no distance; undefined after a mistake. */
function notWithinOf(resolving: Resolving, parts: MomentParts): Moment['notWithin'] | undefined {
  const { id, path, authored } = parts;
  if (authored.notWithin === undefined) return null;
  const { of, days } = authored.notWithin;
  const place = [...path, 'notWithin', 'of'];
  const named = typeof of === 'string' ? [of] : of;
  const at = (i: number): (string | number)[] => (typeof of === 'string' ? place : [...place, i]);
  const found = named.filter((moment, i) => isKnownMoment(resolving, at(i), moment));
  const self = authored.schedule === undefined ? named.indexOf(id) : -1;
  if (self >= 0 && !isBroken(resolving, [...path, 'schedule'])) {
    return (
      reportValue(
        resolving,
        at(self),
        'model/not-applicable',
        'only a schedule can keep a distance from itself',
        authored.on === undefined ? undefined : 'use atMostOncePer',
      ) ?? undefined
    );
  }
  return found.length === named.length ? { of: named, span: days * dayMilliseconds } : undefined;
}
