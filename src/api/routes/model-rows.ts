import type { Selectable } from 'kysely';
import type { StateStore } from '../../store/state/store.ts';
import type { ModelVersionTable } from '../../store/state/tables.ts';
import type { ModelSummary } from '../control.ts';

const shown = ['version', 'name', 'hash', 'status', 'note', 'created_at', 'published_at'] as const;

/** All versions of the workspace's model, newest first. */
export async function listModelVersions(state: StateStore, workspace: string): Promise<ModelSummary[]> {
  const rows = await state.within(workspace, (db) =>
    db.selectFrom('model_version').select(shown).orderBy('version', 'desc').execute(),
  );
  return rows.map(modelOf);
}

/** One version with its text; null when there is none of that number. */
export async function findModelVersion(
  state: StateStore,
  workspace: string,
  version: number,
): Promise<(ModelSummary & { yaml: string }) | null> {
  const row = await state.within(workspace, (db) =>
    db
      .selectFrom('model_version')
      .select([...shown, 'yaml'])
      .where('version', '=', version)
      .executeTakeFirst(),
  );
  return row ? { ...modelOf(row), yaml: row.yaml } : null;
}

/** A row as lists show it. */
export function modelOf(row: Pick<Selectable<ModelVersionTable>, (typeof shown)[number]>): ModelSummary {
  return {
    version: row.version,
    name: row.name,
    hash: row.hash,
    status: row.status,
    note: row.note,
    createdAt: row.created_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
  };
}
