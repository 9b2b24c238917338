import { Readable } from 'node:stream';
import type { ClickHouseClient } from '@clickhouse/client';
import type { EventsAccess } from '../access.ts';
import { connect, defaultDeadlineSeconds } from './client.ts';
import { qualified, renderColumns, renderDefinition, renderTable } from './ddl.ts';
import { translateError } from './errors.ts';
import type { EventStore, EventTable, Query, Statement, TableDefinition } from './store.ts';

/** The events behind an engine that runs and has its tables. */
export interface OpenEventStore extends EventStore {
  close(): Promise<void>;
}

/** Connects to the events; makes nothing. */
export function openEvents(access: EventsAccess): OpenEventStore {
  return new ClickHouseEvents(access);
}

/** Backfills of years take minutes. */
const patientSeconds = 6 * 3600;

class ClickHouseEvents implements OpenEventStore {
  readonly profile: EventsAccess['profile'];
  private readonly access: EventsAccess;
  private readonly app: ClickHouseClient;
  private patient: ClickHouseClient | null = null;
  private readonly reader: ClickHouseClient;
  /** One per shard. */
  private readonly owners: readonly ClickHouseClient[];

  constructor(access: EventsAccess) {
    const first = access.urls[0];
    if (first === undefined) throw new Error('An events access needs at least one address.');
    this.access = access;
    this.profile = access.profile;
    this.app = connect(access, first, access.app);
    this.reader = connect(access, first, access.reader, { readOnly: true });
    this.owners = access.urls.map((url) => connect(access, url, access.owner));
  }

  async query<Row>(query: Query<Row>): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const block of this.stream(query)) rows.push(...block);
    return rows;
  }

  async *stream<Row>(query: Query<Row>): AsyncIterable<Row[]> {
    let result: { close(): void } | null = null;
    try {
      const opened = await this.reader.query({
        query: labelled(query),
        format: 'JSONEachRow',
        query_params: { ...query.params },
        ...deadline(query),
      });
      result = opened;
      for await (const block of opened.stream<Record<string, unknown>>()) {
        yield block.map((row) => query.row(row.json()));
      }
    } catch (cause) {
      throw translateError(cause);
    } finally {
      result?.close(); // who stops reading early stops the engine's work too
    }
  }

  async insert(table: EventTable, rows: readonly object[] | Buffer): Promise<void> {
    if (rows.length === 0) return;
    const text = Buffer.isBuffer(rows) ? rows : Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
    await translated(async () => {
      const { stream } = await this.app.exec({
        query: `INSERT INTO ${this.table(table)} FORMAT JSONEachRow`,
        values: Readable.from([text], { objectMode: false }),
      });
      stream.resume();
    });
  }

  async execute(statement: Statement): Promise<void> {
    await translated(() =>
      this.clientFor(statement).command({
        query: labelled(statement),
        query_params: { ...statement.params },
        ...deadline(statement),
      }),
    );
  }

  /** A statement that may run long needs a client that waits so long for the first byte. */
  private clientFor({ deadlineSeconds = defaultDeadlineSeconds }: Statement): ClickHouseClient {
    if (deadlineSeconds <= defaultDeadlineSeconds) return this.app;
    return (this.patient ??= connect(this.access, this.access.urls[0] ?? '', this.access.app, {
      deadlineSeconds: patientSeconds,
    }));
  }

  async define(sql: string): Promise<void> {
    for (const statement of renderDefinition(this.profile, sql)) await this.tellShards(statement);
  }

  /** One statement on all shards before the next: the table over them must not name a column that one still lacks. */
  private async tellShards(query: string): Promise<void> {
    const servers = this.profile.ddl === 'on-cluster' ? this.owners.slice(0, 1) : this.owners;
    for (const owner of servers) await translated(() => owner.command({ query }));
  }

  async ensureTable(table: TableDefinition): Promise<void> {
    for (const sql of [...renderTable(this.profile, table), ...renderColumns(this.profile, table)])
      await this.tellShards(sql);
  }

  table(name: string): string {
    return qualified(this.profile, name);
  }

  async close(): Promise<void> {
    const clients = [this.app, this.patient, this.reader, ...this.owners].filter((client) => client !== null);
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** The name shows in the engine's list of running queries. */
function labelled(statement: Statement): string {
  return `/* ${statement.name.replace(/[^a-z0-9:-]/gi, ' ')} */ ${statement.sql}`;
}

function deadline({ deadlineSeconds }: Statement): { clickhouse_settings?: { max_execution_time: number } } {
  return deadlineSeconds === undefined ? {} : { clickhouse_settings: { max_execution_time: deadlineSeconds } };
}

async function translated(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw translateError(cause);
  }
}
