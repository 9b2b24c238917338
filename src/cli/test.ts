import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Diagnostic } from '../model/diagnostics.ts';
import { InProcess } from '../scenarios/in-process.ts';
import { readScenarios } from '../scenarios/read.ts';
import { failedLines, resultOf } from '../scenarios/report.ts';
import { runScenario, type ScenarioResult } from '../scenarios/run.ts';
import type { ScenarioFile } from '../scenarios/scenario.ts';
import { counted } from '../lib/counted.ts';
import { Failure } from './failure.ts';
import { sayDiagnostics } from './model-source.ts';
import { openScenarioEngines } from './scenario-engines.ts';
import { paint, printJson, ProgressLine, say } from './terminal.ts';

interface Options {
  readonly engine?: boolean;
  readonly json?: boolean;
}

/** `rapport test`. */
export function addTest(program: Command): void {
  program
    .command('test')
    .description('Play the scenarios of models: what should happen when, without waiting for it.')
    .argument('<files...>', 'files of scenarios')
    .option('--engine', 'on the real engines, started for this in a temporary folder, instead of in process')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `
Examples:
  rapport test models/b2b-saas.test.yaml
  rapport test models/*.test.yaml --engine
  rapport test model.test.yaml --json | jq '.scenarios[] | select(.passed | not)'

Exit code 0: all passed; 1: some failed, or a file has errors.`,
    )
    .action((files: string[], options: Options) => test(files, options));
}

async function test(files: readonly string[], { engine = false, json = false }: Options): Promise<void> {
  const texts = new Map<string, string>();
  const read = files.map((file) =>
    readScenarios(file, (path) => {
      const text = readFileSync(path, 'utf8');
      texts.set(path, text);
      return text;
    }),
  );
  const diagnostics = read.flatMap((one) => one.diagnostics);
  const good = read.flatMap(({ scenarios }) => scenarios ?? []);
  if (good.length < read.length) return refuse(diagnostics, texts, json);
  if (!json) sayDiagnostics(diagnostics, texts);
  const results = await play(good, engine, (result) => {
    if (!json && result.failures.length > 0) say(failedLines(result, paint));
  });
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const passed = results.length - failed;
  if (json) printJson({ ok: failed === 0, diagnostics, passed, failed, scenarios: results.map(resultOf) }, 2);
  else say(summary(passed, failed));
  if (failed > 0) throw new Failure('');
}

function refuse(diagnostics: readonly Diagnostic[], texts: ReadonlyMap<string, string>, json: boolean): never {
  if (json) printJson({ ok: false, diagnostics, passed: 0, failed: 0, scenarios: [] }, 2);
  else sayDiagnostics(diagnostics, texts);
  throw new Failure(json ? '' : 'No scenario was played: mend the files first.');
}

/** Plays all scenarios, in their order. */
async function play(
  files: readonly ScenarioFile[],
  engine: boolean,
  told: (result: ScenarioResult) => void,
): Promise<readonly ScenarioResult[]> {
  const line = new ProgressLine();
  const engines = engine ? await openScenarioEngines((step) => line.show(`${step} …`)) : null;
  const results: ScenarioResult[] = [];
  try {
    for (const file of files) {
      const { model } = file;
      for (const scenario of file.scenarios) {
        line.show(scenario.name);
        const result =
          engines === null
            ? await runScenario(model, scenario, new InProcess(model, scenario))
            : await engines.play(file, scenario);
        line.end();
        told(result);
        results.push(result);
      }
    }
  } finally {
    line.end();
    await engines?.close();
  }
  return results;
}

function summary(passed: number, failed: number): string {
  if (failed === 0) return paint('green', `${counted(passed, 'scenario')} passed, 0 failed`);
  return `${counted(passed, 'scenario')} passed, ${paint('red', `${failed} failed`)}`;
}
