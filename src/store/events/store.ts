/**
 * The events side as the rest of Rapport sees it: named typed queries over the ClickHouse engine, embedded or by URL.
 * Values are always bound (`{name:Type}` in the SQL); identifiers go through `quoteIdentifier`.
 */
export interface EventStore {
  readonly profile: EventProfile;
  /** Rows of a SELECT, parsed by the query's own `row`. Throws `StoreUnavailable` when the engine does not answer. */
  query<Row>(query: Query<Row>): Promise<Row[]>;
  /** The same in blocks, for results that should not be held at once. */
  stream<Row>(query: Query<Row>): AsyncIterable<Row[]>;
  /** One durable, atomic block. Rows are objects, or JSONEachRow text that is already made. Instants are epoch ms. */
  insert(table: EventTable, rows: readonly object[] | Buffer): Promise<void>;
  /** INSERT … SELECT and lightweight deletes, as the `app` user. */
  execute(statement: Statement): Promise<void>;
  /** DDL, as the `owner` user, on every shard: migrations and rollups only. */
  define(sql: string): Promise<void>;
  /** Makes a table as this profile needs it, or adds the columns it lacks. Safe to repeat and for several at once. */
  ensureTable(table: TableDefinition): Promise<void>;
  /** The qualified, quoted name of a table as this profile reads and writes it. */
  table(name: string): string;
}

export type EventTable = 'events' | 'traits' | 'dead_letters' | 'scores';

export interface Statement {
  /** Kebab-case; shown in logs, errors and the engine's query log. */
  readonly name: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Longest it may run; 300 when left out, up to 21,600 (6 hours) for `execute`. Then `DeadlineExceeded`. */
  readonly deadlineSeconds?: number;
}

export interface Query<Row> extends Statement {
  readonly row: (raw: Record<string, unknown>) => Row;
}

/** A table, said once for every profile (see `renderTable`). */
export interface TableDefinition {
  readonly name: string;
  /** Columns and indexes as in CREATE TABLE; to add columns later, one `name type` per element. */
  readonly columns: readonly string[] | string;
  /** All our tables replace rows by key: the version column, and the column that says "deleted". */
  readonly replacing: { readonly version: string | null; readonly deleted: string | null };
  /** Sorting key, without parentheses. */
  readonly orderBy: string;
  readonly settings?: Readonly<Record<string, number | string>>;
  /** Expression that says which shard a row belongs to; `sipHash64(workspace, account)` when left out. */
  readonly shardBy?: string;
}

/** All that differs between one embedded engine, a server and a sharded cluster. */
export interface EventProfile {
  readonly kind: 'embedded' | 'server' | 'cluster';
  readonly database: string;
  /** Cluster name for Distributed tables; null on one server. */
  readonly cluster: string | null;
  /** Whether the servers hand DDL on (ON CLUSTER, replicated tables, Keeper needed) or we say it to each shard. */
  readonly ddl: 'each-shard' | 'on-cluster';
}

/** The engine is down or starting again: callers answer 503 with Retry-After, loaders wait. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(engine: 'events' | 'state', options?: { cause?: unknown }) {
    super(
      `The ${engine} engine does not answer right now. It is being restarted; please try again in a moment.`,
      options,
    );
  }
}

/** The disk of an engine is full: nothing of the statement was stored; works again when there is room. */
export class StoreFull extends Error {
  override readonly name = 'StoreFull';
  constructor(engine: 'events' | 'state', options?: { cause?: unknown }) {
    super(
      `The disk of the ${engine} engine is full. Nothing was stored; free some space and it goes on by itself.`,
      options,
    );
  }
}

/** A statement ran longer than it may; the engine has stopped it. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}
