import type { ClientConfig } from 'pg';
import type { EventProfile } from './events/store.ts';

/** A user of an engine. */
export interface Login {
  readonly name: string;
  readonly password: string;
}

/** Where the events are and as whom to reach them: plain data, so that it can be handed to another process. */
export interface EventsAccess {
  readonly profile: EventProfile;
  /** HTTP addresses: of the only server, or of one server per shard. The first also serves queries. */
  readonly urls: readonly string[];
  /** DDL. */
  readonly owner: Login;
  /** Inserts and deletes; no DDL. */
  readonly app: Login;
  /** SELECT only. */
  readonly reader: Login;
}

/** Where the state is and as whom to reach it. */
export interface StateAccess {
  readonly kind: 'embedded' | 'server';
  /** Migrations. */
  readonly owner: ClientConfig;
  /** Everything else; row-level security applies. */
  readonly app: ClientConfig;
  /** SELECT within one workspace. */
  readonly reader: ClientConfig;
}
