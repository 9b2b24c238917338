import type { Evaluated } from '../evaluate/warm/accounts.ts';
import type { Note } from '../evaluate/warm/account.ts';
import type { Followed, LoadBatch } from '../ingest/loader/batch.ts';
import type { State } from '../store/state/store.ts';
import type { Core } from './core.ts';
import { noteHeartbeats } from './heartbeats.ts';
import type { LiveVersion } from './models.ts';
import { notesOf } from './notes-of-load.ts';
import { settleEvaluations, tellSettled } from './settle.ts';

/** More accounts than this are marked instead: the transaction would hold their rows for too long. */
const mostAtOnce = 2_000;

/**
 * Evaluates the accounts of a load within the transaction that remembers it, as far as memory knows them: such an event
 * needs no mark, no claim and no second commit. The others are marked, and the live loop reads them.
 */
export async function followLoad(core: Core, batch: LoadBatch, db: State): Promise<Followed> {
  noteHeartbeats(core.memory, batch);
  const notes = notesOf(batch);
  const note = (): void => {
    for (const [account, one] of notes) core.warm.note(batch.workspace, account, one);
  };
  const version = notes.size > mostAtOnce ? null : await lockedVersion(db);
  if (version === null) return { evaluated: new Set(), committed: note };
  const model = await core.models.known(batch.workspace, version);
  const asOf = core.clock.now();
  const evaluated = await evaluateNoted(core, batch, { model, asOf, notes });
  const settled = await settleEvaluations(db, core, batch.workspace, model, asOf, evaluated);
  return {
    evaluated: new Set(evaluated.map(({ evaluation }) => evaluation.account)),
    committed: () => {
      note();
      tellSettled(core, batch.workspace, model, settled, (account) => batch.marks.get(account)?.receivedAt);
    },
  };
}

/** The live model, which nobody can replace before this transaction ends: who does marks everybody after it. */
async function lockedVersion(db: State): Promise<LiveVersion | null> {
  const row = await db
    .selectFrom('model_version')
    .innerJoin('workspace', 'workspace.id', 'model_version.workspace_id')
    .select(['version', 'hash', 'account_kind'])
    .where('status', '=', 'live')
    .forShare('model_version')
    .executeTakeFirst();
  return row ? { version: row.version, hash: row.hash, accountKind: row.account_kind } : null;
}

async function evaluateNoted(
  core: Core,
  { workspace }: LoadBatch,
  given: {
    readonly model: Awaited<ReturnType<Core['models']['known']>>;
    readonly asOf: number;
    readonly notes: ReadonlyMap<string, Note>;
  },
): Promise<Evaluated[]> {
  const { compiled, accountKind } = given.model;
  const request = { compiled, workspace, asOf: given.asOf, accountKind, memory: core.memory };
  return core.warm.evaluateAfter(core.events, request, given.notes);
}
