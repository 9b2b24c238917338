import { firstTables } from './0001-first-tables.ts';
import type { StateMigration } from './migration.ts';

/** All steps, oldest first. Only ever append. */
export const stateMigrations: readonly StateMigration[] = [firstTables];
