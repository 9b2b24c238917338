import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { MappingProblem } from '../ingest/import/mapping.ts';
import type { ImportProgress, ImportReport } from '../ingest/import/report.ts';
import { counted } from '../lib/counted.ts';
import { formatDuration } from '../lib/duration.ts';
import { connect } from './connect.ts';
import { Failure } from './failure.ts';
import { addWorkspace, configOf } from './options.ts';
import { paint, print, printJson, ProgressLine, say } from './terminal.ts';

interface Options extends Record<string, unknown> {
  readonly mapping: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly failed: string;
  readonly workspace: string;
}

type Line =
  | { progress: ImportProgress }
  | { report: ImportReport }
  | { problems: MappingProblem[] }
  | { failed: string };

/** `rapport import`. */
export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description('Bring history from CSV, JSONL and Parquet files. Running it again changes nothing.')
    .argument('<files...>', 'files and folders')
    .requiredOption('--mapping <file>', 'what the columns mean; shipped ones: oulad, ravenstack')
    .option('--dry-run', 'show the rows as the events they become; store nothing')
    .option('--failed <file>', 'where rows that failed are listed with line, column and reason', 'failed.csv')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
Examples:
  rapport import events.csv --mapping mapping.yaml --dry-run
  rapport import ../data/oulad --mapping oulad`,
    );
  addWorkspace(command).action(async (files: string[], options: Options) => {
    const missing = files.filter((file) => !existsSync(file));
    if (missing.length > 0) throw new Failure(`There is no file ${missing.join(', ')}.`, 2);
    const client = await connect(configOf(options), options.workspace);
    const progress = new ProgressLine();
    try {
      const body = {
        paths: files.map((file) => resolve(file)),
        mapping: mappingPath(options.mapping),
        dryRun: options.dryRun ?? false,
        failedFile: resolve(options.failed),
      };
      for await (const line of client.lines<Line>('POST', '/api/imports', body)) {
        if ('progress' in line) progress.show(progressText(line.progress));
        else progress.end();
        if ('problems' in line) throw new Failure(line.problems.flatMap(problemLines));
        if ('failed' in line)
          throw new Failure(`The import stopped: ${line.failed}. Run it again: it goes on where it was.`);
        if ('report' in line) show(line.report, options.json ?? false);
      }
    } finally {
      progress.end();
      await client.close();
    }
  });
}

function mappingPath(given: string): string {
  const shipped = resolve(import.meta.dirname, '../../models', `${given}.mapping.yaml`);
  return !existsSync(given) && /^[a-z0-9-]+$/.test(given) && existsSync(shipped) ? shipped : resolve(given);
}

function progressText({
  file,
  fileNumber,
  fileCount,
  rows,
  totalRows,
  rowsPerSecond,
  remaining,
  failed,
}: ImportProgress): string {
  const done = totalRows === null ? counted(rows, 'row') : `${grouped(rows)} of ${counted(totalRows, 'row')}`;
  const left = remaining === null ? '' : `, ${formatDuration(Math.ceil(remaining / 1000) * 1000)} left`;
  const wrong = failed > 0 ? `, ${grouped(failed)} failed` : '';
  return `${file} (${fileNumber}/${fileCount})  ${done}, ${grouped(Math.round(rowsPerSecond))}/s${left}${wrong}`;
}

function problemLines({ file, line, column, message, hint }: MappingProblem): string[] {
  return [`${file}:${line}:${column} ${message}`, ...(hint ? [`  hint: ${hint}`] : [])];
}

function show(report: ImportReport, json: boolean): void {
  if (json) {
    printJson(report, 2);
    return;
  }
  for (const warning of report.warnings) say(`${paint('yellow', 'note:')} ${warning}`);
  if (report.dryRun) {
    for (const { file, line, messages } of report.samples) {
      print(`${file}:${line}`);
      for (const message of messages) print(`  ${JSON.stringify(message)}`);
    }
  }
  const { rows, newEvents, alreadyThere, leftOut, failed, accounts, persons } = report;
  say(`${counted(rows, 'row')} read${leftOut > 0 ? `, ${grouped(leftOut)} left out by the mapping` : ''}`);
  say(
    report.dryRun
      ? `${counted(newEvents, 'event')} would be made`
      : `${counted(newEvents, 'event')} stored, ${counted(alreadyThere, 'was', 'were')} there already`,
  );
  if (!report.dryRun)
    say(
      `${counted(accounts.after - accounts.before, 'new account')}, ${counted(persons.after - persons.before, 'new person', 'new people')}`,
    );
  if (failed > 0)
    say(`${paint('yellow', `${grouped(failed)} failed`)}${report.failedFile ? `: see ${report.failedFile}` : ''}`);
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}
