import { Command, CommanderError } from 'commander';
import { ConfigError } from '../app/config.ts';
import { version } from '../app/open.ts';
import { DataDirectoryInUse } from '../store/embedded/lock.ts';
import { commands } from './commands.ts';
import { Failure } from './failure.ts';
import { paint, say } from './terminal.ts';

/** The whole command line. */
export function buildProgram(): Command {
  const program = new Command('rapport')
    .description('A self-hosted customer engagement engine that tells you why.')
    .version(version)
    .showSuggestionAfterError()
    .configureHelp({ sortSubcommands: false })
    .exitOverride()
    .configureOutput({ writeErr: (text) => say(text.trimEnd().split('\n')) })
    .addHelpText(
      'after',
      '\nEvery command has --help with examples. Settings come from flags or the environment: docs/reference/settings.md',
    );
  for (const add of commands) add(program);
  for (const command of program.commands) overrideExit(command);
  return program;
}

function overrideExit(command: Command): void {
  command.exitOverride().showSuggestionAfterError();
  for (const sub of command.commands) overrideExit(sub);
}

/** Runs it; returns the exit code: 0 done, 1 failed, 2 used wrongly. */
async function run(argv: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync([...argv]);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what is wrong
    if (error instanceof ConfigError) return complain([error.message], 2);
    if (error instanceof Failure) return complain(error.lines, error.exitCode);
    if (error instanceof DataDirectoryInUse) return complain([error.message], 1);
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      return complain(
        [
          'The port is taken by another program, or by a Rapport on another data directory. Choose another one: --port or RAPPORT_PORT.',
        ],
        1,
      );
    }
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return complain(told.split('\n'), 1);
  }
}

function complain([first = '', ...rest]: readonly string[], exitCode: number): number {
  if (first !== '') say([`${paint('red', 'error:')} ${first}`, ...rest]);
  return exitCode;
}

if (import.meta.main) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // `rapport … | head` has read enough
    throw error;
  });
  process.exitCode = await run(process.argv);
}
