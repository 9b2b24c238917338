import type { Command } from 'commander';
import { Failure } from './failure.ts';
import { readModel, sayDiagnostics } from './model-source.ts';
import { paint, print, say } from './terminal.ts';

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
        print(JSON.stringify({ ok: errors === 0, diagnostics }, null, 2));
      } else {
        for (const { file, model, diagnostics, texts } of results) {
          sayDiagnostics(diagnostics, texts);
          if (model)
            say(
              `${paint('green', 'fine')}  ${file}: ${model.indicators.length} indicators, ${model.measures.length} measures`,
            );
        }
      }
      if (errors > 0)
        throw new Failure(
          json ? '' : `${errors} of ${files.length} ${files.length === 1 ? 'file has' : 'files have'} errors.`,
        );
    });
}
