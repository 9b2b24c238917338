import { type Command, InvalidArgumentError, Option } from 'commander';
import type { MemberBody } from '../api/team/shapes.ts';
import { asking } from './connect.ts';
import { addMemberLinks } from './member-links.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly json?: boolean;
  readonly workspace: string;
}

interface Fields extends Options {
  readonly name?: string;
  readonly email?: string;
  readonly role?: string;
  readonly timezone?: string;
  readonly region?: string;
  readonly weeklyMinutes?: number;
  readonly mostAccounts?: number | null;
}

/** `rapport member`. */
export function addMemberCommand(program: Command): void {
  const member = program.command('member').description('The members of the team: list, add, change, deactivate.');
  addList(member);
  const add = fields(member.command('add').description('Add a member.').argument('<id>', 'short name, such as anna'));
  add.addHelpText(
    'after',
    '\nExample:\n  rapport member add anna --name "Anna Berg" --role manager --timezone Europe/Berlin --weekly-minutes 1200',
  );
  addWorkspace(add).action(async (id: string, options: Fields) => {
    const body = { id, ...fieldsOf(options), name: options.name ?? id };
    const made = await asking(options, (client) => client.request<MemberBody>('POST', '/api/members', body));
    if (options.json) printJson(made);
    else say(`${made.name} is in the team as ${made.id}.`);
  });
  const change = fields(
    member.command('change').description('Change a member; what is open finds its owner anew.').argument('<id>'),
  );
  addWorkspace(change).action((id: string, options: Fields) => patch(id, fieldsOf(options), 'is changed', options));
  addActivity(member);
  addMemberLinks(member);
}

function addList(member: Command): void {
  const list = member.command('list').description('List members, with what they hold.').option('--json', 'as JSON');
  addWorkspace(list).action(async (options: Options) => {
    const { data } = await asking(options, (client) => client.request<{ data: MemberBody[] }>('GET', '/api/members'));
    if (options.json) printJson(data, 2);
    else {
      const rows = data.map((one) => [
        one.id,
        one.name,
        one.active ? one.role : 'deactivated',
        one.timezone,
        one.region,
        one.accounts,
        `${one.openMinutes} of ${one.weeklyMinutes}`,
      ]);
      print(table([['id', 'name', 'role', 'time zone', 'region', 'accounts', 'open minutes'], ...rows]));
    }
  });
}

function addActivity(member: Command): void {
  const deactivate = member
    .command('deactivate')
    .description('Their roles end and others get what is open; history keeps naming them.')
    .argument('<id>')
    .option('--json', 'as JSON');
  addWorkspace(deactivate).action((id: string, options: Options) =>
    patch(id, { active: false }, 'is deactivated; what was theirs has found somebody else', options),
  );
  const activate = member
    .command('activate')
    .description('Make a member active again.')
    .argument('<id>')
    .option('--json', 'as JSON');
  addWorkspace(activate).action((id: string, options: Options) => patch(id, { active: true }, 'is active', options));
}

async function patch(id: string, body: object, said: string, options: Options): Promise<void> {
  const changed = await asking(options, (client) =>
    client.request<MemberBody>('PATCH', `/api/members/${encodeURIComponent(id)}`, body),
  );
  if (options.json) printJson(changed);
  else say(`${changed.name} ${said}.`);
}

function fields(command: Command): Command {
  return command
    .option('--name <text>')
    .option('--email <address>')
    .addOption(new Option('--role <role>', 'in the workspace').choices(['admin', 'manager', 'member', 'viewer']))
    .option('--timezone <zone>', 'such as Europe/Berlin')
    .option('--region <region>', 'as the trait `region` of accounts has it')
    .option('--weekly-minutes <count>', 'minutes a week for occurrences', wholeNumber)
    .option('--most-accounts <count>', 'how many accounts pools may give, or none', (text: string) =>
      text === 'none' ? null : wholeNumber(text),
    )
    .option('--json', 'as JSON');
}

function fieldsOf(options: Fields): object {
  const { name, email, role, timezone, region, weeklyMinutes, mostAccounts } = options;
  return { name, email, role, timezone, region, weeklyMinutes, mostAccounts };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
