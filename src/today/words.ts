import { counted } from '../lib/counted.ts';
import type { Ranked } from './rank.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Why something stands where it stands, in words and numbers: one sentence for each factor. */
export function reasonsFor(
  { candidate, part, factors, waitsFor, minutesLeft }: Ranked,
  { now, escalation, labelOf }: { now: number; escalation: number; labelOf: (id: string) => string },
): readonly string[] {
  if (part === 'overdue') {
    const late = spanOf(now - (candidate.dueAt ?? now));
    const escalated = escalation === 0 ? '' : `, escalated ${escalation === 1 ? 'once' : `${escalation} times`}`;
    return [`Overdue by ${late}${escalated}: what is overdue comes first, the oldest deadline before the others.`];
  }
  const { value, valueAssumed, risk, valueAtRisk, urgency, effect, gain, gainPerMinute } = factors;
  const score = candidate.score === null ? 'its score is not known' : `score ${Math.round(candidate.score)}`;
  const due = candidate.dueAt === null ? 'No deadline' : `Due in ${spanOf(candidate.dueAt - now)}`;
  return [
    `${grouped(valueAtRisk)} at risk: ${grouped(value)} a year${valueAssumed ? ' (assumed, nobody has told it)' : ''} × ${percent(risk)} (${score}).`,
    `${due}: urgency ${urgency.toFixed(2)}.`,
    `An action is assumed to take away ${percent(effect)} of the risk: ${grouped(gain)} in ${counted(candidate.minutes, 'minute')}, ${gainPerMinute.toPrecision(3)} a minute.`,
    placeOf(part, waitsFor, minutesLeft, labelOf),
  ];
}

function placeOf(
  part: Ranked['part'],
  waitsFor: Ranked['waitsFor'],
  minutesLeft: number,
  labelOf: (id: string) => string,
): string {
  if (waitsFor !== null) {
    const other =
      waitsFor.id === null ? 'we contacted them within the last week' : `${labelOf(waitsFor.id)} comes first`;
    return `It can wait: of ourselves we contact an account once a week, and ${other}.`;
  }
  const left = Math.max(0, Math.round(minutesLeft));
  const fits = part === 'week' ? 'It fits' : 'It does not fit';
  return `${fits} into the ${counted(left, 'minute that is', 'minutes that are')} left this week.`;
}

function spanOf(ms: number): string {
  if (ms < 2 * hourMs) return counted(Math.round(ms / 60_000), 'minute');
  return ms < 2 * dayMs ? counted(Math.round(ms / hourMs), 'hour') : counted(Math.round(ms / dayMs), 'day');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function grouped(amount: number): string {
  return amount.toLocaleString('en', { maximumFractionDigits: amount < 10 ? 2 : 0 });
}
