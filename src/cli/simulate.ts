import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { isoOf } from '../api/contract.ts';
import type { SimulatedOccurrence, SimulationLine } from '../api/moments/simulation.ts';
import { systemClock } from '../lib/clock.ts';
import { asking, type Client, type ProblemBody } from './connect.ts';
import { instantOf } from './explain.ts';
import { Failure } from './failure.ts';
import { readGoodModel } from './model-source.ts';
import { addWorkspace } from './options.ts';
import { SimulationReport } from './simulation-report.ts';
import { print, printJson, ProgressLine } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly from: string;
  readonly to?: string;
  readonly account?: string[];
  readonly json?: boolean;
  readonly workspace: string;
}

/** Below this a person needs no progress. */
const quietMs = 1_000;

/** `rapport simulate`. */
export function addSimulate(program: Command): void {
  const command = program
    .command('simulate')
    .description('Which moments would have opened when, had a model been published at an instant. Changes nothing.')
    .argument('<model>', 'a model file, or the name of a published model')
    .requiredOption('--from <instant>', 'when it would have been published (ISO 8601)')
    .option('--to <instant>', 'up to when, else now')
    .option('--account <id...>', 'only these accounts')
    .option('--json', 'one JSON object per occurrence and line')
    .addHelpText(
      'after',
      `
Examples:
  rapport simulate model.yaml --from 2026-01-01
  rapport simulate "B2B SaaS" --from 2026-01-01 --to 2026-04-01 --account acme
  rapport simulate model.yaml --from 2026-01-01 --json | jq -r .owner | sort | uniq -c`,
    );
  addWorkspace(command).action(async (model: string, options: Options) => {
    const from = instantOf(options.from, 0);
    const to = instantOf(options.to, systemClock.now());
    if (from >= to) throw new Failure('--to is not after --from.', 2);
    const asked = existsSync(model) ? { model: readGoodModel(model).source } : { name: publishedName(model) };
    const body = { ...asked, from: isoOf(from), to: isoOf(to), accounts: options.account ?? null, report: true };
    await asking(options, (client) => show(client, body, options.json === true));
  });
}

/** What looks like a path was meant as a file. */
function publishedName(text: string): string {
  if (/[/\\]|\.ya?ml$/i.test(text)) throw new Failure(`There is no file ${text}.`, 2);
  return text;
}

async function show(client: Client, body: object, asJson: boolean): Promise<void> {
  const report = new SimulationReport();
  const line = new ProgressLine();
  const since = systemClock.now();
  try {
    const lines = client.lines<SimulationLine | { problem: ProblemBody }>('POST', '/api/simulate', body);
    for await (const one of lines) {
      if ('problem' in one)
        throw new Failure(
          `The simulation broke off: ${one.problem.detail ?? one.problem.title ?? 'it is not known why'}`,
        );
      if ('progress' in one) {
        const { step, done, of } = one.progress;
        const what = step === 'usual' ? 'Finding what is usual' : 'Simulating';
        if (systemClock.now() - since > quietMs) line.show(`${what}: ${done} of ${of} accounts …`);
      } else if ('load' in one) report.end(one.load, one.accounts);
      else if (asJson) printJson(inOrder(one));
      else report.add(one);
    }
    line.end();
    if (!asJson) print(report.lines());
  } finally {
    line.end();
  }
}

/** The keys of a line, always in this order. */
function inOrder(one: SimulatedOccurrence): SimulatedOccurrence {
  const { account, moment, cause, openedAt, dueAt, state, doneAt, owner, escalations } = one;
  return { account, moment, cause, openedAt, dueAt, state, doneAt, owner, escalations };
}
