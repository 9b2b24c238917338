import { sql } from 'kysely';
import type { Core } from './core.ts';

const known = new WeakMap<object, Map<string, number>>();

/** Since when the moments of a workspace are decided: the first publication of a model that has any (UTC milliseconds). */
export async function watchedSince(core: Pick<Core, 'state' | 'clock'>, workspace: string): Promise<number> {
  const own = known.get(core.state) ?? new Map<string, number>();
  known.set(core.state, own);
  const found = own.get(workspace);
  if (found !== undefined) return found;
  const row = await core.state.within(workspace, (db) =>
    db
      .selectFrom('model_version')
      .select((eb) => eb.fn.min('published_at').as('at'))
      .where(sql<boolean>`jsonb_array_length(coalesce(resolved->'moments', '[]')) > 0`)
      .executeTakeFirst(),
  );
  if (!row?.at) return core.clock.now();
  own.set(workspace, row.at.getTime());
  return row.at.getTime();
}
