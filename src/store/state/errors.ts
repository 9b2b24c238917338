import { StoreFull, StoreUnavailable } from '../events/store.ts';

/** What callers can act on: the engine is away, or its disk is full; anything else stays as it is. */
export function translateError(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === diskFull) return new StoreFull('state', { cause });
  const away =
    connectionCodes.has(code) ||
    code.startsWith('08') ||
    /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error/i.test(
      cause.message,
    );
  return away ? new StoreUnavailable('state', { cause }) : cause;
}

const diskFull = '53100';

/** Of the socket, and of a server that stops, starts or recovers. */
const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  '57P01',
  '57P02',
  '57P03',
]);
