import { type Command, Option } from 'commander';
import type { OccurrenceBody, OccurrenceDetail } from '../api/moments/shapes.ts';
import { asking } from './connect.ts';
import { addWorkspace } from './options.ts';
import { paint, print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly json?: boolean;
  readonly workspace: string;
}

interface ActOptions extends Options {
  readonly note?: string;
  readonly by?: string;
  readonly interaction?: string;
  readonly event?: string;
  readonly until?: string;
  readonly for?: string;
  readonly to?: string;
}

/** `rapport occurrence`. */
export function addOccurrenceCommand(program: Command): void {
  const occurrence = program
    .command('occurrence')
    .description('What should happen with accounts: list, show, complete, skip, snooze, assign, reopen.');
  addList(occurrence);
  addShow(occurrence);
  const complete = act(occurrence, 'complete', 'Say that it is done.')
    .option('--note <text>', 'what came of it')
    .option('--interaction <text>', 'write the contact down as an event of the account')
    .option('--event <name>', 'the name of that event, such as one of the catalog');
  complete.addHelpText(
    'after',
    '\nExample:\n  rapport occurrence complete ID --by anna --note "Agreed on the metric" --interaction "They want fewer cases"',
  );
  act(occurrence, 'skip', 'Say that it will not be done, and why.').requiredOption('--note <text>', 'why');
  act(occurrence, 'snooze', 'Put it out of sight for a while.')
    .option('--note <text>', 'why')
    .option('--for <duration>', 'such as 3d')
    .option('--until <instant>', 'ISO 8601, or a date');
  act(occurrence, 'assign', 'Hand it over to a member.').requiredOption('--to <member>').option('--note <text>', 'why');
  act(occurrence, 'reopen', 'Open it again.').option('--note <text>', 'why');
}

function addList(occurrence: Command): void {
  const list = occurrence
    .command('list')
    .description('List occurrences by deadline.')
    .option('--owner <member>')
    .option('--account <id>')
    .option('--moment <id>')
    .addOption(
      new Option('--state <states...>', 'else those that are open').choices([
        'planned',
        'open',
        'done',
        'missed',
        'skipped',
        'cancelled',
      ]),
    )
    .option('--overdue', 'only those whose deadline has passed')
    .option('--snoozed', 'only those that were put off')
    .option('--due-before <instant>')
    .option('--limit <count>', 'rows', '100')
    .option('--json', 'as JSON');
  addWorkspace(list).action(async (options: Options) => {
    const query = new URLSearchParams({ limit: String(options['limit']) });
    for (const name of ['owner', 'account', 'moment'] as const)
      if (typeof options[name] === 'string') query.set(name, options[name]);
    for (const name of ['overdue', 'snoozed'] as const) if (options[name] === true) query.set(name, 'true');
    if (typeof options['dueBefore'] === 'string') query.set('dueBefore', options['dueBefore']);
    for (const state of (options['state'] as string[] | undefined) ?? ['open']) query.append('state', state);
    const { data, total } = await asking(options, (client) =>
      client.request<{ data: OccurrenceBody[]; total: number }>('GET', `/api/occurrences?${query.toString()}`),
    );
    if (options.json) printJson(data, 2);
    else {
      print(occurrenceTable(data));
      if (data.length < total) say(paint('dim', `${data.length} of ${total}; --limit shows more`));
    }
  });
}

function addShow(occurrence: Command): void {
  const show = occurrence.command('show').description('One occurrence: why it is there, and its history.');
  show.argument('<id>').option('--json', 'as JSON');
  addWorkspace(show).action(async (id: string, options: Options) => {
    const one = await asking(options, (client) => client.request<OccurrenceDetail>('GET', pathOf(id)));
    if (options.json) printJson(one, 2);
    else print(told(one));
  });
}

function act(occurrence: Command, kind: string, description: string): Command {
  const command = occurrence.command(kind).description(description).argument('<id>');
  command.option('--by <member>', 'who acts').option('--json', 'as JSON');
  return addWorkspace(command).action(async (id: string, options: ActOptions) => {
    const { note, by, until, to, interaction, event } = options;
    const contact = interaction === undefined && event === undefined ? undefined : { text: interaction, event };
    const body = { kind, note, by, until, for: options.for, to, interaction: contact };
    const one = await asking(options, (client) => client.request<OccurrenceDetail>('POST', `${pathOf(id)}/acts`, body));
    if (options.json) printJson(one, 2);
    else say(`${one.label} for ${one.accountName || one.account}: ${stateOf(one)}.`);
  });
}

function pathOf(id: string): string {
  return `/api/occurrences/${encodeURIComponent(id)}`;
}

function stateOf(one: OccurrenceBody): string {
  if (one.snoozedUntil !== null) return `out of sight until ${one.snoozedUntil}`;
  return `${one.state}${one.owner === null ? '' : `, ${one.owner}`}`;
}

/** Occurrences with what one needs to choose among them. */
export function occurrenceTable(some: readonly OccurrenceBody[]): string[] {
  const rows = some.map((one) => [
    one.id,
    one.accountName || one.account,
    one.label,
    one.state,
    one.dueAt?.slice(0, 16).replace('T', ' ') ?? '',
    one.overdue ? `overdue${one.escalation > 0 ? `, escalated ${one.escalation}` : ''}` : '',
    one.owner ?? '',
  ]);
  return table([['id', 'account', 'moment', 'state', 'due', '', 'owner'], ...rows]);
}

function told(one: OccurrenceDetail): string[] {
  const { appeals, evidence, history } = one;
  const named = [
    ['ethos', appeals.ethos] as const,
    ['pathos', appeals.pathos] as const,
    ['logos', appeals.logos] as const,
  ];
  return [
    `${one.label} for ${one.accountName || one.account}: ${stateOf(one)}`,
    ...(one.objective === null ? [] : [one.objective]),
    '',
    evidence.text,
    ...named.flatMap(([name, text]) => (text === null ? [] : [`${name}: ${text}`])),
    `next: ${one.nextStep}`,
    '',
    ...table(
      history.map((change) => [
        change.at,
        change.to,
        change.owner ?? '',
        change.reason?.kind ?? '',
        [change.reason?.['member'], change.reason?.['note']].filter((part) => typeof part === 'string').join(': '),
      ]),
    ),
  ];
}
