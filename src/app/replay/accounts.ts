import type { StateStore } from '../../store/state/store.ts';

/** Accounts read at a time: what is stored of them is in memory together. */
const batchSize = 100;

/** Ids of everybody, or of those that are named, in order, in batches. */
export async function* accountBatches(
  state: StateStore,
  workspace: string,
  { subject, accounts }: { readonly subject: 'account' | 'person'; readonly accounts: readonly string[] | null },
): AsyncIterable<readonly string[]> {
  if (accounts !== null) {
    const ordered = [...new Set(accounts)].toSorted();
    for (let start = 0; start < ordered.length; start += batchSize) yield ordered.slice(start, start + batchSize);
    return;
  }
  let last = '';
  for (;;) {
    const after = last; // ids are never empty
    const rows = await state.within(workspace, (db) =>
      db.selectFrom(subject).select('id').where('id', '>', after).orderBy('id').limit(batchSize).execute(),
    );
    if (rows.length === 0) return;
    yield rows.map(({ id }) => id);
    last = rows.at(-1)?.id ?? '';
  }
}

/** How many there are. */
export async function countAccounts(
  state: StateStore,
  workspace: string,
  subject: 'account' | 'person',
): Promise<number> {
  const row = await state.within(workspace, (db) =>
    db
      .selectFrom(subject)
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow(),
  );
  return Number(row.count);
}
