import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, Pool, types, type ClientConfig, type CustomTypesConfig } from 'pg';
import type { Log } from '../../lib/log.ts';
import type { StateAccess } from '../access.ts';
import { translateError } from './errors.ts';
import { Listener } from './listener.ts';
import { lockKey } from './lock-key.ts';
import { NamedMutex } from './mutex.ts';
import type { State, StateStore } from './store.ts';
import type { StateTables } from './tables.ts';

/** The state behind an engine that runs and has its tables. */
export interface OpenStateStore extends StateStore {
  close(): Promise<void>;
}

/** Connects to the state; makes nothing. */
export function openState(access: StateAccess, log: Log): OpenStateStore {
  return new PostgresState(access, log);
}

/** Longest a statement may run, and longest a transaction may sit idle: a forgotten one must not hold its locks. */
const statementTimeoutMs = 60_000;
const idleTimeoutMs = 60_000;

class PostgresState implements OpenStateStore {
  private readonly pool: Pool;
  private readonly database: Kysely<StateTables>;
  private readonly config: ClientConfig;
  private readonly listener: Listener;
  private readonly mutex = new NamedMutex();

  constructor(access: StateAccess, log: Log) {
    this.config = { ...access.app, types: parsers };
    this.pool = new Pool({
      ...this.config,
      application_name: 'rapport',
      max: 12,
      idleTimeoutMillis: 30_000,
      connectionTimeoutMillis: 10_000,
      statement_timeout: statementTimeoutMs,
      idle_in_transaction_session_timeout: idleTimeoutMs,
    });
    // On every connection, not only the idle ones the pool watches: one that breaks while it is in use must fail its
    // query, not the process.
    this.pool.on('connect', (client) => {
      client.on('error', (error) => log.debug({ error: error.message }, 'a state connection broke'));
    });
    this.pool.on('error', () => {}); // the same, again, for idle ones
    this.database = new Kysely({ dialect: new PostgresDialect({ pool: this.pool }) });
    this.listener = new Listener(access.app, log);
  }

  async within<T>(workspace: string, work: (state: State) => Promise<T>): Promise<T> {
    if (workspace === '*' || workspace === '')
      throw new Error('A transaction is within one workspace; use everywhere().');
    return this.transaction(workspace, work);
  }

  async everywhere<T>(work: (state: State) => Promise<T>): Promise<T> {
    return this.transaction('*', work);
  }

  async exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    // First in order within this process, so that any number of waiters costs one connection.
    return this.mutex.run(name, () => this.lockAndRun(name, work));
  }

  async notify(channel: string, payload: string): Promise<void> {
    try {
      await this.pool.query('SELECT pg_notify($1, $2)', [channel, payload]);
    } catch (cause) {
      throw translateError(cause);
    }
  }

  async listen(channel: string, receive: (payload: string) => void): Promise<() => Promise<void>> {
    try {
      return await this.listener.listen(channel, receive);
    } catch (cause) {
      throw translateError(cause);
    }
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.database.destroy();
  }

  private async transaction<T>(workspace: string, work: (state: State) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction().execute(async (state) => {
        await sql`SELECT set_config('rapport.workspace', ${workspace}, true)`.execute(state);
        return work(state);
      });
    } catch (cause) {
      throw translateError(cause);
    }
  }

  /** A connection of its own: it may wait and be held long, which would starve the pool. */
  private async lockAndRun<T>(name: string, work: () => Promise<T>): Promise<T> {
    const client = new Client({ ...this.config, application_name: 'rapport lock', connectionTimeoutMillis: 10_000 });
    client.on('error', () => {}); // the lock is lost with the connection; whatever runs under it is safe to repeat
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock($1)', [lockKey(name)]);
    } catch (cause) {
      await client.end().catch(() => {});
      throw translateError(cause);
    }
    try {
      return await work();
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** Counts fit into a double; a date is a calendar day, not an instant in the server's time zone. */
const parsers: CustomTypesConfig = {
  getTypeParser: (oid: (typeof types.builtins)[keyof typeof types.builtins], format?: 'text' | 'binary') => {
    if (format === 'binary') return types.getTypeParser(oid, format);
    if (oid === types.builtins.INT8) return Number;
    if (oid === types.builtins.DATE) return (text: string) => text;
    return types.getTypeParser(oid, format);
  },
};
