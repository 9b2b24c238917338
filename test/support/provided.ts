import type { ClientConfig } from 'pg';
import type { EventsAccess, StateAccess } from '../../src/store/access.ts';

/** What the one pair of engines of a test run tells every test file. */
export interface ProvidedEngines {
  readonly events: EventsAccess;
  readonly state: StateAccess;
  readonly superuser: ClientConfig;
  /** Name of the migrated database that others are copied from. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    engines: ProvidedEngines;
  }
}
