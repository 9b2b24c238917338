import type { Command } from 'commander';
import type { TeamLoad, TodayBody } from '../api/moments/today-shapes.ts';
import { counted } from '../lib/counted.ts';
import { asking } from './connect.ts';
import { Failure } from './failure.ts';
import { addWorkspace } from './options.ts';
import { paint, print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly owner?: string;
  readonly team?: boolean;
  readonly since?: string;
  readonly limit: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport today`. */
export function addToday(program: Command): void {
  const command = program
    .command('today')
    .description('What a member could do now, in order and with the reasons for it; or what everybody has to do.')
    .option('--owner <member>', 'whose day')
    .option('--team', 'everybody: load, overdue, escalated')
    .option('--since <instant>', 'changes since then; else since their yesterday began')
    .option('--limit <count>', 'how much of the list', '20')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExamples:\n  rapport today --owner anna\n  rapport today --team --json');
  addWorkspace(command).action(async (options: Options) => {
    const { owner, team, since, limit, json } = options;
    if ((owner === undefined) === (team !== true)) throw new Failure('Say whose day with --owner, or --team.', 2);
    if (owner === undefined) {
      const load = await asking(options, (client) => client.request<TeamLoad>('GET', '/api/today/team'));
      if (json) printJson(load, 2);
      else print(teamTable(load));
      return;
    }
    const query = new URLSearchParams({ owner, limit, ...(since === undefined ? {} : { since }) });
    const today = await asking(options, (client) => client.request<TodayBody>('GET', `/api/today?${query.toString()}`));
    if (json) printJson(today, 2);
    else show(today);
  });
}

function show({ owner, minutes, total, overdue, snoozed, data, changes, assumptions }: TodayBody): void {
  if (total === 0) print(`Nothing needs ${owner.name} now.`);
  else
    print(
      `${owner.name}: ${total} open, ${overdue} overdue; ${minutes.left} of ${counted(minutes.week, 'minute')} left this week`,
    );
  let part = '';
  for (const one of data) {
    if (one.part !== part) print(['', paint('bold', titles[one.part], process.stdout)]);
    ({ part } = one);
    const { occurrence } = one;
    const due = occurrence.dueAt === null ? '' : `  due ${occurrence.dueAt.slice(0, 16).replace('T', ' ')}`;
    print(`${String(one.rank).padStart(3)}  ${one.account.name || one.account.id}: ${occurrence.label}${due}`);
    const lines = [occurrence.objective, one.evidence.text, ...one.reasons, one.nextStep, occurrence.id];
    for (const line of lines) if (line !== null) print(`     ${paint('dim', line, process.stdout)}`);
  }
  const changed = Object.entries({
    new: changes.new,
    done: changes.done,
    'handed to you': changes.handedToYou,
    'handed on': changes.handedOn,
  }).map(([what, { total: count }]) => `${count} ${what}`);
  print([
    '',
    `Since ${changes.since.slice(0, 16).replace('T', ' ')}: ${changed.join(', ')}${snoozed > 0 ? `; ${snoozed} put off` : ''}`,
  ]);
  for (const { text } of assumptions) say(paint('dim', text));
}

const titles = { overdue: 'Overdue', week: 'This week', later: 'Later' } as const;

function teamTable({ data, unowned }: TeamLoad): string[] {
  const rows = data.map((one) => [
    one.member,
    one.accounts,
    one.open,
    one.overdue,
    one.escalated,
    one.snoozed,
    `${one.openMinutes} of ${one.weeklyMinutes}`,
    one.away === null ? '' : `away, ${one.away.cover} stands in`,
  ]);
  const header = ['member', 'accounts', 'open', 'overdue', 'escalated', 'put off', 'minutes', ''];
  const nobody = unowned === 0 ? [] : [`${unowned} open without an owner: add a member.`];
  return [...table([header, ...rows]), ...nobody];
}
