import type { Transaction } from 'kysely';
import type { StateTables } from './tables.ts';

export type State = Transaction<StateTables>;

/** The state side: PostgreSQL through Kysely, one transaction per unit of work. */
export interface StateStore {
  /** A transaction that can see and change one workspace only (row-level security). */
  within<T>(workspace: string, work: (state: State) => Promise<T>): Promise<T>;
  /** A transaction over all workspaces: finding a workspace by key, claiming work, starting up. Never for a request's data. */
  everywhere<T>(work: (state: State) => Promise<T>): Promise<T>;
  /** Runs `work` while no other process runs work of the same name (session-level advisory lock). */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Messages between processes; also delivered to this one. Payloads under 8,000 bytes. */
  notify(channel: string, payload: string): Promise<void>;
  listen(channel: string, receive: (payload: string) => void): Promise<() => Promise<void>>;
}
