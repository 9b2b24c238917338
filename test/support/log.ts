import { silentLog, type Log } from '../../src/lib/log.ts';
import { testSettings } from './settings.ts';

const toStderr = (...parts: unknown[]): void => {
  process.stderr.write(`${parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ')}\n`);
};

/** Silent, unless RAPPORT_TEST_LOG is set. */
export const testLog: Log = testSettings.log
  ? { debug: toStderr, info: toStderr, warn: toStderr, error: toStderr }
  : silentLog;
