import type { Trigger } from '../resolved-moments.ts';
import { durationAt, isBroken, type Resolving, reportKey } from './context.ts';
import { conditionAt, eventTestAt } from './event-test.ts';
import { type MomentParts, needsPhase, textsOf } from './moment-context.ts';
import { scheduleOf } from './moment-schedule.ts';
import { accountNames } from './names.ts';
import { oneOf } from './one-of.ts';

const triggers = ['due', 'schedule', 'on', 'absent', 'when'] as const;

/** What each of these keys needs beside it. */
const companions = {
  where: ['on'],
  for: ['when'],
  within: ['on', 'absent', 'when'],
  atMostOncePer: ['on'],
} as const;

/** Reads what opens a moment; null after a mistake. */
export function triggerOf(resolving: Resolving, parts: MomentParts): Trigger | null {
  const { id, path, authored } = parts;
  const kind = oneOf(resolving, path, authored, triggers, {
    what: `moment ${id}`,
    does: 'what opens',
    none: 'moment/no-trigger',
    several: 'moment/two-triggers',
  });
  checkCompanions(resolving, parts);
  switch (kind) {
    case null:
      return null;
    case 'due': {
      const due = durationAt(resolving, [...path, 'due'], authored.due ?? '');
      return needsPhase(resolving, parts, 'due', 'a milestone') || due === null ? null : { kind: 'milestone', due };
    }
    case 'schedule':
      return authored.schedule === undefined ? null : scheduleOf(resolving, parts, authored.schedule);
    case 'on':
      return eventOf(resolving, parts);
    case 'absent':
      return authored.absent === undefined ? null : absenceOf(resolving, parts, authored.absent);
    case 'when':
      return conditionOf(resolving, parts);
  }
}

function checkCompanions(resolving: Resolving, { path, authored }: MomentParts): void {
  for (const key of ['where', 'for', 'within', 'atMostOncePer'] as const) {
    const needed: readonly (typeof triggers)[number][] = companions[key];
    if (authored[key] === undefined || needed.some((one) => authored[one] !== undefined)) continue;
    if (needed.some((one) => isBroken(resolving, [...path, one]))) continue;
    const hint =
      key === 'within' && authored.due !== undefined
        ? 'due says when it is due'
        : key === 'within' && authored.schedule !== undefined
          ? 'it is due at its date'
          : authored.absent !== undefined && key !== 'atMostOncePer'
            ? `write ${key} inside absent`
            : undefined;
    reportKey(
      resolving,
      [...path, key],
      'model/not-applicable',
      `${key} means nothing without ${needed.join(', ')}`,
      hint,
    );
  }
}

/** A duration that may be left out: null then, undefined after a mistake. */
function optional(
  resolving: Resolving,
  { path, authored }: MomentParts,
  key: 'within' | 'atMostOncePer',
): number | null | undefined {
  const text = authored[key];
  return text === undefined ? null : (durationAt(resolving, [...path, key], text) ?? undefined);
}

function eventOf(resolving: Resolving, parts: MomentParts): Trigger | null {
  const events = { events: parts.authored.on, where: parts.authored.where };
  const test = eventTestAt(resolving, parts.known.vocabulary, parts.path, 'on', events);
  const within = optional(resolving, parts, 'within');
  const atMostOncePer = optional(resolving, parts, 'atMostOncePer');
  if (test === null || within === undefined || atMostOncePer === undefined) return null;
  return { kind: 'event', test, within, atMostOncePer };
}

function absenceOf(
  resolving: Resolving,
  parts: MomentParts,
  absent: NonNullable<MomentParts['authored']['absent']>,
): Trigger | null {
  const path = [...parts.path, 'absent'];
  const events = { events: absent.of, where: absent.where };
  const test = eventTestAt(resolving, parts.known.vocabulary, path, 'of', events);
  const span = durationAt(resolving, [...path, 'for'], absent.for);
  const within = optional(resolving, parts, 'within');
  const since = absent.since ?? (parts.authored.phase === undefined ? 'known' : 'phase');
  const lost = since === 'phase' && needsPhase(resolving, parts, 'absent.since', 'a silence since phase');
  if (lost || test === null || span === null || within === undefined) return null;
  return { kind: 'absence', test, for: span, since, within };
}

function conditionOf(resolving: Resolving, parts: MomentParts): Trigger | null {
  const { path, authored, known } = parts;
  const names = accountNames("a moment's condition", known, ['segment', 'band', 'score', 'coverage', 'phase']);
  const when = conditionAt(resolving, [...path, 'when'], authored.when ?? '', names, textsOf(resolving, parts));
  const span = authored.for === undefined ? 0 : durationAt(resolving, [...path, 'for'], authored.for, 'zero');
  const within = optional(resolving, parts, 'within');
  if (when === null || span === null || within === undefined) return null;
  return { kind: 'condition', when, for: span, within };
}
