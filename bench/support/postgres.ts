import { join } from 'node:path';
import { Kysely, PostgresDialect, type RawBuilder } from 'kysely';
import { Pool } from 'pg';
import { silentLog } from '../../src/lib/log.ts';
import { startPostgres } from '../../src/store/embedded/postgres.ts';

/** A second embedded PostgreSQL, for what the benches compare with. */
export async function connectPostgres(
  dataDir: string,
): Promise<{ execute(query: RawBuilder<unknown>): Promise<unknown>; close(): Promise<void> }> {
  const started = await startPostgres({
    directory: join(dataDir, 'compare'),
    secretsFile: join(dataDir, 'compare-secrets.json'),
    log: silentLog,
  });
  const db = new Kysely<Record<string, never>>({
    dialect: new PostgresDialect({ pool: new Pool({ ...started.access.owner, max: 1 }) }),
  });
  return {
    execute: (query) => query.execute(db),
    close: async () => {
      await db.destroy();
      await started.engine.stop();
    },
  };
}
