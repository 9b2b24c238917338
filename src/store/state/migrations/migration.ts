/** One forward-only step of the state database; runs in one transaction as the owner. */
export interface StateMigration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  /** New tables with a `workspace_id`: they get row-level security and the roles' rights. */
  readonly tables: readonly string[];
  /** New tables of the whole installation: only `everywhere()` sees them, and no reader. */
  readonly installationTables?: readonly string[];
  /** New tables with a `workspace_id` whose rows stay as they were written, whoever asks. */
  readonly appendOnlyTables?: readonly string[];
}
