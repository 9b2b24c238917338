import type { Command } from 'commander';
import { isoOf } from '../api/contract.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { counted } from '../lib/counted.ts';
import { systemClock } from '../lib/clock.ts';
import { connect, type ProblemBody } from './connect.ts';
import { Failure } from './failure.ts';
import { instantOf } from './explain.ts';
import { readGoodModel } from './model-source.ts';
import { addWorkspace, configOf } from './options.ts';
import { isWatched, print, printJson, ProgressLine, table } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly model?: string;
  readonly asOf?: string;
  readonly account?: string[];
  readonly json?: boolean;
  readonly workspace: string;
}

/** `rapport evaluate`. */
export function addEvaluate(program: Command): void {
  const command = program
    .command('evaluate')
    .description('Score accounts as of any instant, by the published model or by a file. Changes nothing.')
    .option('--model <file>', 'a model file; else the published model')
    .option('--as-of <instant>', 'ISO 8601, else now')
    .option('--account <id...>', 'only these accounts')
    .option('--json', 'one JSON object per account and line')
    .addHelpText(
      'after',
      `
Examples:
  rapport evaluate
  rapport evaluate --model model.yaml --as-of 2026-06-01T00:00:00Z --json
  rapport evaluate --account acme globex --json | jq .score`,
    );
  addWorkspace(command).action(async (options: Options) => {
    const model = options.model === undefined ? null : readGoodModel(options.model).source;
    const asOf = isoOf(instantOf(options.asOf, systemClock.now()));
    const client = await connect(configOf(options), options.workspace);
    const progress = new ProgressLine();
    try {
      const rows: (string | number)[][] = [];
      let count = 0;
      const body = { model, asOf, accounts: options.account ?? null };
      if (isWatched()) progress.show('Evaluating …');
      for await (const one of client.lines<Evaluation | { problem: ProblemBody }>('POST', '/api/evaluate', body)) {
        if ('problem' in one)
          throw new Failure(`Not everybody was evaluated: ${one.problem.detail ?? one.problem.title}`);
        if (options.json) printJson(lineOf(one));
        else
          rows.push([one.account, one.segment, one.band, one.score.toFixed(1), `${Math.round(one.coverage * 100)} %`]);
        count += 1;
        if (count % 500 === 0 && !process.stdout.isTTY) progress.show(`Evaluated ${counted(count, 'account')} …`);
      }
      progress.end();
      if (!options.json) print(table([['account', 'segment', 'band', 'score', 'coverage'], ...rows]));
    } finally {
      progress.end();
      await client.close();
    }
  });
}

/** What is inside only is left out. */
function lineOf(evaluation: Evaluation): object {
  return { ...evaluation, audiencesByBand: undefined };
}
