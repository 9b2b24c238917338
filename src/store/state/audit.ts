import { randomId } from '../../lib/id.ts';
import type { AuditEntryTable } from './access-tables.ts';
import type { State } from './store.ts';

/** Who did something: somebody of the team, a rule of ours, a program with a key, or Rapport and its operator. */
export interface Actor {
  readonly class: AuditEntryTable['actor_class'];
  /** Of the user or the key; null where there is none. */
  readonly id: string | null;
  /** As people know them. */
  readonly label: string;
}

/** Rapport itself. */
export const rapportItself: Actor = { class: 'system', id: null, label: 'Rapport' };

/** Something that was done, as it is kept. */
export interface AuditEntry {
  /** Null: of no workspace in particular. */
  readonly workspace: string | null;
  /** UTC, epoch milliseconds. */
  readonly at: number;
  readonly actor: Actor;
  /** What was done, `<subject>.<verb>`: `key.created`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Why, where that is known. */
  readonly cause?: string;
  /** What differs; never a secret. */
  readonly change?: { readonly before?: unknown; readonly after?: unknown };
}

/** Adds to the audit log in the transaction of the change itself: neither is there without the other. */
export async function recordAudit(db: State, ...entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ workspace, at, actor, action, subject, cause, change }) => ({
    id: randomId('audit'),
    workspace_id: workspace,
    at: new Date(at),
    actor_class: actor.class,
    actor_id: actor.id,
    actor_label: actor.label,
    action,
    subject_kind: subject.kind,
    subject_id: subject.id,
    cause: cause ?? '',
    change: change === undefined ? null : JSON.stringify(change),
  }));
  await db.insertInto('audit_entry').values(rows).execute();
}
