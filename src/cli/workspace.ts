import type { Command } from 'commander';
import type { WorkspaceSummary } from '../api/control.ts';
import { connect } from './connect.ts';
import { addSettings, configOf, storeSettings } from './options.ts';
import { print, printJson, say, table } from './terminal.ts';

/** `rapport workspace`. */
export function addWorkspaceCommand(program: Command): void {
  const workspace = program.command('workspace').description('Workspaces, one per tenant: create, list.');
  const create = workspace
    .command('create')
    .description('Make a workspace.')
    .argument('<name>', 'short name: small letters, digits, hyphens')
    .option('--title <text>', 'as people see it')
    .addHelpText(
      'after',
      '\nExample:\n  rapport workspace create acme --title "Acme Inc."\n  rapport key create --kind admin --workspace acme',
    );
  addSettings(create, storeSettings).action(
    async (name: string, options: Record<string, unknown> & { title?: string }) => {
      const client = await connect(configOf(options), 'default');
      try {
        await client.request('POST', '/api/workspaces', { slug: name, name: options.title ?? name });
        say(`The workspace ${name} is there. Publish a model and make keys in it with --workspace ${name}.`);
      } finally {
        await client.close();
      }
    },
  );
  const list = workspace.command('list').description('List workspaces.').option('--json', 'as JSON');
  addSettings(list, storeSettings).action(async (options: Record<string, unknown> & { json?: boolean }) => {
    const client = await connect(configOf(options), 'default');
    try {
      const { data } = await client.request<{ data: WorkspaceSummary[] }>('GET', '/api/workspaces');
      if (options.json) printJson(data, 2);
      else
        print(
          table([
            ['name', 'title', 'accounts are', 'id'],
            ...data.map((one) => [one.slug, one.name, one.accountKind === 'group' ? 'companies' : 'persons', one.id]),
          ]),
        );
    } finally {
      await client.close();
    }
  });
}
