import { CellProblem } from './emit.ts';
import { FailedRows } from './failed.ts';
import type { ImportDeps, ImportJob } from './import.ts';
import type { ImportMessage } from './message.ts';
import type { FileReport, Sample } from './report.ts';
import type { UnreadableRow } from './rows.ts';
import { type Cursor, RowProblem } from './value.ts';

/**
 * Rows of one segment. Each segment is one look at the ids of all stored events, which grows with what is stored, so
 * larger ones are faster. Memory is the price: 1.1 GB at the peak with twice as many rows that make two messages each.
 */
const chunkRows = 25_000;

/** Rows of a dry run's chunk: nothing is loaded, so messages are let go while they are young (a third less time). */
const dryChunkRows = 2_000;

/** Rows shown as the messages they become. */
const sampleRows = 3;

/** Loads one segment of messages; `rejected` names messages by their position. */
export type LoadChunk = (chunk: {
  readonly workspace: string;
  readonly source: string;
  readonly segment: string;
  readonly messages: readonly ImportMessage[];
  /** Epoch milliseconds, or null: each at its own time. */
  readonly receivedAt: number | null;
}) => Promise<{
  /** Stored now. */
  readonly accepted: number;
  /** Stored before, by this segment or another. */
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string; readonly detail: string }[];
}>;

interface Run {
  readonly workspace: string;
  readonly source: string;
  readonly mappingHash: string;
  readonly receivedAt: number | null;
  readonly dryRun: boolean;
}

interface Watchers {
  readonly failed: FailedRows;
  readonly samples: Sample[];
  /** Rows of this file that are done. */
  readonly progress: (rows: number) => void;
}

/** Messages of the rows [first, end), and the line that each came from. */
interface Chunk {
  readonly number: number;
  readonly messages: ImportMessage[];
  readonly lines: number[];
  end: number;
}

interface Tally {
  rows: number;
  leftOut: number;
  newEvents: number;
  alreadyThere: number;
  failed: number;
  readonly messages: Record<string, number>;
}

/**
 * Imports one file. What an earlier run has done is read again, so that rows that are still bad are told again, and not
 * loaded again. Chunk n+1 is made while chunk n is being loaded.
 */
export async function importFile(deps: ImportDeps, run: Run, job: ImportJob, watchers: Watchers): Promise<FileReport> {
  const key = { workspace: run.workspace, fileHash: job.fileHash, mappingHash: run.mappingHash };
  const prefix = `import:${job.fileHash}:${run.mappingHash}:`;
  const known = run.dryRun ? null : await deps.runs.find(key);
  const tally: Tally = { rows: 0, leftOut: 0, newEvents: 0, alreadyThere: 0, failed: 0, messages: {} };
  const stored = known && known.rowsDone > 0 ? await deps.runs.storedEvents(run.workspace, prefix) : 0;
  const finished = known !== null && known.finishedAt !== null;
  // If what was stored has been erased meanwhile, it is imported again.
  const resumedAfter = known && stored > 0 ? known.rowsDone : 0;
  const size = run.dryRun ? dryChunkRows : chunkRows;
  let made = 0;
  let loading: Promise<void> = Promise.resolve();
  for await (const chunk of chunksOf(job, size, tally, watchers)) {
    await loading;
    if (chunk.end <= resumedAfter) {
      made += chunk.messages.length;
      countMessages(chunk, tally);
      watchers.progress(chunk.end);
      continue;
    }
    loading = loadChunk(deps, run, job, chunk, prefix + String(chunk.number), tally, watchers);
    loading.catch(() => {}); // seen at the next await; without this Node would call it unhandled
  }
  await loading;
  if (made === stored) tally.alreadyThere += stored;
  else if (resumedAfter > 0) await loadAgain(deps, run, job, { prefix, until: resumedAfter }, tally, watchers);
  if (!run.dryRun) await deps.runs.save(key, { rowsDone: tally.rows, finishedAt: deps.clock.now(), file: job.name });
  return { file: job.name, ...tally, resumedAfter, before: finished && resumedAfter > 0 };
}

/** Not all that the done rows made is stored under their names: asks the loader again, which refuses the same ones and stores nothing twice. */
async function loadAgain(
  deps: ImportDeps,
  run: Run,
  job: ImportJob,
  { prefix, until }: { readonly prefix: string; readonly until: number },
  tally: Tally,
  { failed }: Watchers,
): Promise<void> {
  const told: Tally = { rows: 0, leftOut: 0, newEvents: 0, alreadyThere: 0, failed: 0, messages: {} };
  const silent: Watchers = { failed: new FailedRows(null), samples: [], progress: () => {} };
  for await (const chunk of chunksOf(job, chunkRows, told, silent)) {
    if (chunk.end > until) break;
    await storeChunk(deps, run, job, chunk, prefix + String(chunk.number), tally, failed);
  }
}

async function loadChunk(
  deps: ImportDeps,
  run: Run,
  job: ImportJob,
  chunk: Chunk,
  segment: string,
  tally: Tally,
  { failed, progress }: Watchers,
): Promise<void> {
  countMessages(chunk, tally);
  if (run.dryRun) {
    tally.newEvents += chunk.messages.length;
  } else {
    await storeChunk(deps, run, job, chunk, segment, tally, failed);
    const key = { workspace: run.workspace, fileHash: job.fileHash, mappingHash: run.mappingHash };
    await deps.runs.save(key, { rowsDone: chunk.end, finishedAt: null, file: job.name });
  }
  progress(chunk.end);
}

function countMessages({ messages }: Chunk, tally: Tally): void {
  for (const message of messages) {
    const name = message.type === 'track' ? message.event : message.type === 'group' ? 'Group' : 'Identify';
    tally.messages[name] = (tally.messages[name] ?? 0) + 1;
  }
}

async function storeChunk(
  deps: ImportDeps,
  { workspace, source, receivedAt }: Run,
  job: ImportJob,
  { messages, lines }: Chunk,
  segment: string,
  tally: Tally,
  failed: FailedRows,
): Promise<void> {
  if (messages.length === 0) return;
  const report = await deps.load({ workspace, source, segment, messages, receivedAt });
  tally.newEvents += report.accepted;
  tally.alreadyThere += report.duplicates;
  for (const { index, reason, detail } of report.rejected) {
    tally.failed++;
    const why = detail ? `${reason}: ${detail}` : reason;
    failed.add({ file: job.name, line: lines[index] ?? 0, column: '', reason: why });
  }
}

/** The rows of a file as chunks with fixed borders, so that the same chunk always holds the same rows. */
async function* chunksOf(job: ImportJob, rows: number, tally: Tally, watchers: Watchers): AsyncGenerator<Chunk> {
  const { plan, reader } = job;
  const fail = (line: number, column: string, reason: string): void => {
    tally.failed++;
    watchers.failed.add({ file: job.name, line, column, reason });
  };
  const cursor: Cursor = { columns: [], at: 0, number: 0, values: [] };
  let chunk: Chunk = newChunk(0, 0);
  let samples = 0;
  const unreadable = ({ line, reason }: UnreadableRow): void => {
    tally.rows++;
    fail(line, '', reason);
  };
  for await (const batch of reader.read(plan.columns, unreadable)) {
    cursor.columns = batch.columns;
    for (let i = 0; i < batch.length; i++) {
      const number = batch.number(i);
      if (number >= (chunk.number + 1) * rows) {
        yield chunk;
        chunk = newChunk(Math.floor(number / rows), number);
      }
      cursor.at = batch.offset + i;
      cursor.number = number;
      chunk.end = number + 1;
      tally.rows++;
      const before = chunk.messages.length;
      try {
        if (!plan.emit(cursor, chunk.messages)) tally.leftOut++;
      } catch (error) {
        if (!(error instanceof RowProblem)) throw error;
        fail(batch.line(i), error instanceof CellProblem ? error.columns.join(' ') : '', error.message);
      }
      const made = chunk.messages.length - before;
      if (made === 0) continue;
      const line = batch.line(i);
      for (let n = 0; n < made; n++) chunk.lines.push(line);
      if (samples < sampleRows) {
        samples++;
        watchers.samples.push({ file: job.name, line, messages: chunk.messages.slice(before) });
      }
    }
  }
  if (chunk.end > 0) yield chunk;
}

function newChunk(number: number, end: number): Chunk {
  return { number, messages: [], lines: [], end };
}
