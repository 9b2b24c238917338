import { createHash } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { FailedRows } from './failed.ts';
import { findFiles, findLookup, matching, shortName } from './find-files.ts';
import { importFile, type LoadChunk } from './import-file.ts';
import { hashFile } from './hash-file.ts';
import { type LookupTable, readLookup } from './lookup.ts';
import { type LoadedMapping, type MappingProblem, problem } from './mapping.ts';
import { openRows } from './open-rows.ts';
import { listOf, planRows, type RowPlan } from './plan.ts';
import { type FileReport, type ImportProgress, type ImportReport, type Sample, sumFiles } from './report.ts';
import type { RowReader } from './rows.ts';
import type { ImportRuns } from './runs.ts';

export interface ImportDeps {
  /** Loads messages exactly once per segment: the ingest loader. */
  readonly load: LoadChunk;
  readonly runs: ImportRuns;
  readonly clock: Clock;
}

export interface ImportRequest {
  readonly workspace: string;
  /** Files and folders. */
  readonly files: readonly string[];
  readonly mapping: LoadedMapping;
  /** Reads everything and loads nothing. */
  readonly dryRun?: boolean;
  /** Where failed rows are listed; null: only counted. */
  readonly failedFile?: string | null;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** The mapping and the files do not fit together; nothing was loaded. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
  readonly problems: readonly MappingProblem[];
  constructor(problems: readonly MappingProblem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'));
    this.problems = problems;
  }
}

/** One file with all that is needed to import it. */
export interface ImportJob {
  readonly path: string;
  readonly name: string;
  readonly reader: RowReader;
  readonly plan: RowPlan;
  readonly fileHash: string;
  readonly bytes: number;
}

/**
 * Imports files as a mapping says: identify, group and track messages through the same steps as ingest. Every chunk of
 * rows is a segment named after the content, so running again, or after a crash, adds nothing twice. All mapping
 * problems are found before the first row is loaded (`ImportRefused`).
 */
export async function importFiles(deps: ImportDeps, request: ImportRequest): Promise<ImportReport> {
  const dryRun = request.dryRun ?? false;
  const { jobs, mappingHash, warnings } = await prepare(request);
  const receivedAt = request.mapping.mapping.receivedAt === 'now' ? deps.clock.now() : null;
  const before = await deps.runs.known(request.workspace);
  const failed = new FailedRows(dryRun ? null : (request.failedFile ?? null));
  const meter = progressMeter(deps.clock, jobs, request.onProgress);
  const files: FileReport[] = [];
  const samples: Sample[] = [];
  try {
    for (const [number, job] of jobs.entries()) {
      meter.start(number);
      const run = { ...request, dryRun, mappingHash, receivedAt, source: `import:${request.mapping.mapping.source}` };
      const progress = (rows: number): void => meter.rows(rows, failed.count);
      const report = await importFile(deps, run, job, { failed, samples, progress });
      files.push(report);
      meter.finish(report.rows, failed.count);
    }
  } finally {
    await failed.close();
  }
  const after = dryRun ? before : await deps.runs.known(request.workspace);
  return {
    name: request.mapping.mapping.name,
    dryRun,
    files,
    ...sumFiles(files),
    failedFile: failed.count > 0 ? failed.path : null,
    accounts: { before: before.accounts, after: after.accounts },
    persons: { before: before.persons, after: after.persons },
    samples,
    warnings,
  };
}

/** Finds the files of every entry, reads the lookups and compiles all plans; throws all problems at once. */
async function prepare(
  request: ImportRequest,
): Promise<{ jobs: ImportJob[]; mappingHash: string; warnings: string[] }> {
  const { mapping: loaded } = request;
  const problems: MappingProblem[] = [];
  const files = await findFiles(request.files, (path) => {
    problems.push(problem('import/file', path, { line: 1, column: 1 }, `there is no file or folder ${path}`));
  });
  const { lookups, hashes } = await readLookups(loaded, files, problems);
  const jobs: ImportJob[] = [];
  const warnings: string[] = [];
  const taken = new Set<string>();
  for (const [index, entry] of loaded.mapping.files.entries()) {
    const matched = matching(files, listOf(entry.files));
    if (matched.length === 0) warnings.push(`no file for ${listOf(entry.files).join(', ')}`);
    for (const path of matched) {
      taken.add(path);
      const job = await prepareFile(loaded, index, path, lookups, problems);
      if (job) jobs.push(job);
      if (problems.length > 0) break; // the other files of the entry would only repeat it
    }
  }
  const lookupFiles = Object.values(loaded.mapping.lookups ?? {}).map(({ file }) => file);
  const spare = files.filter((file) => !taken.has(file) && matching([file], lookupFiles).length === 0);
  if (spare.length > 0) warnings.push(`the mapping does not use ${spare.map(shortName).join(', ')}`);
  if (jobs.length === 0 && problems.length === 0) {
    const wanted = loaded.mapping.files.flatMap((entry) => listOf(entry.files)).join(', ');
    const at = loaded.place(['files']);
    problems.push(
      problem('import/file', loaded.fileName, at, 'none of the given files is meant here', `It names ${wanted}.`),
    );
  }
  if (problems.length > 0) throw new ImportRefused(problems);
  const mappingHash = createHash('sha256').update(loaded.text).update(hashes.join()).digest('hex').slice(0, 32);
  return { jobs, mappingHash, warnings };
}

async function prepareFile(
  loaded: LoadedMapping,
  index: number,
  path: string,
  lookups: Readonly<Record<string, LookupTable>>,
  problems: MappingProblem[],
): Promise<ImportJob | null> {
  const reader = await openRows(path);
  if (reader.columns?.length === 0) {
    problems.push(
      problem('import/file', path, { line: 1, column: 1 }, 'the file is empty', 'Its first line names the columns.'),
    );
    return null;
  }
  const { hash, bytes } = await hashFile(path);
  // Two entries may read one file: each has its own runs, segments and message ids.
  const fileHash = createHash('sha256').update(`${hash}:${index}`).digest('hex').slice(0, 32);
  const planned = planRows(loaded, index, reader, lookups, fileHash);
  if ('plan' in planned) return { path, name: shortName(path), reader, plan: planned.plan, fileHash, bytes };
  problems.push(...planned.problems);
  return null;
}

async function readLookups(
  loaded: LoadedMapping,
  files: readonly string[],
  problems: MappingProblem[],
): Promise<{ lookups: Record<string, LookupTable>; hashes: string[] }> {
  const lookups: Record<string, LookupTable> = {};
  const hashes: string[] = [];
  for (const [name, { file, key, columns, all = [] }] of Object.entries(loaded.mapping.lookups ?? {})) {
    const at = loaded.place(['lookups', name, 'file']);
    const path = await findLookup(files, file);
    if (path === null) {
      problems.push(
        problem(
          'import/lookup',
          loaded.fileName,
          at,
          `lookup ${name}: there is no file ${file}`,
          'Name its folder too.',
        ),
      );
      continue;
    }
    const known = (await openRows(path)).columns?.map((column) => column.name);
    const missing = known
      ? [...listOf(key), ...columns, ...listOf(all)].filter((column) => !known.includes(column))
      : [];
    if (missing.length > 0) {
      const message = `lookup ${name}: ${file} has no column ${missing.join(', ')}`;
      problems.push(problem('import/lookup', loaded.fileName, at, message, `There is: ${known?.join(', ')}.`));
      continue;
    }
    lookups[name] = await readLookup(path, { key: listOf(key), columns, all: listOf(all) });
    hashes.push((await hashFile(path)).hash);
  }
  return { lookups, hashes };
}

interface Meter {
  start(number: number): void;
  rows(done: number, failed: number): void;
  /** A file is done, with all its rows: those that could not be read too. */
  finish(rows: number, failed: number): void;
}

/** Turns rows done into progress with a rate and the time that is left (by rows when all are known, else by bytes). */
function progressMeter(clock: Clock, jobs: readonly ImportJob[], report: ImportRequest['onProgress']): Meter {
  const started = clock.now();
  const counts = jobs.map(({ reader }) => reader.rowCount);
  const totalRows = counts.every((count) => count !== null) ? counts.reduce((sum, count) => sum + count, 0) : null;
  const totalBytes = jobs.reduce((sum, { bytes }) => sum + bytes, 0);
  let current = 0;
  let rowsBefore = 0;
  let rowsHere = 0;
  let bytesBefore = 0;
  const show = (failed: number, bytes: number): void => {
    const rows = rowsBefore + rowsHere;
    const seconds = Math.max(0.001, (clock.now() - started) / 1000);
    const share = totalRows === null ? bytes / Math.max(1, totalBytes) : rows / Math.max(1, totalRows);
    const remaining = share > 0 && share <= 1 ? Math.round((seconds * 1000 * (1 - share)) / share) : null;
    report?.({
      file: jobs[current]?.name ?? '',
      fileNumber: current + 1,
      fileCount: jobs.length,
      rows,
      totalRows,
      bytes,
      totalBytes,
      rowsPerSecond: rows / seconds,
      remaining,
      failed,
    });
  };
  return {
    start: (number) => {
      current = number;
      rowsHere = 0;
    },
    rows: (done, failed) => {
      rowsHere = done;
      show(failed, bytesBefore);
    },
    finish: (rows, failed) => {
      rowsBefore += rows;
      rowsHere = 0;
      bytesBefore += jobs[current]?.bytes ?? 0;
      show(failed, bytesBefore);
    },
  };
}
