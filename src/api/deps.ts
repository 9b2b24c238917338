import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { EventStore } from '../store/events/store.ts';
import type { StateStore } from '../store/state/store.ts';
import type { Control } from './control.ts';

/** What the API is built from. */
export interface ApiDeps {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly control: Control;
  /** Who may come in. */
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  /** The address that people and SDKs use. Known once the server listens. */
  readonly publicUrl: () => string;
  /** Opens every workspace to who can read the data directory; null: nobody. */
  readonly operatorToken: string | null;
  /** Addresses of proxies whose X-Forwarded-For is believed, with commas; null: nobody's. */
  readonly trustedProxy: string | null;
  readonly version: string;
  /** The folder of the built web app; null: only the API is served. */
  readonly web: string | null;
}

/** A Fastify instance whose routes are typed by their Zod schemas. */
export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
