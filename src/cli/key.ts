import { type Command, Option } from 'commander';
import type { KeySummary, NewKey } from '../api/control.ts';
import { connect } from './connect.ts';
import { addWorkspace, configOf } from './options.ts';
import { print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly kind: string;
  readonly name: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport key`. */
export function addKey(program: Command): void {
  const key = program.command('key').description('API keys: create, list, revoke.');
  const create = key
    .command('create')
    .description('Make a key and print it, and nothing else. It is shown only now.')
    .addOption(
      new Option('--kind <kind>', 'write sends events, read reads, admin does everything')
        .choices(['write', 'read', 'admin'])
        .makeOptionMandatory(),
    )
    .option('--name <text>', 'what it is for', '')
    .addHelpText(
      'after',
      '\nExamples:\n  rapport key create --kind write --name "Web shop"\n  READ_KEY=$(rapport key create --kind read)',
    );
  addWorkspace(create).action(async (options: Options) => {
    const client = await connect(configOf(options), options.workspace);
    try {
      const made = await client.request<NewKey>('POST', '/api/keys', { kind: options.kind, name: options.name });
      print(made.key);
    } finally {
      await client.close();
    }
  });
  const list = key.command('list').description('List keys, without the keys themselves.').option('--json', 'as JSON');
  addWorkspace(list).action(async (options: Options) => {
    const client = await connect(configOf(options), options.workspace);
    try {
      const { data } = await client.request<{ data: KeySummary[] }>('GET', '/api/keys');
      if (options.json) printJson(data, 2);
      else {
        const rows = data.map((one) => [
          one.id,
          one.kind,
          `${one.prefix}…`,
          one.revokedAt ? 'revoked' : 'in use',
          one.name,
        ]);
        print(table([['id', 'kind', 'begins with', 'state', 'name'], ...rows]));
      }
    } finally {
      await client.close();
    }
  });
  const revoke = key
    .command('revoke')
    .description('End a key, at once.')
    .argument('<id>', 'its id, as `rapport key list` shows it');
  addWorkspace(revoke).action(async (id: string, options: Options) => {
    const client = await connect(configOf(options), options.workspace);
    try {
      await client.request('DELETE', `/api/keys/${encodeURIComponent(id)}`);
      say(`${id} is revoked.`);
    } finally {
      await client.close();
    }
  });
}
