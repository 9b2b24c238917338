import type { Selectable } from 'kysely';
import type { AuditEntryTable } from '../store/state/access-tables.ts';
import type { State, StateStore } from '../store/state/store.ts';

/** An entry as it was written. */
export type AuditRow = Selectable<AuditEntryTable>;

/** Which entries; what is left out does not matter. */
export interface AuditFilter {
  readonly class?: AuditEntryTable['actor_class'] | undefined;
  /** Id or part of the label of who did it. */
  readonly actor?: string | undefined;
  /** `key.created`, or `key.` for all of a kind. */
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  /** Epoch milliseconds, from inclusive, to exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Where a page begins: after this entry. */
export interface AuditPlace {
  readonly at: number;
  readonly id: string;
}

/** Entries of a workspace, newest first. */
export async function readAudit(
  state: StateStore,
  workspace: string,
  filter: AuditFilter,
  { after, limit }: { after: AuditPlace | null; limit: number },
): Promise<AuditRow[]> {
  return state.within(workspace, (db) =>
    filtered(db, filter)
      .selectAll()
      .$if(after !== null, (query) =>
        query.where((eb) => eb(eb.refTuple('at', 'id'), '<', eb.tuple(new Date(after?.at ?? 0), after?.id ?? ''))),
      )
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute(),
  );
}

/** How many there are. */
export async function countAudit(state: StateStore, workspace: string, filter: AuditFilter): Promise<number> {
  const row = await state.within(workspace, (db) =>
    filtered(db, filter)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  );
  return row.total;
}

function filtered(db: State, { class: actorClass, actor, action, subject, from, to }: AuditFilter) {
  return db
    .selectFrom('audit_entry')
    .$if(actorClass !== undefined, (query) => query.where('actor_class', '=', actorClass ?? 'system'))
    .$if(actor !== undefined, (query) =>
      query.where((eb) =>
        eb.or([eb('actor_id', '=', actor ?? ''), eb(eb.fn('strpos', ['actor_label', eb.val(actor ?? '')]), '>', 0)]),
      ),
    )
    .$if(action !== undefined, (query) =>
      query.where((eb) =>
        action?.endsWith('.')
          ? eb(eb.fn('starts_with', ['action', eb.val(action)]), '=', true)
          : eb('action', '=', action ?? ''),
      ),
    )
    .$if(subject !== undefined, (query) => query.where('subject_id', '=', subject ?? ''))
    .$if(from !== undefined, (query) => query.where('at', '>=', new Date(from ?? 0)))
    .$if(to !== undefined, (query) => query.where('at', '<', new Date(to ?? 0)));
}
