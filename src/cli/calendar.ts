import type { Command } from 'commander';
import { asking } from './connect.ts';
import { Failure } from './failure.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, say } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly member?: string;
  readonly account?: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport calendar`. */
export function addCalendar(program: Command): void {
  const calendar = program
    .command('calendar')
    .description('Secret addresses of calendars, for Outlook, Google and Apple: create, revoke.');
  const create = whose(
    calendar
      .command('create')
      .description('Make an address and print it, and nothing else. It is shown only now; an earlier one ends.'),
  );
  create.option('--json', 'as JSON').addHelpText('after', '\nExample:\n  rapport calendar create --member anna');
  addWorkspace(create).action(async (options: Options) => {
    const path = pathOf(options);
    const made = await asking(options, (client) => client.request<{ url: string }>('POST', path));
    if (options.json) printJson(made);
    else print(made.url);
  });
  const revoke = whose(calendar.command('revoke').description('End an address, at once.'));
  addWorkspace(revoke).action(async (options: Options) => {
    const path = pathOf(options);
    await asking(options, (client) => client.request('DELETE', path));
    say('The address is worth nothing any more.');
  });
}

function whose(command: Command): Command {
  return command
    .option('--member <id>', 'the calendar of a member: what is theirs')
    .option('--account <id>', 'the calendar of an account');
}

function pathOf({ member, account }: Options): string {
  if (member !== undefined && account === undefined) return `/api/members/${encodeURIComponent(member)}/calendar`;
  if (account !== undefined && member === undefined) return `/api/accounts/${encodeURIComponent(account)}/calendar`;
  throw new Failure('Say whose calendar: --member or --account.', 2);
}
