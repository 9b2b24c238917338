import type { ImportMessage } from './message.ts';

/** What an import did, or with `dryRun` would do. Counts are effects on the stores, not rows looked at. */
export interface ImportReport {
  readonly name: string;
  readonly dryRun: boolean;
  readonly files: readonly FileReport[];
  readonly rows: number;
  /** Rows that `where` left out. */
  readonly leftOut: number;
  /** Events that were not stored before. In a dry run: events that the rows make. */
  readonly newEvents: number;
  readonly alreadyThere: number;
  /** Rows that could not become messages, and messages that were refused. */
  readonly failed: number;
  /** Where the failed rows are listed with line, column and reason; null when there are none. */
  readonly failedFile: string | null;
  /** Messages made, by event name; identify and group calls as 'Identify' and 'Group'. */
  readonly messages: Readonly<Record<string, number>>;
  readonly accounts: { readonly before: number; readonly after: number };
  readonly persons: { readonly before: number; readonly after: number };
  /** The first rows as the messages that they become. */
  readonly samples: readonly Sample[];
  readonly warnings: readonly string[];
}

export interface FileReport {
  readonly file: string;
  readonly rows: number;
  readonly leftOut: number;
  readonly newEvents: number;
  readonly alreadyThere: number;
  readonly failed: number;
  /** Rows that an interrupted run had already done. */
  readonly resumedAfter: number;
  /** True when the whole file had been imported before with this mapping; none of its good rows was loaded again. */
  readonly before: boolean;
  readonly messages: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly file: string;
  readonly line: number;
  readonly messages: readonly ImportMessage[];
}

/** How far an import is; for a progress line with the time that is left. */
export interface ImportProgress {
  readonly file: string;
  readonly fileNumber: number;
  readonly fileCount: number;
  readonly rows: number;
  /** Rows of all files, when every file knows its own. */
  readonly totalRows: number | null;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly rowsPerSecond: number;
  /** Milliseconds; null until something is known. */
  readonly remaining: number | null;
  readonly failed: number;
}

/** Sums the files of a run. */
export function sumFiles(
  files: readonly FileReport[],
): Pick<ImportReport, 'rows' | 'leftOut' | 'newEvents' | 'alreadyThere' | 'failed' | 'messages'> {
  const sum = (key: 'rows' | 'leftOut' | 'newEvents' | 'alreadyThere' | 'failed'): number =>
    files.reduce((total, file) => total + file[key], 0);
  const messages: Record<string, number> = {};
  for (const file of files) {
    for (const [name, count] of Object.entries(file.messages)) messages[name] = (messages[name] ?? 0) + count;
  }
  return {
    rows: sum('rows'),
    leftOut: sum('leftOut'),
    newEvents: sum('newEvents'),
    alreadyThere: sum('alreadyThere'),
    failed: sum('failed'),
    messages,
  };
}
