import type { Command } from 'commander';
import { isoOf } from '../api/contract.ts';
import type { Evaluation } from '../evaluate/evaluation.ts';
import { counted } from '../lib/counted.ts';
import { systemClock } from '../lib/clock.ts';
import { type Client, connect, type ProblemBody, Refusal } from './connect.ts';
import { Failure } from './failure.ts';
import { instantOf } from './explain.ts';
import { readGoodModel } from './model-source.ts';
import { addWorkspace, configOf } from './options.ts';
import { isWatched, print, printJson, ProgressLine, say, table } from './terminal.ts';

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
      const found = new Set<string>();
      const body = { model, asOf, accounts: options.account ?? null };
      if (isWatched()) progress.show('Evaluating …');
      for await (const one of client.lines<Evaluation | { problem: ProblemBody }>('POST', '/api/evaluate', body)) {
        if ('problem' in one)
          throw new Failure(`Not everybody was evaluated: ${one.problem.detail ?? one.problem.title}`);
        if (options.json) printJson(lineOf(one));
        else
          rows.push([one.account, one.segment, one.band, one.score.toFixed(1), `${Math.round(one.coverage * 100)} %`]);
        found.add(one.account);
        if (found.size % 500 === 0 && !process.stdout.isTTY)
          progress.show(`Evaluated ${counted(found.size, 'account')} …`);
      }
      progress.end();
      if (!options.json && found.size > 0) print(table([['account', 'segment', 'band', 'score', 'coverage'], ...rows]));
      const missing = (options.account ?? []).filter((id) => !found.has(id));
      if (missing.length > 0) throw new Failure(await whyMissing(client, missing, asOf));
      if (found.size === 0) say(await whyNobody(client, asOf));
    } finally {
      progress.end();
      await client.close();
    }
  });
}

/** No account is no failure, but nobody should wonder why nothing is printed. */
async function whyNobody(client: Client, asOf: string): Promise<string> {
  const { total } = await client.request<{ total: number }>('GET', '/api/accounts?limit=1');
  return total > 0
    ? `No account was known as of ${asOf}: choose a later --as-of.`
    : `There is no account yet. Send events with a write key (rapport tail shows what comes in), or bring history with rapport import.`;
}

const mostExplained = 5;

async function whyMissing(client: Client, missing: readonly string[], asOf: string): Promise<string> {
  const reasons: string[] = [];
  for (const id of missing.slice(0, mostExplained)) reasons.push(await reasonFor(client, id, asOf));
  const more = missing.length - reasons.length;
  if (more > 0) reasons.push(`${more} more are missing.`);
  return `${reasons.join('\n')}\nrapport evaluate without --account names all there are.`;
}

async function reasonFor(client: Client, id: string, asOf: string): Promise<string> {
  try {
    const account = await client.request<{ id: string }>('GET', `/api/accounts/${encodeURIComponent(id)}`);
    return account.id === id
      ? `Account ${id} was not known as of ${asOf}.`
      : `Account ${id} was merged into ${account.id}: ask for that one.`;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return `There is no account ${id}.`;
    throw error;
  }
}

/** What is inside only is left out. */
function lineOf(evaluation: Evaluation): object {
  return { ...evaluation, audiencesByBand: undefined };
}
