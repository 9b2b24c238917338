import pino from 'pino';
import type { Config } from '../app/config.ts';
import type { Log } from '../lib/log.ts';

/** Logs as JSON lines on stderr. */
export function openLog(level: Config['logLevel']): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
}
