import { AsyncLocalStorage } from 'node:async_hooks';
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
  /** What was done, `<subject>.<verb>`: `key.created`. */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Why, where that is known. */
  readonly cause?: string;
  /** What differs; never a secret. */
  readonly change?: { readonly before?: unknown; readonly after?: unknown };
  /** When left out: whoever the work is done for, see `actingFor`. */
  readonly actor?: Actor;
}

// Who asks is not an argument of everything that changes something: it decides nothing, it is only written down, and a
// function that forgot to pass it on would lose it.
const acting = new AsyncLocalStorage<Actor>();

/** Does work for somebody: the audit entries that it writes name them. Outside, entries name Rapport itself. */
export function actingFor<T>(actor: Actor, work: () => T): T {
  return acting.run(actor, work);
}

/** Adds to the audit log in the transaction of the change itself: neither is there without the other. */
export async function recordAudit(db: State, ...entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ workspace, action, subject, cause, change, actor: named }) => {
    const actor = named ?? acting.getStore() ?? rapportItself;
    return {
      id: randomId('audit'),
      workspace_id: workspace,
      actor_class: actor.class,
      actor_id: actor.id,
      actor_label: actor.label,
      action,
      subject_kind: subject.kind,
      subject_id: subject.id,
      cause: cause ?? '',
      change: change === undefined ? null : JSON.stringify(change),
    };
  });
  await db.insertInto('audit_entry').values(rows).execute();
}

/** The fields in which two states of something differ, for `change`; null when they do not. */
export function differing<Row extends object>(before: Row, after: Row): AuditEntry['change'] | null {
  const keys = (Object.keys(after) as (keyof Row)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (row: Row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null]));
  return keys.length === 0 ? null : { before: pick(before), after: pick(after) };
}
