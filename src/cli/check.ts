import type { Command } from 'commander';
import { counted } from '../lib/counted.ts';
import { Failure } from './failure.ts';
import { readModel, sayDiagnostics } from './model-source.ts';
import { paint, printJson, say } from './terminal.ts';

/** `rapport check`. */
export function addCheck(program: Command): void {
  program
    .command('check')
    .description('Check model files: everything that is wrong at once, with line, column and what could help.')
    .argument('<files...>', 'model files')
    .option('--json', 'print the diagnostics as JSON')
    .addHelpText(
      'after',
      `
Examples:
  rapport check model.yaml
  rapport check model.yaml --json

Exit code 0: no errors (there may be warnings); 1: errors.`,
    )
    .action((files: string[], { json }: { json?: boolean }) => {
      const results = files.map((file) => ({ file, ...readModel(file) }));
      const errors = results.filter(({ model }) => model === null).length;
      if (json) {
        const diagnostics = results.flatMap((result) => result.diagnostics);
        printJson({ ok: errors === 0, diagnostics }, 2);
      } else {
        for (const { file, model, diagnostics, texts } of results) {
          sayDiagnostics(diagnostics, texts);
          if (model)
            say(
              `${paint('green', 'fine')}  ${file}: ${counted(model.indicators.length, 'indicator')}, ${counted(model.measures.length, 'measure')}`,
            );
        }
      }
      if (errors > 0)
        throw new Failure(
          json ? '' : `${errors} of ${counted(files.length, 'file')} ${errors === 1 ? 'has' : 'have'} errors.`,
        );
    });
}
