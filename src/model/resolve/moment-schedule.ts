import { formatDuration } from '../../lib/duration.ts';
import type { ScheduleAnchor, Trigger } from '../resolved-moments.ts';
import { durationAt, reportInText, type Resolving, reportValue } from './context.ts';
import { isKnownCalendar } from './known.ts';
import { type MomentParts, needsPhase } from './moment-context.ts';
import { parseRule, reachOf, type TimeOfDay } from './rrule.ts';
import { timeTraitAt } from './time-trait.ts';

const dayMilliseconds = 86_400_000;
const usualTime: TimeOfDay = { hour: 9, minute: 0, second: 0 };

/** Reads a schedule; null after a mistake. */
export function scheduleOf(
  resolving: Resolving,
  parts: MomentParts,
  authored: NonNullable<MomentParts['authored']['schedule']>,
): Trigger | null {
  const path = [...parts.path, 'schedule'];
  const from = anchorOf(resolving, parts, authored.from);
  const { rule, problems } = parseRule(authored.rrule, from?.kind === 'fixed' ? timeOf(from.local) : usualTime);
  for (const problem of problems) reportInText(resolving, [...path, 'rrule'], problem, 'schedule/bad-rule');
  const prepare =
    authored.prepare === undefined ? 0 : durationAt(resolving, [...path, 'prepare'], authored.prepare, 'zero');
  const { calendar } = authored;
  const counts = calendar === undefined || isKnownCalendar(resolving, [...path, 'calendar'], calendar);
  if (rule === null || from === null || prepare === null) return null;
  const isDated = checkReach(resolving, parts, { rule, from, prepare });
  return isDated && counts ? { kind: 'schedule', rrule: rule, from, prepare, calendar: calendar ?? null } : null;
}

function anchorOf(resolving: Resolving, parts: MomentParts, text: string): ScheduleAnchor | null {
  const path = [...parts.path, 'schedule', 'from'];
  if (text === 'phase')
    return needsPhase(resolving, parts, 'schedule.from', 'a schedule from phase') ? null : { kind: 'phase' };
  if (/^(?:account|person)\./.test(text)) {
    const trait = timeTraitAt(resolving, path, text, parts.known);
    return trait === null ? null : { kind: 'trait', trait };
  }
  const local = localTime(text);
  if (local !== null) return { kind: 'fixed', local };
  const isZoned = /^\d{4}-.*(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  return reportValue(
    resolving,
    path,
    'model/bad-time',
    isZoned
      ? "a schedule follows the account's time zone, this has one of its own"
      : `${JSON.stringify(text)} is not a start`,
    'write phase, account.<trait>, or a local time such as 2026-01-05T09:00',
  );
}

/** `2026-01-05`, `2026-01-05T09:00` or with seconds, as `YYYY-MM-DDTHH:mm:ss`; null when it is none. */
function localTime(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/.test(text)) return null;
  const whole = text.length === 10 ? `${text}T09:00:00` : text.length === 16 ? `${text}:00` : text;
  const time = Date.parse(`${whole}Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(whole) ? whole : null;
}

function timeOf(local: string): TimeOfDay {
  const [hour = 0, minute = 0, second = 0] = local.slice(11).split(':').map(Number);
  return { hour, minute, second };
}

/** Whether the rule has dates; what is odd about them is reported. */
function checkReach(
  resolving: Resolving,
  parts: MomentParts,
  { rule, from, prepare }: { rule: string; from: ScheduleAnchor; prepare: number },
): boolean {
  const path = [...parts.path, 'schedule'];
  const reach = reachOf(rule, from, parts.searching);
  if (reach === null) return true;
  if (reach.dates === 'none') {
    const message =
      from.kind === 'fixed' ? `this rule has no date from ${from.local.slice(0, 10)} on` : 'this rule never has a date';
    const hint =
      from.kind === 'phase' && /;COUNT=/.test(rule)
        ? 'COUNT begins with the day on which the phase starts, which is no date itself'
        : undefined;
    reportValue(resolving, [...path, 'rrule'], 'schedule/no-date', message, hint);
    return false;
  }
  if (reach.dates === 'some' && reach.missing !== null)
    reportValue(
      resolving,
      [...path, 'rrule'],
      'schedule/date-for-some',
      `an account that starts on a day like ${reach.missing.slice(0, 10)} never has a date`,
      'let the rule pick its days itself: BYMONTH with BYMONTHDAY or BYDAY, without INTERVAL',
    );
  if (reach.interval !== null && prepare > reach.interval)
    reportPrepare(resolving, [...path, 'prepare'], reach.interval);
  return true;
}

function reportPrepare(resolving: Resolving, path: readonly string[], interval: number): void {
  const unit = interval >= dayMilliseconds ? dayMilliseconds : 3_600_000;
  const most = formatDuration(Math.floor(interval / unit) * unit);
  reportValue(
    resolving,
    path,
    'schedule/prepare-too-long',
    `its dates are about ${most} apart, so one opens before the one before it is due`,
    `write ${most} or less`,
  );
}
