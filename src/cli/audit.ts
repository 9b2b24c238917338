import { type Command, InvalidArgumentError } from 'commander';
import { asking } from './connect.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly workspace: string;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface Entry {
  readonly at: string;
  readonly actor: { readonly class: string; readonly label: string };
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly cause: string;
  readonly change: unknown;
}

const mostPerPage = 1000;

/** `rapport audit`. */
export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('Who did what, newest first.')
    .option('--actor <text>', 'id, or part of the name, of who did it')
    .option('--action <name>', '`key.created`, or `key.` for all about keys')
    .option('--subject <id>', 'what was changed')
    .option('--from <instant>', 'from then on, such as 2026-06-01')
    .option('--to <instant>', 'before then')
    .option('--limit <number>', 'how many', count, 50)
    .option('--json', 'as JSON lines')
    .addHelpText(
      'after',
      '\nExamples:\n  rapport audit --action session.refused\n  rapport audit --actor ada@example.com --from 2026-06-01 --json',
    );
  addWorkspace(audit).action(async (options: Options) => {
    const { actor, action, subject, from, to, limit } = options;
    const given = Object.entries({ actor, action, subject, from, to }).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value]],
    );
    const query = new URLSearchParams([...given, ['limit', String(limit)]]);
    const { data } = await asking(options, (client) =>
      client.request<{ data: Entry[] }>('GET', `/api/audit?${query.toString()}`),
    );
    if (options.json) for (const entry of data) printJson(entry);
    else print(table([['when', 'who', 'did', 'to', 'why'], ...data.map(rowOf)]));
  });
}

function rowOf({ at, actor, action, subject, cause }: Entry): string[] {
  return [at, actor.label, action, `${subject.kind} ${subject.id}`, cause];
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > mostPerPage)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostPerPage}.`);
  return number;
}
