import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { shippedFile } from '../model/shipped.ts';
import type { Core } from './core.ts';
import { publish } from './publish.ts';
import { createWorkspace, listWorkspaces } from './workspaces.ts';

/** What the installation held before this start. */
export interface FirstRun {
  /** No workspace was there: one was made. */
  readonly isNew: boolean;
  readonly workspace: string;
  readonly slug: string;
}

/** Makes sure that there is a workspace, and that the first one has a model (null: that can wait). */
export async function prepareFirstRun(core: Core, model: string | null): Promise<FirstRun> {
  const [known] = await listWorkspaces(core.state);
  if (known && (await hasModel(core, known.id))) return { isNew: false, workspace: known.id, slug: known.slug };
  return core.state.exclusively('first-run', async () => {
    // Asked again under the lock: another process may have started at the same time.
    const [there] = await listWorkspaces(core.state);
    const made = there ? null : await createWorkspace(core.state, { slug: 'default', name: 'Default' });
    const first = there ?? made;
    if (!first) throw new Error('The workspace that was just made is gone.');
    if (model !== null && !(await hasModel(core, first.id))) await publishShipped(core, first.id, model);
    return { isNew: made !== null, workspace: first.id, slug: first.slug };
  });
}

/** Publishes a model that comes with Rapport. */
export async function publishShipped(core: Core, workspace: string, model: string): Promise<void> {
  const path = shippedFile(model);
  const source = { file: basename(path), yaml: readFileSync(path, 'utf8'), extended: {} };
  const { published, diagnostics } = await publish(core, workspace, source, 'The model that comes with Rapport');
  if (!published) throw new Error(`The shipped model ${model} has errors: ${JSON.stringify(diagnostics)}`);
}

/** Whether any version was ever published. */
export async function hasModel(core: Core, workspace: string): Promise<boolean> {
  const row = await core.state.within(workspace, (db) =>
    db.selectFrom('model_version').select('version').limit(1).executeTakeFirst(),
  );
  return row !== undefined;
}
