import { type Command, Option } from 'commander';
import { roles } from '../access/roles.ts';
import { askingRunning } from './connect.ts';
import { addWorkspace } from './options.ts';
import { print, say } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly workspace: string;
}

/** `rapport member invite` and `rapport member reset-link`. */
export function addMemberLinks(member: Command): void {
  const invite = member
    .command('invite')
    .description('Invite somebody to sign in; prints the link, which works once, within seven days.')
    .argument('<email>')
    .addOption(new Option('--role <role>', 'what they may do').choices(roles).default('member'))
    .option('--name <text>', 'what they are called', '')
    .addHelpText('after', '\nExample:\n  rapport member invite anna@example.com --role manager');
  addWorkspace(invite).action(async (email: string, { role, name, ...options }: Options) => {
    const { link, mailed } = await askingRunning(options, (client) =>
      client.request<{ link: string; mailed: boolean }>('POST', '/api/invitations', { email, role, name }),
    );
    print(link);
    say(mailed ? `It is on its way to ${email} too.` : `Give it to ${email}: no mail was sent.`);
  });
  const reset = member
    .command('reset-link')
    .description('Print a link with which a member chooses a new password. It works once, within an hour.')
    .argument('<email>');
  addWorkspace(reset).action(async (email: string, options: Options) => {
    const { link } = await askingRunning(options, (client) =>
      client.request<{ link: string }>('POST', '/api/members/reset-link', { email }),
    );
    print(link);
  });
}
