import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { apiReference } from '../api/reference.ts';
import { settingsPage } from '../app/settings.ts';
import { renderMappingReference } from '../ingest/import/reference.ts';
import { renderDiagnosticsReference } from '../model/reference/diagnostics.ts';
import { renderIndicatorReference } from '../model/reference/indicators.ts';
import { modelJsonSchema } from '../model/reference/json-schema.ts';
import { renderModelReference } from '../model/reference/model.ts';
import { renderScenarioReference, scenarioJsonSchema } from '../scenarios/reference.ts';
import { commandsPage } from './commands-page.ts';
import { say } from './terminal.ts';

const folder = join(import.meta.dirname, '../../docs/reference');

/** The reference pages that are made from the code, by file name. */
export async function referencePages(program: Command): Promise<Record<string, string>> {
  return {
    'settings.md': settingsPage(),
    'cli.md': commandsPage(program),
    'api.md': await apiReference(),
    'mapping.md': renderMappingReference(),
    'model.md': renderModelReference(),
    'scenarios.md': renderScenarioReference(),
    'diagnostics.md': renderDiagnosticsReference(),
    'indicators.md': renderIndicatorReference(),
    'model.schema.json': `${JSON.stringify(modelJsonSchema(), null, 2)}\n`,
    'scenarios.schema.json': `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
  };
}

/** `rapport docs`. */
export function addDocs(program: Command): void {
  program
    .command('docs')
    .description('Write docs/reference again, after a change of settings, commands, routes or the model language.')
    .action(async () => {
      mkdirSync(folder, { recursive: true });
      for (const [name, text] of Object.entries(await referencePages(program))) {
        writeFileSync(join(folder, name), text);
        say(`docs/reference/${name}`);
      }
    });
}
