import type { Command } from 'commander';
import { askingRunning } from './connect.ts';
import { addWorkspace } from './options.ts';
import { print } from './terminal.ts';

/** `rapport sign-in-link`. */
export function addSignInLink(program: Command): void {
  const command = program
    .command('sign-in-link')
    .description('Print a link that lets its holder in as a new admin of a workspace. It works once, within a day.')
    .addHelpText(
      'after',
      '\nFor whoever runs Rapport: the first admin, or when nobody else can sign in. Others are invited.\n\nExample:\n  rapport sign-in-link',
    );
  addWorkspace(command).action(async (options: Record<string, unknown> & { workspace: string }) => {
    const { link } = await askingRunning(options, (client) =>
      client.request<{ link: string }>('POST', '/api/sign-in-link'),
    );
    print(link);
  });
}
