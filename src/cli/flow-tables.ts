import type { Conformance } from '../lab/flow/conformance.ts';
import type { FlowReport } from '../lab/flow/flow.ts';
import type { Delay } from '../lab/flow/transitions.ts';
import type { WaitingTime } from '../lab/flow/waiting-time.ts';
import { counted } from '../lib/counted.ts';
import { paint, spaced, table } from './terminal.ts';

const mostDifferences = 5;

/** The flow between moments as a person reads it. */
export function flowTables({ transitions, timeToValue, conformance }: FlowReport): readonly string[] {
  if (transitions.length === 0 && conformance.model.conformance === null)
    return [
      'Nobody has gone from one moment to the next yet: no milestone or date of this model was due in that time.',
    ];
  return spaced([
    section('From moment to moment, most days beyond the plan first', [
      ['from', 'to', 'group', 'waits', 'ended', 'median', '95 %', 'excess', ''],
      ...transitions.map((one) => [
        one.from,
        one.to,
        one.group,
        one.n,
        one.events,
        median(one),
        limits(one),
        counted(Math.round(one.excessAccountDays), 'account-day'),
        one.systemic ? 'systemic' : '',
      ]),
    ]),
    ...timeToValue.delays.map((one) => [sentenceOf(one)]),
    section(`Time to first value: ${timeToValue.moment ?? 'the model has no such moment'}`, [
      ['group', 'accounts', 'had it', 'median', '95 %'],
      ...timeToValue.groups.map((one) => [one.group, one.n, one.events, median(one), limits(one)]),
    ]),
    ...timeToValue.differences
      .slice(0, mostDifferences)
      .map(({ from, to, by, groups }) =>
        section(`${from} → ${to} takes longer for one ${by} than for another`, [
          [by, 'waits', 'median', '95 %'],
          ...groups.map((one) => [one.group, one.n, median(one), limits(one)]),
        ]),
      ),
    section('As the model says', [
      ['', 'on time', 'late', 'skipped', 'out of order', 'overdue', 'open', 'waived', 'conformance'],
      conforming('model', conformance.model),
      ...conformance.moments.map((one) => conforming(one.moment, one)),
      ...conformance.teams.map((one) => conforming(`team ${one.team}`, one)),
      ...conformance.accounts.map((one) => conforming(`account ${one.account}`, one)),
    ]),
  ]);
}

function section(title: string, rows: readonly (readonly (string | number)[])[]): string[] {
  return [paint('bold', title, process.stdout), ...table(rows)];
}

function sentenceOf({
  from,
  to,
  group,
  reasons,
  recent,
  before,
  targetDays,
  due,
  late,
  shareOfWaiting,
}: Delay): string {
  const where = group === 'all' ? '' : ` (${group})`;
  const slower = `${median(recent)} in the last half year, ${median(before)} in the year before`;
  const behind = `${late} of ${due} were not there after the ${days(targetDays)} that are planned`;
  const why = reasons.map((reason) => (reason === 'slower' ? slower : behind)).join('; ');
  return `Systemic: ${from} → ${to}${where}: ${why}. ${Math.round(shareOfWaiting * 100)} % of all waiting.`;
}

function conforming(name: string, one: Conformance): (string | number)[] {
  const share = one.conformance === null ? '–' : `${Math.round(one.conformance * 100)} %`;
  return [name, one.onTime, one.late, one.skipped, one.outOfOrder, one.overdue, one.open, one.waived, share];
}

function median({ medianDays }: WaitingTime): string {
  return medianDays === null ? 'not reached' : days(medianDays);
}

function limits({ low, high }: WaitingTime): string {
  return low === null && high === null
    ? ''
    : `${low === null ? '?' : number(low)} to ${high === null ? '?' : number(high)}`;
}

function days(count: number | null): string {
  return count === null ? '?' : `${number(count)} d`;
}

function number(count: number): string {
  return count.toFixed(1);
}
