import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { State } from '../store/state/store.ts';

/**
 * A Kysely whose every statement runs in the transaction that `within` was given: what a library writes through it and
 * what we write beside it are kept together or not at all.
 */
export class TransactionDialect implements Dialect {
  readonly #current = new AsyncLocalStorage<State>();

  within<T>(db: State, work: () => Promise<T>): Promise<T> {
    return this.#current.run(db, work);
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }

  createDriver(): Driver {
    const connection: DatabaseConnection = {
      executeQuery: async <Row>(query: CompiledQuery) => this.#open().executeQuery<Row>(query),
      streamQuery: () => {
        throw new Error('Nothing is streamed here.');
      },
    };
    const refuse = async (): Promise<never> => {
      throw new Error('The transaction belongs to whoever began it.');
    };
    return {
      init: async () => {},
      acquireConnection: async () => connection,
      releaseConnection: async () => {},
      beginTransaction: refuse,
      commitTransaction: refuse,
      rollbackTransaction: refuse,
      destroy: async () => {},
    };
  }

  #open(): State {
    const db = this.#current.getStore();
    if (!db) throw new Error('A statement about people was made outside of a transaction.');
    return db;
  }
}
