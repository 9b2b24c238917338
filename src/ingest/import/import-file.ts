import { CellProblem } from './emit.ts';
import type { FailedRows } from './failed.ts';
import type { ImportDeps, ImportJob } from './import.ts';
import type { ImportMessage } from './message.ts';
import type { FileReport, Sample } from './report.ts';
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

/** Imports one file from where an earlier run stopped. Chunk n+1 is made while chunk n is being loaded. */
export async function importFile(deps: ImportDeps, run: Run, job: ImportJob, watchers: Watchers): Promise<FileReport> {
  const key = { workspace: run.workspace, fileHash: job.fileHash, mappingHash: run.mappingHash };
  const prefix = `import:${job.fileHash}:${run.mappingHash}:`;
  const known = run.dryRun ? null : await deps.runs.find(key);
  const tally: Tally = { rows: 0, leftOut: 0, newEvents: 0, alreadyThere: 0, failed: 0, messages: {} };
  const resumedAfter = known?.rowsDone ?? 0;
  if (resumedAfter > 0) tally.alreadyThere = await deps.runs.storedEvents(run.workspace, prefix);
  // Finished, and what it stored is still there: nothing to do. If it was erased meanwhile, it is imported again.
  if (known && known.finishedAt !== null && (tally.alreadyThere > 0 || resumedAfter === 0)) {
    return { file: job.name, ...tally, rows: resumedAfter, resumedAfter, before: true };
  }
  const from = tally.alreadyThere > 0 ? resumedAfter : 0;
  tally.rows = from;
  let loading: Promise<void> = Promise.resolve();
  for await (const chunk of chunksOf(job, from, run.dryRun ? dryChunkRows : chunkRows, tally, watchers)) {
    await loading;
    loading = loadChunk(deps, run, job, chunk, prefix + String(chunk.number), tally, watchers);
    loading.catch(() => {}); // seen at the next await; without this Node would call it unhandled
  }
  await loading;
  if (!run.dryRun) await deps.runs.save(key, { rowsDone: tally.rows, finishedAt: deps.clock.now(), file: job.name });
  return { file: job.name, ...tally, resumedAfter: from, before: false };
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
  const { messages, lines } = chunk;
  for (const message of messages) {
    const name = message.type === 'track' ? message.event : message.type === 'group' ? 'Group' : 'Identify';
    tally.messages[name] = (tally.messages[name] ?? 0) + 1;
  }
  if (run.dryRun) {
    tally.newEvents += messages.length;
  } else {
    const { workspace, source, receivedAt } = run;
    const report = messages.length === 0 ? null : await deps.load({ workspace, source, segment, messages, receivedAt });
    tally.newEvents += report?.accepted ?? 0;
    tally.alreadyThere += report?.duplicates ?? 0;
    for (const { index, reason, detail } of report?.rejected ?? []) {
      tally.failed++;
      failed.add({
        file: job.name,
        line: lines[index] ?? 0,
        column: '',
        reason: detail ? `${reason}: ${detail}` : reason,
      });
    }
    const key = { workspace, fileHash: job.fileHash, mappingHash: run.mappingHash };
    await deps.runs.save(key, { rowsDone: chunk.end, finishedAt: null, file: job.name });
  }
  progress(chunk.end);
}

/** The rows of a file as chunks with fixed borders, so that the same chunk always holds the same rows. */
async function* chunksOf(
  job: ImportJob,
  from: number,
  rows: number,
  tally: Tally,
  watchers: Watchers,
): AsyncGenerator<Chunk> {
  const { plan, reader } = job;
  const fail = (line: number, column: string, reason: string): void => {
    tally.failed++;
    watchers.failed.add({ file: job.name, line, column, reason });
  };
  const cursor: Cursor = { columns: [], at: 0, number: 0, values: [] };
  let chunk: Chunk = newChunk(Math.floor(from / rows), from);
  let samples = 0;
  for await (const batch of reader.read(plan.columns, from, ({ line, reason }) => fail(line, '', reason))) {
    cursor.columns = batch.columns;
    for (let i = 0; i < batch.length; i++) {
      const number = batch.first + i;
      if (number >= (chunk.number + 1) * rows) {
        yield chunk;
        chunk = newChunk(chunk.number + 1, number);
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
  if (chunk.end > from || chunk.messages.length > 0) yield chunk;
}

function newChunk(number: number, end: number): Chunk {
  return { number, messages: [], lines: [], end };
}
