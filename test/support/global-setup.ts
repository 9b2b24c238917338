import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startClickHouse } from '../../src/store/embedded/clickhouse.ts';
import { startPostgres } from '../../src/store/embedded/postgres.ts';
import { migrateState } from '../../src/store/state/migrate.ts';
import { createDatabase } from './databases.ts';
import { testLog } from './log.ts';

/** One pair of engines for the whole run, in a directory of its own that is removed afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'rapport-test-'));
  chmodSync(directory, 0o755); // the account PostgreSQL runs as must pass
  const [events, state] = await Promise.all([
    startClickHouse({ directory: join(directory, 'events'), databases: 'rapport*', log: testLog }),
    startPostgres({ directory: join(directory, 'state'), secretsFile: join(directory, 'secrets'), log: testLog }),
  ]);
  const template = 'rapport_template';
  await createDatabase(state.superuser, template, null);
  await migrateState({ ...state.access, owner: { ...state.access.owner, database: template } }, async () => {});
  project.provide('engines', { events: events.access, state: state.access, superuser: state.superuser, template });
  return async () => {
    await Promise.all([events.engine.stop(), state.engine.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
}
