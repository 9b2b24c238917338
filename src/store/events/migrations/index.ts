import { firstTables } from './0001-first-tables.ts';
import { eventDays } from './0002-event-days.ts';
import type { EventMigration } from './migration.ts';

/** All steps, oldest first. Only ever append. */
export const eventMigrations: readonly EventMigration[] = [firstTables, eventDays];
