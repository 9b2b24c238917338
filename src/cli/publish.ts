import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ModelSummary } from '../api/control.ts';
import { connect, Refusal } from './connect.ts';
import { Failure } from './failure.ts';
import { readGoodModel, sayDiagnostics } from './model-source.ts';
import { addWorkspace, configOf } from './options.ts';
import { paint, printJson, ProgressLine, say } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly note: string;
  readonly version?: string;
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport publish`. */
export function addPublish(program: Command): void {
  const command = program
    .command('publish')
    .description(
      'Publish a model: the old version stays live until the new one is ready. Or go back to an old version.',
    )
    .argument('[file]', 'model file')
    .option('--note <text>', 'why; shown in the history', '')
    .option('--back-to <version>', 'publish this old version again instead of a file')
    .option('--json', 'print the new version as JSON')
    .addHelpText(
      'after',
      `
Examples:
  rapport publish model.yaml --note "Support weighs more"
  rapport publish --back-to 3`,
    );
  addWorkspace(command).action(async (file: string | undefined, options: Options & { backTo?: string }) => {
    const { backTo } = options;
    if ((file === undefined) === (backTo === undefined))
      throw new Failure('Name a model file, or a version with --back-to.', 2);
    if (backTo !== undefined && !/^[1-9]\d{0,8}$/.test(backTo))
      throw new Failure(`"${backTo}" is not a version number.`, 2);
    const read = file === undefined ? null : readGoodModel(file);
    if (read) sayDiagnostics(read.diagnostics, read.texts);
    const client = await connect(configOf(options), options.workspace);
    const progress = new ProgressLine();
    try {
      progress.show('Publishing: filling the rollup with the events so far …');
      const { published, warnings } = await client.request<{ published: ModelSummary; warnings: string[] }>(
        'POST',
        read ? '/api/models' : `/api/models/${backTo}/publish`,
        read ? { ...read.source, note: options.note } : { note: options.note },
      );
      progress.end();
      if (options.json) printJson(published);
      else
        say(
          `${paint('green', 'published')}  ${published.name}, version ${published.version}. Every account is being scored by it now.`,
        );
      for (const warning of warnings) say(`${paint('yellow', 'warning')}  ${warning}`);
      await sleep(0);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) throw new Failure(`There is no version ${backTo}.`);
      throw error;
    } finally {
      progress.end();
      await client.close();
    }
  });
}
