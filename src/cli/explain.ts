import type { Command } from 'commander';
import { parseInstant } from '../api/contract.ts';
import { compile } from '../compile/compile.ts';
import { explain } from '../compile/explain.ts';
import { systemClock } from '../lib/clock.ts';
import { Failure } from './failure.ts';
import { readGoodModel } from './model-source.ts';
import { paint, print, printJson } from './terminal.ts';

/** `rapport explain`. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('Print the SQL that a model becomes, with the model line above each column.')
    .argument('<file>', 'model file')
    .option('--as-of <instant>', 'as of when (ISO 8601), else now')
    .option('--json', 'print sections as JSON: title, sql, params')
    .addHelpText(
      'after',
      `
Examples:
  rapport explain model.yaml
  rapport explain model.yaml --as-of 2026-06-01T00:00:00Z | less`,
    )
    .action((file: string, options: { asOf?: string; json?: boolean }) => {
      const { model } = readGoodModel(file);
      if (!model) return;
      const sections = explain(compile(model), instantOf(options.asOf, systemClock.now()));
      if (options.json) printJson(sections, 2);
      else {
        for (const { title, sql, params } of sections) {
          print([paint('bold', `-- ${title}`, process.stdout), ...sql.split('\n')]);
          for (const [name, value] of Object.entries(params))
            print(paint('dim', `-- {${name}} = ${JSON.stringify(value)}`, process.stdout));
          print('');
        }
      }
    });
}

/** An instant from the command line; a wrong one is a mistake in usage. */
export function instantOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  throw new Failure(
    `"${text}" is not an instant. Write it like 2026-06-01T00:00:00Z or 2026-06-01 (midnight, UTC).`,
    2,
  );
}
