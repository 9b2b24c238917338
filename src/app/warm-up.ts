import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '../lib/clock.ts';
import type { Core } from './core.ts';
import { today } from './days.ts';
import { lifecycleReader } from './lifecycle.ts';
import { refreshDays } from './rollups.ts';

/** Accounts that lie together in the events engine: reading a thousand of them costs about as much as ten at random. */
const chunk = 1_000;
/** Who was not seen for so long will hardly send the next event. */
const recentDays = 28;

/**
 * Reads recently seen accounts before their next event comes: after a start, and after midnight, when what was remembered
 * of the day before no longer holds. Rests as long as it works.
 */
export class WarmUp {
  readonly #core: Core;
  /** Where each workspace is: the day (and model) that is being read, and the last account; null: done. */
  readonly #places = new Map<string, { readonly day: string; readonly last: string | null }>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** One chunk of each workspace; whether there may be more. */
  async step(): Promise<boolean> {
    const workspaces = await this.#core.state.everywhere((db) =>
      db.selectFrom('model_version').select('workspace_id').where('status', '=', 'live').execute(),
    );
    let more = false;
    for (const { workspace_id: workspace } of workspaces) {
      const started = monotonic();
      if (await this.#readChunk(workspace)) {
        more = true;
        await sleep(monotonic() - started, undefined, { ref: false });
      }
    }
    return more;
  }

  async #readChunk(workspace: string): Promise<boolean> {
    const core = this.#core;
    const model = await core.models.live(workspace);
    if (!model) return false;
    const asOf = core.clock.now();
    const day = `${today(asOf)} ${model.compiled.hash}`;
    const place = this.#places.get(workspace);
    const last = place?.day === day ? place.last : '';
    if (last === null) return false;
    const rows = await core.state.within(workspace, (db) =>
      db
        .selectFrom('account')
        .select(['id', 'revision'])
        .where('id', '>', last)
        .where('last_seen_at', '>', new Date(asOf - recentDays * 86_400_000))
        .orderBy('id')
        .limit(chunk)
        .execute(),
    );
    await core.warm.prepare(core.events, {
      compiled: model.compiled,
      workspace,
      asOf,
      revisions: new Map(rows.map(({ id, revision }) => [id, revision])),
      accountKind: model.accountKind,
      memory: core.memory,
      refresh: (missing) => refreshDays(core, workspace, missing),
      readLifecycle: lifecycleReader(core, workspace, model),
    });
    const isDone = rows.length < chunk;
    this.#places.set(workspace, { day, last: isDone ? null : (rows.at(-1)?.id ?? null) });
    return !isDone;
  }
}
