import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { PoolBody, RoleBody, RoleImportReport } from '../api/team/shapes.ts';
import { counted } from '../lib/counted.ts';
import { asking, Refusal } from './connect.ts';
import { Failure } from './failure.ts';
import { addWorkspace } from './options.ts';
import { print, printJson, say, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport role`. */
export function addRoleCommand(program: Command): void {
  const role = program.command('role').description('Who does what for which account: list, give, end, import.');
  const list = role.command('list').description('Who holds or held roles for an account.').argument('<account>');
  addWorkspace(list.option('--json', 'as JSON')).action(async (account: string, options: Options) => {
    const { data } = await asking(options, (client) => client.request<{ data: RoleBody[] }>('GET', pathOf(account)));
    show(data, options);
  });
  const give = role.command('give').description('Give a role to a member; what is open goes along.');
  give.argument('<account>').argument('<role>').argument('<member>').option('--json', 'as JSON');
  give.addHelpText('after', '\nExample:\n  rapport role give acme csm anna');
  addWorkspace(give).action(async (account: string, name: string, member: string, options: Options) => {
    const path = `${pathOf(account)}/${encodeURIComponent(name)}`;
    const { data } = await asking(options, (client) => client.request<{ data: RoleBody[] }>('PUT', path, { member }));
    show(data, options);
  });
  const end = role.command('end').description('End a role for an account; its pool may give it to somebody.');
  end.argument('<account>').argument('<role>').option('--json', 'as JSON');
  addWorkspace(end).action(async (account: string, name: string, options: Options) => {
    const path = `${pathOf(account)}/${encodeURIComponent(name)}`;
    const { data } = await asking(options, (client) => client.request<{ data: RoleBody[] }>('DELETE', path));
    show(data, options);
  });
  addImport(role);
}

function addImport(role: Command): void {
  const command = role
    .command('import')
    .description('Give the roles of many accounts from a CSV file; with one mistake in it, none.')
    .argument('<file>', 'columns account, role, member; an empty member ends the role')
    .option('--dry-run', 'check only')
    .option('--json', 'as JSON');
  addWorkspace(command).action(async (file: string, options: Options & { dryRun?: boolean }) => {
    if (!existsSync(file)) throw new Failure(`There is no file ${file}.`, 2);
    const body = { csv: readFileSync(file, 'utf8'), dryRun: options.dryRun ?? false };
    const report = await asking(options, (client) =>
      client.request<RoleImportReport>('POST', '/api/roles/import', body).catch((error: unknown) => {
        throw withLines(error);
      }),
    );
    if (options.json) printJson(report);
    else
      say(
        `${counted(report.rows, 'row')}: ${report.changed} ${report.dryRun ? 'would change' : 'changed'}, ${counted(report.unchanged, 'was', 'were')} so already.`,
      );
  });
}

/** Every mistake of the file, one a line. */
function withLines(error: unknown): unknown {
  const mistakes = error instanceof Refusal ? error.problem.mistakes : undefined;
  if (mistakes === undefined) return error;
  return new Failure([...mistakes.map(({ line, message }) => `line ${line}: ${message}`), 'Nothing was changed.']);
}

/** `rapport pool`. */
export function addPoolCommand(program: Command): void {
  const pool = program.command('pool').description('Who shares the accounts that nobody holds a role for: list, set.');
  const list = pool.command('list').description('List pools.').option('--json', 'as JSON');
  addWorkspace(list).action(async (options: Options) => {
    const { data } = await asking(options, (client) => client.request<{ data: PoolBody[] }>('GET', '/api/pools'));
    if (options.json) printJson(data, 2);
    else print(table([['role', 'members'], ...data.map(({ role, members }) => [role, members.join(', ')])]));
  });
  const set = pool.command('set').description('Set the members of the pool of a role; none ends it.');
  set.argument('<role>').argument('[members...]').option('--json', 'as JSON');
  set.addHelpText('after', '\nExample:\n  rapport pool set csm anna kim');
  addWorkspace(set).action(async (role: string, members: string[], options: Options) => {
    const path = `/api/pools/${encodeURIComponent(role)}`;
    const made = await asking(options, (client) => client.request<PoolBody>('PUT', path, { members }));
    if (options.json) printJson(made);
    else say(made.members.length === 0 ? `${role} has no pool.` : `${role} is shared by ${made.members.join(', ')}.`);
  });
}

function pathOf(account: string): string {
  return `/api/accounts/${encodeURIComponent(account)}/roles`;
}

function show(roles: readonly RoleBody[], options: Options): void {
  if (options.json) printJson(roles, 2);
  else {
    const rows = roles.map((one) => [one.role, one.member, one.since, one.until ?? 'now', one.givenBy]);
    print(table([['role', 'member', 'since', 'until', 'given by'], ...rows]));
  }
}
