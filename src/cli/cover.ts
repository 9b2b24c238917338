import type { Command } from 'commander';
import type { CoverBody } from '../api/team/shapes.ts';
import { asking } from './connect.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport cover`. */
export function addCoverCommand(program: Command): void {
  const cover = program.command('cover').description('Who stands in while a member is away: list, add, end.');
  const list = cover.command('list').description('List absences that are not over.').option('--json', 'as JSON');
  addWorkspace(list).action(async (options: Options) => {
    const { data } = await asking(options, (client) => client.request<{ data: CoverBody[] }>('GET', '/api/covers'));
    if (options.json) printJson(data, 2);
    else {
      const rows = data.map((one) => [one.id, one.member, one.cover, one.from, one.until]);
      print(table([['id', 'away', 'stands in', 'from', 'until'], ...rows]));
    }
  });
  const add = cover
    .command('add')
    .description('Say who stands in for a member.')
    .argument('<member>', 'who is away')
    .argument('<cover>', 'who stands in')
    .requiredOption('--from <instant>', 'ISO 8601, or a date')
    .requiredOption('--until <instant>', 'ISO 8601, or a date')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  rapport cover add anna kim --from 2026-07-06 --until 2026-07-20');
  addWorkspace(add).action(
    async (member: string, other: string, options: Options & { from: string; until: string }) => {
      const body = { cover: other, from: options.from, until: options.until };
      const path = `/api/members/${encodeURIComponent(member)}/covers`;
      const made = await asking(options, (client) => client.request<CoverBody>('POST', path, body));
      if (options.json) printJson(made);
      else say(`${made.cover} stands in for ${made.member} from ${made.from} until ${made.until} (${made.id}).`);
    },
  );
  const end = cover.command('end').description('End an absence now, or take it back.');
  end.argument('<member>', 'who is away').argument('<id>', 'as `rapport cover list` shows it');
  addWorkspace(end).action(async (member: string, id: string, options: Options) => {
    const path = `/api/members/${encodeURIComponent(member)}/covers/${encodeURIComponent(id)}`;
    await asking(options, (client) => client.request('DELETE', path));
    say(`${member} is back.`);
  });
}
