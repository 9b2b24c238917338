/**
 * Does the score of models/course.yaml, unfitted, tell who will withdraw within a week?
 *
 *   node bench/oulad-auc.ts [--keep DIRECTORY] [--json]
 *
 * Imports the OULAD data set (found as the tests find it: RAPPORT_TEST_DATA) with the shipped mapping into embedded
 * stores, evaluates as of the end of day 7w − 1 for weeks w = 1…10 of each presentation, and prints the AUC against
 * withdrawal in the following seven days. Cuts and weights were chosen on 2013; 2014 is the judge.
 * Fails when the cohort is not the published one, when the pooled AUC is below 0.69, or above 0.85: that is a leak.
 * With --keep the stores stay in that directory, and the next run does not import again.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile, type CompiledModel } from '../src/compile/compile.ts';
import { backfill, ensureRollup } from '../src/evaluate/rollup.ts';
import { evaluateStream } from '../src/evaluate/evaluate.ts';
import { importFiles } from '../src/ingest/import/import.ts';
import { loadMapping } from '../src/ingest/import/mapping.ts';
import { openRows } from '../src/ingest/import/open-rows.ts';
import { storedRuns } from '../src/ingest/import/runs.ts';
import { toCell } from '../src/ingest/import/value.ts';
import { loadMessages } from '../src/ingest/loader/load-messages.ts';
import { newCounters } from '../src/ingest/reasons.ts';
import { Tail } from '../src/ingest/tail.ts';
import { areaUnderCurve } from '../src/lab/statistics/auc.ts';
import { monotonic, systemClock } from '../src/lib/clock.ts';
import { silentLog } from '../src/lib/log.ts';
import { loadModel } from '../src/model/load.ts';
import { openStores, type Stores } from '../src/store/open.ts';
import { testSettings } from '../test/support/settings.ts';

const day = 86_400_000;
const workspace = 'ws_oulad';
const starts: Readonly<Record<string, string>> = {
  '2013B': '2013-02-02',
  '2013J': '2013-10-05',
  '2014B': '2014-02-01',
  '2014J': '2014-10-04',
};
const root = join(import.meta.dirname, '..');

interface Row {
  readonly presentation: string;
  readonly week: number;
  readonly score: number;
  readonly withdraws: boolean;
}

interface Contract {
  readonly presentation: string;
  /** UTC milliseconds; before everything when the date is not published. */
  readonly enrolledAt: number;
  readonly unenrolledAt: number;
}

const { values: options } = parseArgs({
  options: { keep: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const folder = testSettings.dataSets === null ? null : join(testSettings.dataSets, 'oulad');
if (folder === null) throw new Error('Set RAPPORT_TEST_DATA to the folder that holds oulad/.');
await run(folder);

async function run(data: string): Promise<void> {
  const dataDir = options.keep ?? mkdtempSync(join(tmpdir(), 'rapport-oulad-'));
  const stores = await openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: silentLog });
  try {
    await importAll(stores, data);
    const compiled = await timed('rollup', () => prepare(stores));
    const contracts = await readContracts(stores, await undatedWithdrawals(data));
    const rows = await timed('40 evaluations', () => cohortRows(stores, compiled, contracts));
    report(rows);
  } finally {
    await stores.close();
    if (options.keep === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

async function importAll(stores: Stores, data: string): Promise<void> {
  await stores.state.everywhere((state) =>
    state
      .insertInto('workspace')
      .values({ id: workspace, slug: 'oulad', name: 'OULAD' })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  const fileName = join(root, 'models/oulad.mapping.yaml');
  const { loaded, problems } = loadMapping(readFileSync(fileName, 'utf8'), fileName);
  if (!loaded) throw new Error(JSON.stringify(problems));
  const deps = {
    events: stores.events,
    state: stores.state,
    clock: systemClock,
    log: silentLog,
    counters: newCounters(),
    tail: new Tail(),
  };
  let shownAt = Number.NEGATIVE_INFINITY;
  const imported = await timed('import', () =>
    importFiles(
      { load: (chunk) => loadMessages(deps, chunk), runs: storedRuns(stores), clock: systemClock },
      {
        workspace,
        files: [data],
        mapping: loaded,
        onProgress: ({ rows, totalRows, rowsPerSecond, remaining }) => {
          if (monotonic() - shownAt < 5_000) return;
          shownAt = monotonic();
          note(
            `  ${rows} of ${totalRows} rows, ${Math.round(rowsPerSecond)}/s, ${Math.round((remaining ?? 0) / 1000)} s left`,
          );
        },
      },
    ),
  );
  note(`  ${imported.newEvents} new events, ${imported.alreadyThere} already there, ${imported.failed} failed`);
}

async function prepare(stores: Stores): Promise<CompiledModel> {
  const { model, diagnostics } = loadModel(join(root, 'models/course.yaml'));
  if (!model) throw new Error(JSON.stringify(diagnostics));
  const compiled = compile(model);
  await ensureRollup(stores.events, workspace, [compiled]);
  await backfill(stores.events, workspace, [compiled]);
  return compiled;
}

/** The 93 withdrawals whose date is not published: nobody can say when they were lost, so they are in no cohort. */
async function undatedWithdrawals(data: string): Promise<Set<string>> {
  const key = ['code_module', 'code_presentation', 'id_student'];
  const withdrawn = await readKeyed(join(data, 'studentInfo.parquet'), [...key, 'final_result']);
  const dates = new Map(await readKeyed(join(data, 'studentRegistration.parquet'), [...key, 'date_unregistration']));
  return new Set(
    withdrawn.filter(([id, result]) => result === 'Withdrawn' && dates.get(id) === null).map(([id]) => id),
  );
}

async function readKeyed(path: string, columns: readonly string[]): Promise<[string, unknown][]> {
  const reader = await openRows(path);
  const rows: [string, unknown][] = [];
  for await (const batch of reader.read(columns, () => {})) {
    for (let i = 0; i < batch.length; i++) {
      const [module, presentation, student, value] = batch.columns.map((column) => toCell(column[batch.offset + i]));
      rows.push([[module, presentation, student].map(String).join('-'), value]);
    }
  }
  return rows;
}

async function readContracts(stores: Stores, excluded: ReadonlySet<string>): Promise<Map<string, Contract>> {
  const rows = await stores.events.query({
    name: 'bench-contracts',
    sql: `SELECT account, countIf(name = 'Enrolled') AS enrolled, countIf(name = 'Unenrolled') AS unenrolled,
                 toUnixTimestamp64Milli(maxIf(time, name = 'Enrolled')) AS enrolled_at,
                 toUnixTimestamp64Milli(maxIf(time, name = 'Unenrolled')) AS unenrolled_at
          FROM ${stores.events.table('events')} FINAL
          WHERE workspace = {workspace:String} AND name IN ('Enrolled', 'Unenrolled', 'Group')
          GROUP BY account`,
    params: { workspace },
    row: (raw): [string, Contract] => [
      String(raw['account']),
      {
        presentation: String(raw['account']).split('-')[1] ?? '',
        enrolledAt: Number(raw['enrolled']) > 0 ? Number(raw['enrolled_at']) : Number.NEGATIVE_INFINITY,
        unenrolledAt: Number(raw['unenrolled']) > 0 ? Number(raw['unenrolled_at']) : Number.POSITIVE_INFINITY,
      },
    ],
  });
  return new Map(rows.filter(([account]) => !excluded.has(account)));
}

/** One row per contract that runs at T, for the 40 instants T. */
async function cohortRows(stores: Stores, compiled: CompiledModel, contracts: Map<string, Contract>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [presentation, start] of Object.entries(starts)) {
    for (let week = 1; week <= 10; week++) {
      const asOf = Date.parse(start) + 7 * week * day;
      const request = { compiled, workspace, asOf, accounts: null, source: 'rollup' as const };
      for await (const block of evaluateStream(stores.events, request)) {
        for (const { account, score } of block) {
          const contract = contracts.get(account);
          if (contract?.presentation !== presentation) continue;
          if (contract.enrolledAt > asOf || contract.unenrolledAt <= asOf) continue;
          rows.push({ presentation, week, score, withdraws: contract.unenrolledAt <= asOf + 7 * day });
        }
      }
    }
  }
  return rows;
}

/** A low score should mean withdrawal, so the risk is the negative score. */
function auc(rows: readonly Row[]): number | null {
  return areaUnderCurve(
    rows.map(({ score }) => -score),
    rows.map(({ withdraws }) => withdraws),
  );
}

function report(rows: readonly Row[]): void {
  const year = (text: string): Row[] => rows.filter(({ presentation }) => presentation.startsWith(text));
  const weeks = Array.from({ length: 10 }, (_, index) => {
    const ofWeek = (some: readonly Row[]): Row[] => some.filter(({ week }) => week === index + 1);
    return {
      week: index + 1,
      2013: auc(ofWeek(year('2013'))),
      2014: auc(ofWeek(year('2014'))),
      all: auc(ofWeek(rows)),
    };
  });
  const positives = rows.filter(({ withdraws }) => withdraws).length;
  const pooled = { 2013: auc(year('2013')), 2014: auc(year('2014')), all: auc(rows) };
  const result = { rows: rows.length, positives, pooled, weeks };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else print(result);
  const judged = pooled[2014] ?? 0;
  if (rows.length !== 271_593 || positives !== 3_316)
    fail('The cohort is not the published one: 271,593 rows, 3,316 positives.');
  if (judged < 0.69) fail('The pooled AUC of 2014 is below 0.69.');
  if (judged > 0.85) fail('The pooled AUC of 2014 is above 0.85: something reads the future.');
}

function print({
  rows,
  positives,
  pooled,
  weeks,
}: {
  rows: number;
  positives: number;
  pooled: object;
  weeks: { week: number }[];
}): void {
  const out = [
    `${rows} rows, ${positives} withdrawals within 7 days`,
    'AUC         2013*    2014    both',
    ...weeks.map(({ week, ...rest }) => line(`week ${week}`, rest)),
    line('pooled', pooled),
    '* the cuts were chosen on 2013',
  ];
  process.stdout.write(`${out.join('\n')}\n`);
}

function line(name: string, some: object): string {
  return [name.padEnd(9), ...Object.values(some).map((value) => Number(value).toFixed(4).padStart(8))].join('');
}

function fail(reason: string): void {
  note(reason);
  process.exitCode = 1;
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = monotonic();
  const result = await work();
  note(`${name}: ${((monotonic() - started) / 1000).toFixed(1)} s`);
  return result;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
