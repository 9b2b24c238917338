/** One forward-only step of the state database; runs in one transaction as the owner. */
export interface StateMigration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  /** New tables with a `workspace_id`: they get row-level security and the roles' rights. */
  readonly tables: readonly string[];
}
