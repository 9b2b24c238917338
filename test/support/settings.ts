import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const besideRepository = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** What the environment may tell the tests; the only place under test/ that reads it. */
export const testSettings = {
  /** RAPPORT_TEST_LOG=1 shows what the engines and stores log. */
  log: (process.env['RAPPORT_TEST_LOG'] ?? '') !== '',
  /** RAPPORT_TORTURE_ROUNDS: how often the torture tests kill something. */
  tortureRounds: Number(process.env['RAPPORT_TORTURE_ROUNDS'] ?? 5),
  /** RAPPORT_TEST_DATA: directory of the real data sets; null when there is none. */
  dataSets: process.env['RAPPORT_TEST_DATA'] ?? (existsSync(besideRepository) ? besideRepository : null),
} as const;

/** The environment of programs that tests start: without the settings of whoever runs the tests. */
export const cleanEnvironment: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('RAPPORT_')),
);
