import type { Stores } from '../../store/open.ts';

/** What is remembered of imports: how far each file got, so that an interrupted run goes on and a finished one is not repeated. */
export interface ImportRuns {
  find(key: RunKey): Promise<Run | null>;
  save(key: RunKey, run: Run & { readonly file: string }): Promise<void>;
  /** Events stored under segments that start with this text. */
  storedEvents(workspace: string, segmentPrefix: string): Promise<number>;
  /** Accounts and persons known in the workspace. */
  known(workspace: string): Promise<{ accounts: number; persons: number }>;
}

export interface RunKey {
  readonly workspace: string;
  /** Of content, partition folders and the entry of the mapping that reads it. */
  readonly fileHash: string;
  /** Of the mapping and its lookup files. */
  readonly mappingHash: string;
}

export interface Run {
  readonly rowsDone: number;
  readonly finishedAt: number | null;
}

/** Import runs in the real stores. */
export function storedRuns({ events, state }: Pick<Stores, 'events' | 'state'>): ImportRuns {
  return {
    find: (key) =>
      state.within(key.workspace, async (transaction) => {
        const row = await transaction
          .selectFrom('import_run')
          .select(['rows_done', 'finished_at'])
          .where('workspace_id', '=', key.workspace)
          .where('file_hash', '=', key.fileHash)
          .where('mapping_hash', '=', key.mappingHash)
          .executeTakeFirst();
        return row ? { rowsDone: row.rows_done, finishedAt: row.finished_at?.getTime() ?? null } : null;
      }),
    save: (key, { rowsDone, finishedAt, file }) =>
      state.within(key.workspace, async (transaction) => {
        const progress = { rows_done: rowsDone, finished_at: finishedAt === null ? null : new Date(finishedAt) };
        await transaction
          .insertInto('import_run')
          .values({
            workspace_id: key.workspace,
            file_hash: key.fileHash,
            mapping_hash: key.mappingHash,
            file,
            ...progress,
          })
          .onConflict((conflict) =>
            conflict.columns(['workspace_id', 'file_hash', 'mapping_hash']).doUpdateSet(progress),
          )
          .execute();
      }),
    storedEvents: async (workspace, segmentPrefix) => {
      const rows = await events.query({
        name: 'import-stored-events',
        sql: `SELECT uniqExact(id) AS stored FROM ${events.table('events')}
              WHERE workspace = {workspace:String} AND startsWith(segment, {prefix:String}) AND deleted = 0`,
        params: { workspace, prefix: segmentPrefix },
        row: (raw) => Number(raw['stored']),
      });
      return rows[0] ?? 0;
    },
    known: (workspace) =>
      state.within(workspace, async (transaction) => {
        const count = async (table: 'account' | 'person'): Promise<number> => {
          const row = await transaction
            .selectFrom(table)
            .select(({ fn }) => fn.countAll<string>().as('rows'))
            .where('workspace_id', '=', workspace)
            .executeTakeFirstOrThrow();
          return Number(row.rows);
        };
        return { accounts: await count('account'), persons: await count('person') };
      }),
  };
}
