import { createHash } from 'node:crypto';
import type { KeyKind, KeySummary, NewKey } from '../api/control.ts';
import { randomId, randomSecret } from '../lib/id.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { StateStore } from '../store/state/store.ts';
import type { ApiKeyTable } from '../store/state/tables.ts';
import type { Selectable } from 'kysely';

const prefixes: Readonly<Record<KeyKind, string>> = { write: 'rw', read: 'rr', admin: 'ra' };
const shownCharacters = 9;

/** Makes a key; it is in the answer and nowhere else. Only its SHA-256 is stored. */
export async function createKey(
  state: StateStore,
  workspace: string,
  { kind, name }: { kind: KeyKind; name: string },
): Promise<NewKey> {
  const key = `${prefixes[kind]}_${randomSecret(24)}`;
  const row = await state.within(workspace, async (db) => {
    const made = await db
      .insertInto('api_key')
      .values({
        workspace_id: workspace,
        id: randomId('key'),
        kind,
        hash: createHash('sha256').update(key).digest('hex'),
        prefix: key.slice(0, shownCharacters),
        name,
        revoked_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const change = { after: { kind, name, prefix: made.prefix } };
    await recordAudit(db, { workspace, action: 'key.created', subject: { kind: 'key', id: made.id }, change });
    return made;
  });
  return { ...summaryOf(row), key };
}

/** The keys of a workspace, newest first, without the keys themselves. */
export async function listKeys(state: StateStore, workspace: string): Promise<KeySummary[]> {
  const rows = await state.within(workspace, (db) =>
    db.selectFrom('api_key').selectAll().orderBy('created_at', 'desc').orderBy('id').execute(),
  );
  return rows.map(summaryOf);
}

/** Ends a key at `now`; false when the workspace has no such key. Ending it twice keeps the first time. */
export async function revokeKey(state: StateStore, workspace: string, id: string, now: number): Promise<boolean> {
  const isThere = await state.within(workspace, async (db) => {
    const key = await db.selectFrom('api_key').select('revoked_at').where('id', '=', id).forUpdate().executeTakeFirst();
    if (!key) return false;
    if (key.revoked_at !== null) return true;
    await db
      .updateTable('api_key')
      .set({ revoked_at: new Date(now) })
      .where('id', '=', id)
      .execute();
    await recordAudit(db, { workspace, action: 'key.revoked', subject: { kind: 'key', id } });
    return true;
  });
  if (!isThere) return false;
  await state.notify('rapport_keys', workspace);
  return true;
}

function summaryOf(row: Selectable<ApiKeyTable>): KeySummary {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
