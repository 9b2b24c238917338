import type { Cause, Reason } from '../moments/journey.ts';
import { instantText, offsetText } from './instant.ts';
import type { SeenChange, SeenOccurrence } from './world.ts';

/** The history of an occurrence: what it came to at each instant, and because of what. `events` names events by id. */
export function historyLines(
  { history, dueAt }: SeenOccurrence,
  start: number,
  events: ReadonlyMap<string, string>,
): readonly string[] {
  return history.map((change, index) => {
    const due = index === 0 && dueAt !== null ? `, due ${offsetText(dueAt, start)}` : '';
    return `${instantText(change.at, start)}  ${changeText(change, history[index - 1])}${due}: ${reasonText(change.reason, start, events)}`;
  });
}

function changeText({ from, to, escalation, snoozedUntil }: SeenChange, before: SeenChange | undefined): string {
  if (from !== to) return from === null ? to : `${from} → ${to}`;
  if (escalation !== (before?.escalation ?? 0)) return `escalated (step ${escalation})`;
  return snoozedUntil !== (before?.snoozedUntil ?? null) ? (snoozedUntil === null ? 'woken' : 'snoozed') : to;
}

function reasonText(reason: Reason | Cause, start: number, events: ReadonlyMap<string, string>): string {
  switch (reason.kind) {
    case 'event':
      return `the event ${events.get(reason.event) ?? reason.event}`;
    case 'condition':
      return 'cycle' in reason ? `its condition holds since ${offsetText(reason.at, start)}` : 'its condition';
    case 'deadline':
      return 'its deadline passed';
    case 'escalation':
      return 'it was overdue';
    case 'snooze':
      return 'its snooze ended';
    case 'person':
      return `${reason.member}${reason.note === '' ? '' : ` (${reason.note})`}`;
    case 'hand':
      return `opened by ${reason.by}`;
    case 'phase':
      return 'at' in reason
        ? `the phase ${reason.phase} started ${offsetText(reason.at, start)}`
        : `the phase is ${reason.phase ?? 'none'}`;
    case 'date':
      return `its date, ${reason.local.slice(0, 16).replace('T', ' ')} on their clock`;
    case 'absence':
      return `silence since ${offsetText(reason.since, start)}`;
    case 'segment':
      return 'the account changed its segment';
    case 'schedule':
      return 'its date is not one of the schedule any more';
    case 'model':
      return `model version ${reason.version}`;
    case 'policy':
      return 'the contact policy held it back';
    case 'notWithin':
      return `notWithin ${reason.moment}`;
  }
}
