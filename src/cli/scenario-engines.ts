import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../app/config.ts';
import { OnEngines, type SteppedEngines, stepEngines } from '../app/scenario-world.ts';
import { runScenario, type ScenarioResult } from '../scenarios/run.ts';
import type { Scenario, ScenarioFile } from '../scenarios/scenario.ts';
import { openStores } from '../store/open.ts';
import { openLog } from './log.ts';

/** Engines of their own for scenarios. */
export interface ScenarioEngines {
  /** Plays a scenario in a world in which nothing has happened, which is forgotten afterwards. */
  play(file: ScenarioFile, scenario: Scenario): Promise<ScenarioResult>;
  close(): Promise<void>;
}

/** Starts embedded engines in a temporary folder; closing removes it. Servers that settings name are never touched. */
export async function openScenarioEngines(onStep: (step: string) => void): Promise<ScenarioEngines> {
  onStep('Starting the engines');
  const dataDir = mkdtempSync(join(tmpdir(), 'rapport-scenarios-'));
  const closers: (() => Promise<void> | void)[] = [() => rmSync(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const release of closers.splice(0).toReversed()) await release();
  };
  try {
    const config = readConfig({ dataDir });
    const own = { dataDir, clickhouseUrl: null, postgresUrl: null };
    const stores = await openStores({ ...own, log: openLog('error') }); // they live for a minute: warnings tell nobody anything
    closers.push(() => stores.close());
    const engines: SteppedEngines = await stepEngines(stores, config);
    closers.push(() => engines.close());
    return {
      play: async (file, scenario) => {
        const world = new OnEngines(engines, file, scenario);
        return runScenario(file.model, scenario, world).finally(() => world.close());
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
