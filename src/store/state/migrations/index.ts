import { firstTables } from './0001-first-tables.ts';
import { accountRevision } from './0002-account-revision.ts';
import { moments } from './0003-moments.ts';
import { team } from './0004-team.ts';
import { access } from './0005-access.ts';
import type { StateMigration } from './migration.ts';

/** All steps, oldest first. Only ever append. */
export const stateMigrations: readonly StateMigration[] = [firstTables, accountRevision, moments, team, access];
