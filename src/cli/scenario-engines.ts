import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../app/config.ts';
import { OnEngines, type SteppedEngines, stepEngines } from '../app/scenario-world.ts';
import type { ResolvedModel } from '../model/resolved.ts';
import type { ModelText } from '../scenarios/scenario.ts';
import type { World } from '../scenarios/world.ts';
import { openStores } from '../store/open.ts';
import { openLog } from './log.ts';

/** Engines of their own for scenarios. */
export interface ScenarioEngines {
  /** Gives work a world in which nothing has happened, and forgets it afterwards. */
  inWorld<Result>(
    model: ResolvedModel,
    source: ModelText,
    nights: boolean,
    work: (world: World) => Promise<Result>,
  ): Promise<Result>;
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
    const { logLevel, warmMemory } = readConfig({ dataDir });
    const stores = await openStores({ dataDir, clickhouseUrl: null, postgresUrl: null, log: openLog(logLevel) });
    closers.push(() => stores.close());
    const engines: SteppedEngines = await stepEngines(stores, warmMemory);
    closers.push(() => engines.close());
    return {
      inWorld: async (model, source, nights, work) => {
        const world = new OnEngines(engines, model, source, nights);
        try {
          return await work(world);
        } finally {
          await world.close();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
