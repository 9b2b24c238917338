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

/** Makes sure that there is a workspace, and that the first one has a model. */
export async function prepareFirstRun(core: Core, model: string): Promise<FirstRun> {
  const [known] = await listWorkspaces(core.state);
  if (known && (await hasModel(core, known.id))) return { isNew: false, workspace: known.id, slug: known.slug };
  return core.state.exclusively('first-run', async () => {
    const made = known ? null : await createWorkspace(core.state, { slug: 'default', name: 'Default' });
    const [first] = made ? [made] : await listWorkspaces(core.state);
    if (!first) throw new Error('The workspace that was just made is gone.');
    if (!(await hasModel(core, first.id))) {
      const path = shippedFile(model);
      const source = { file: basename(path), yaml: readFileSync(path, 'utf8'), extended: {} };
      const { published, diagnostics } = await publish(core, first.id, source, 'The model that comes with Rapport');
      if (!published) throw new Error(`The shipped model ${model} has errors: ${JSON.stringify(diagnostics)}`);
    }
    return { isNew: made !== null, workspace: first.id, slug: first.slug };
  });
}

async function hasModel(core: Core, workspace: string): Promise<boolean> {
  const row = await core.state.within(workspace, (db) =>
    db.selectFrom('model_version').select('version').limit(1).executeTakeFirst(),
  );
  return row !== undefined;
}
