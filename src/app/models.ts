import { compile, type CompiledModel } from '../compile/compile.ts';
import type { StateStore } from '../store/state/store.ts';

/** The model that a workspace is scored by right now. */
export interface LiveModel {
  readonly version: number;
  readonly compiled: CompiledModel;
  /** What `events.account` holds in the workspace. */
  readonly accountKind: 'group' | 'person';
}

/** What identifies the live model of a workspace. */
export type LiveVersion = Pick<LiveModel, 'version' | 'accountKind'> & { readonly hash: string };

/** What versions that were stored before moments have not. */
const before = { roles: [], calendars: [], phases: [], policy: null, moments: [] };

/** Reads which models are in force; compiles each of them once. */
export class Models {
  readonly #state: StateStore;
  readonly #compiled = new Map<string, CompiledModel>();

  constructor(state: StateStore) {
    this.#state = state;
  }

  /** Null while nothing is published. */
  async live(workspace: string): Promise<LiveModel | null> {
    const row = await this.#state.within(workspace, (db) =>
      db
        .selectFrom('model_version')
        .innerJoin('workspace', 'workspace.id', 'model_version.workspace_id')
        .select(['version', 'hash', 'account_kind'])
        .where('status', '=', 'live')
        .executeTakeFirst(),
    );
    if (!row) return null;
    const compiled = await this.#compiledOf(workspace, row.version, row.hash);
    return { version: row.version, accountKind: row.account_kind, compiled };
  }

  /** The live model by what a claim has read of it: nothing is asked while it is the same. */
  async known(workspace: string, { version, hash, accountKind }: LiveVersion): Promise<LiveModel> {
    return { version, accountKind, compiled: await this.#compiledOf(workspace, version, hash) };
  }

  /** Those whose columns the rollup must hold: the live one and one that is being made ready. Read anew each time. */
  async inForce(workspace: string): Promise<CompiledModel[]> {
    const rows = await this.#state.within(workspace, (db) =>
      db
        .selectFrom('model_version')
        .select(['version', 'hash'])
        .where('status', 'in', ['live', 'backfilling'])
        .orderBy('version')
        .execute(),
    );
    return Promise.all(rows.map(({ version, hash }) => this.#compiledOf(workspace, version, hash)));
  }

  async #compiledOf(workspace: string, version: number, hash: string): Promise<CompiledModel> {
    // The hash is of the meaning: places in the file differ between versions of one hash, so the version is in the key.
    const key = `${workspace} ${version} ${hash}`;
    const known = this.#compiled.get(key);
    if (known) return known;
    const row = await this.#state.within(workspace, (db) =>
      db.selectFrom('model_version').select('resolved').where('version', '=', version).executeTakeFirstOrThrow(),
    );
    const compiled = compile({ ...before, ...row.resolved });
    if (this.#compiled.size > 100) this.#compiled.clear();
    this.#compiled.set(key, compiled);
    return compiled;
  }
}
