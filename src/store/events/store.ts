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
  /** DDL, as the `owner` user: migrations and rollups only. */
  define(sql: string): Promise<void>;
  /** The qualified, quoted name of a table as this profile reads and writes it. */
  table(name: string): string;
}

export type EventTable = 'events' | 'traits' | 'dead_letters' | 'scores' | 'cohorts';

export interface Statement {
  /** Kebab-case; shown in logs, errors and the engine's query log. */
  readonly name: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Query<Row> extends Statement {
  readonly row: (raw: Record<string, unknown>) => Row;
}

/** All that differs between one embedded engine, a server and a sharded cluster. */
export interface EventProfile {
  readonly kind: 'embedded' | 'server' | 'cluster';
  readonly database: string;
  /** Cluster name for ON CLUSTER and Distributed tables; null on one server. */
  readonly cluster: string | null;
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
