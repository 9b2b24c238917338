import { ClickHouseError } from '@clickhouse/client';
import { DeadlineExceeded, StoreFull, StoreUnavailable } from './store.ts';

const noSpaceCode = '243';
const deadlineCode = '159';

/** What callers can act on: the engine is away, or its disk is full; anything else stays as it is. */
export function translateError(cause: unknown): unknown {
  if (cause instanceof ClickHouseError) {
    if (cause.code === deadlineCode) return new DeadlineExceeded(cause.message, { cause });
    return cause.code === noSpaceCode || cause.message.includes('No space left on device')
      ? new StoreFull('events', { cause })
      : cause;
  }
  if (!(cause instanceof Error)) return cause;
  const code = 'code' in cause ? String(cause.code) : '';
  const away = connectionCodes.has(code) || /socket hang up|Timeout error|aborted/i.test(cause.message);
  return away ? new StoreUnavailable('events', { cause }) : cause;
}

const connectionCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH']);
