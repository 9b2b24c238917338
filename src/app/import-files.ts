import { readFile } from 'node:fs/promises';
import type { ImportProgress, ImportRequest } from '../api/control.ts';
import { importFiles, ImportRefused } from '../ingest/import/import.ts';
import { loadMapping } from '../ingest/import/mapping.ts';
import { storedRuns } from '../ingest/import/runs.ts';
import type { LoadDeps } from '../ingest/loader/batch.ts';
import { recordAudit } from '../store/state/audit.ts';
import { loadMessages } from '../ingest/loader/load-messages.ts';

/**
 * Imports files of this machine. Yields `{progress}` while it runs and ends with one `{report}` or `{problems}`; what
 * was loaded before a reader went away stays and is not repeated by the next run.
 */
export async function* importFilesOf(
  deps: LoadDeps,
  workspace: string,
  request: ImportRequest,
  onLoaded: () => void,
): AsyncIterable<ImportProgress> {
  const text = await readFile(request.mapping, 'utf8').catch(() => null);
  if (text === null) {
    yield { problems: [unreadable(request.mapping)] };
    return;
  }
  const { loaded, problems } = loadMapping(text, request.mapping);
  if (!loaded) {
    yield { problems };
    return;
  }
  if (!request.dryRun) await recordStart(deps, workspace, request);
  const queue = new Queue();
  const running = importFiles(
    {
      load: async (chunk) => {
        const report = await loadMessages(deps, chunk);
        onLoaded();
        return report;
      },
      runs: storedRuns(deps),
      clock: deps.clock,
    },
    {
      workspace,
      files: request.paths,
      mapping: loaded,
      dryRun: request.dryRun,
      failedFile: request.failedFile,
      onProgress: (progress) => queue.push({ progress }),
    },
  );
  running.then(
    (report) => queue.end({ report }),
    (error: unknown) =>
      queue.end(error instanceof ImportRefused ? { problems: error.problems } : { failed: String(error) }),
  );
  yield* queue.items();
}

/** Before the first row: what is loaded is loaded, whatever becomes of the rest. */
async function recordStart({ state }: LoadDeps, workspace: string, { paths, mapping }: ImportRequest): Promise<void> {
  const subject = { kind: 'workspace', id: workspace };
  const change = { after: { files: paths, mapping } };
  await state.within(workspace, (db) => recordAudit(db, { workspace, action: 'import.started', subject, change }));
}

function unreadable(file: string): object {
  return {
    code: 'import/mapping',
    severity: 'error',
    file,
    line: 1,
    column: 1,
    message: 'this mapping file cannot be read',
    hint: 'Check the name; shipped ones are in models/*.mapping.yaml.',
  };
}

/** Only the newest progress matters to a slow reader. */
class Queue {
  #waiting: ImportProgress | null = null;
  #last: ImportProgress | null = null;
  #wake: () => void = () => {};

  push(progress: ImportProgress): void {
    this.#waiting = progress;
    this.#wake();
  }

  end(last: ImportProgress): void {
    this.#last = last;
    this.#wake();
  }

  async *items(): AsyncIterable<ImportProgress> {
    for (;;) {
      const next = this.#waiting;
      this.#waiting = null;
      if (next) yield next;
      else if (this.#last) {
        yield this.#last;
        return;
      } else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
