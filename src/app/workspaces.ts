import { randomId } from '../lib/id.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { StateStore } from '../store/state/store.ts';
import type { WorkspaceSummary } from '../api/control.ts';

/** All workspaces of this installation, by name. */
export async function listWorkspaces(state: StateStore): Promise<WorkspaceSummary[]> {
  const rows = await state.everywhere((db) => db.selectFrom('workspace').selectAll().orderBy('slug').execute());
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    accountKind: row.account_kind,
    createdAt: row.created_at.toISOString(),
  }));
}

/** Makes a workspace; null when the slug is taken. */
export async function createWorkspace(
  state: StateStore,
  { slug, name }: { slug: string; name: string },
): Promise<WorkspaceSummary | null> {
  const row = await state.everywhere(async (db) => {
    const made = await db
      .insertInto('workspace')
      .values({ id: randomId('ws'), slug, name })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (made) {
      const subject = { kind: 'workspace', id: made.id };
      const change = { after: { slug, name } };
      await recordAudit(db, { workspace: made.id, action: 'workspace.created', subject, change });
    }
    return made;
  });
  if (!row) return null;
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    accountKind: row.account_kind,
    createdAt: row.created_at.toISOString(),
  };
}
