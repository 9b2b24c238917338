import { sql } from 'kysely';
import type { ModelSource, ModelSummary, PublishResult } from '../api/control.ts';
import { Problem } from '../api/problem.ts';
import { modelOf } from '../api/routes/model-rows.ts';
import { backfill, ensureRollup } from '../evaluate/rollup.ts';
import { loadModelText, type LoadResult } from '../model/load.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import { compile } from '../compile/compile.ts';
import { recordAudit } from '../store/state/audit.ts';
import type { Core } from './core.ts';
import { warnOfUnheldRoles } from './unheld-roles.ts';

/** Checks a model that somebody sent: files that it extends are the ones sent along, never files of this machine. */
export function loadSource(source: ModelSource): LoadResult {
  return loadModelText(source.yaml, source.file, (path) => {
    const text = source.extended[path];
    if (text === undefined) throw new Error(`not sent along: ${path}`);
    return text;
  });
}

/** Publishes a model: a new version is made ready while the old one stays live, then both switch at once. */
export async function publish(
  core: Core,
  workspace: string,
  source: ModelSource,
  note: string,
): Promise<PublishResult> {
  const { model, diagnostics } = loadSource(source);
  if (!model) return { diagnostics, published: null, warnings: [] };
  const published = await publishModel(core, workspace, { model, yaml: source.yaml, note });
  return { diagnostics, published, warnings: await warningsOf(core, workspace, model) };
}

async function warningsOf(core: Core, workspace: string, model: ResolvedModel): Promise<string[]> {
  return core.state.within(workspace, (db) => warnOfUnheldRoles(db, model, core.clock.now()));
}

/** Publishes an old version again, as a new one; null when there is none of that number. */
export async function republish(
  core: Core,
  workspace: string,
  version: number,
  note: string,
): Promise<PublishResult | null> {
  const old = await core.state.within(workspace, (db) =>
    db.selectFrom('model_version').select(['yaml', 'resolved']).where('version', '=', version).executeTakeFirst(),
  );
  if (!old) return null;
  const why = note === '' ? `Back to version ${version}` : note;
  const published = await publishModel(core, workspace, { model: old.resolved, yaml: old.yaml, note: why });
  return { diagnostics: [], published, warnings: await warningsOf(core, workspace, old.resolved) };
}

interface Publication {
  readonly model: ResolvedModel;
  readonly yaml: string;
  readonly note: string;
}

/** One publication of a workspace at a time, over all processes. */
async function publishModel(core: Core, workspace: string, publication: Publication): Promise<ModelSummary> {
  return core.state.exclusively(`publish:${workspace}`, async () => {
    await refuseOtherKind(core, workspace, publication.model);
    const version = await announce(core, workspace, publication);
    try {
      await makeReady(core, workspace, publication.model);
      return await switchTo(core, workspace, version, publication.model);
    } catch (error) {
      await core.state.within(workspace, (db) =>
        db.updateTable('model_version').set({ status: 'failed' }).where('version', '=', version).execute(),
      );
      throw error;
    }
  });
}

/** A version nobody is scored by yet. What an interrupted publication left behind is marked as failed. */
async function announce(core: Core, workspace: string, { model, yaml, note }: Publication): Promise<number> {
  return core.state.within(workspace, async (db) => {
    await db.updateTable('model_version').set({ status: 'failed' }).where('status', '=', 'backfilling').execute();
    const newest = await db
      .selectFrom('model_version')
      .select((eb) => eb.fn.max('version').as('version'))
      .executeTakeFirst();
    const version = (newest?.version ?? 0) + 1;
    await db
      .insertInto('model_version')
      .values({
        workspace_id: workspace,
        version,
        name: model.name,
        yaml,
        resolved: JSON.stringify(model),
        hash: model.hash,
        status: 'backfilling',
        note,
        published_at: null,
      })
      .execute();
    return version;
  });
}

/**
 * Fills the rollup's new columns. Taking the roll lock first waits for a roll that still knows only the old columns;
 * every later one fills both.
 */
async function makeReady(core: Core, workspace: string, model: ResolvedModel): Promise<void> {
  const compiled = compile(model);
  const models = await core.state.exclusively(`roll:${workspace}`, async () => {
    await ensureRollup(core.events, workspace, [compiled]);
    return core.models.inForce(workspace);
  });
  await backfill(core.events, workspace, models);
}

/** In one transaction: the old version retires, the new one is live, everybody is to be evaluated. */
async function switchTo(core: Core, workspace: string, version: number, model: ResolvedModel): Promise<ModelSummary> {
  const now = new Date(core.clock.now());
  const row = await core.state.within(workspace, async (db) => {
    const old = await db
      .updateTable('model_version')
      .set({ status: 'retired' })
      .where('status', '=', 'live')
      .returning('version')
      .executeTakeFirst();
    const live = await db
      .updateTable('model_version')
      .set({ status: 'live', published_at: now })
      .where('version', '=', version)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordAudit(db, {
      workspace,
      action: 'model.published',
      subject: { kind: 'model', id: String(version) },
      cause: live.note,
      change: { before: { version: old?.version ?? null }, after: { version, name: live.name, hash: live.hash } },
    });
    await followKind(db, workspace, model);
    await sql`
INSERT INTO dirty_account (workspace_id, account_id, received_at)
SELECT workspace_id, id, ${now}::timestamptz FROM account WHERE workspace_id = ${workspace} ORDER BY id
ON CONFLICT (workspace_id, account_id) DO UPDATE SET marked_at = clock_timestamp()`.execute(db);
    return live;
  });
  await core.state.notify('rapport_dirty', core.process);
  return modelOf(row);
}

/** What an account is was decided when the first event came; only a workspace without any can become the other kind. */
async function refuseOtherKind(core: Core, workspace: string, { account }: ResolvedModel): Promise<void> {
  const kind = await core.state.within(workspace, async (db) =>
    (await isEmpty(db))
      ? account
      : (await db.selectFrom('workspace').select('account_kind').executeTakeFirstOrThrow()).account_kind,
  );
  if (kind === account) return;
  const [has, wants] = account === 'person' ? ['companies', 'people'] : ['people', 'companies'];
  throw new Problem(
    409,
    'Another kind of accounts',
    `This workspace holds events of ${has} and the model is about ${wants}. Nothing was changed. ` +
      'Make a workspace for it: `rapport workspace create NAME`. To try the model on these events without publishing: `rapport evaluate --model FILE`.',
  );
}

type State = Parameters<Parameters<Core['state']['within']>[1]>[0];

async function isEmpty(db: State): Promise<boolean> {
  const account = await db.selectFrom('account').select('id').limit(1).executeTakeFirst();
  const person = await db.selectFrom('person').select('id').limit(1).executeTakeFirst();
  return !account && !person;
}

/** A workspace that has no event yet becomes what its model is about. */
async function followKind(db: State, workspace: string, model: ResolvedModel): Promise<void> {
  if (!(await isEmpty(db))) return;
  await db.updateTable('workspace').set({ account_kind: model.account }).where('id', '=', workspace).execute();
}

/** Resolves when everybody marked up to now has been evaluated, or after `patienceMs`; true when done. */
export async function evaluatedAll(
  core: Core,
  workspace: string,
  patienceMs: number,
  pause: (ms: number) => Promise<unknown>,
): Promise<boolean> {
  const end = core.clock.now() + patienceMs;
  for (;;) {
    const row = await core.state.within(workspace, (db) =>
      db
        .selectFrom('dirty_account')
        .select((eb) => eb.fn.countAll<number>().as('left'))
        .executeTakeFirst(),
    );
    if ((row?.left ?? 0) === 0) return true;
    if (core.clock.now() > end) return false;
    await pause(50);
  }
}
