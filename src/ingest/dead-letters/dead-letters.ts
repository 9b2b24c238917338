import type { EventStore, Query } from '../../store/events/store.ts';
import type { LoadDeps } from '../loader/batch.ts';
import type { DropReason } from '../reasons.ts';
import type { Spool } from '../spool/spool.ts';

/** An event that was refused, whole. */
export interface DeadLetter {
  readonly id: string;
  /** UTC, epoch milliseconds. */
  readonly receivedAt: number;
  readonly reason: DropReason;
  readonly detail: string;
  /** As it was sent; with what its batch said for all of them, if it said anything. */
  readonly body: string;
  readonly route: string;
  readonly source: string;
  readonly segment: string;
  readonly resentAt: number | null;
}

/** Which dead letters are asked for; newest first. */
export interface DeadLetterFilter {
  readonly workspace: string;
  readonly reason?: DropReason;
  readonly ids?: readonly string[];
  /** Epoch milliseconds: [from, to). */
  readonly from?: number;
  readonly to?: number;
  /** Those after this one, in the order of the list. */
  readonly after?: { readonly receivedAt: number; readonly id: string };
  readonly limit: number;
}

/** A page of dead letters, newest first. */
export async function listDeadLetters(events: EventStore, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  return events.query(deadLetters(events, filter));
}

/** How many there are per reason, those sent again left out. */
export async function countDeadLetters(
  events: EventStore,
  workspace: string,
): Promise<{ reason: DropReason; count: number }[]> {
  return events.query({
    name: 'count-dead-letters',
    sql: `SELECT reason, count() AS count FROM ${events.table('dead_letters')} FINAL
      WHERE workspace = {workspace:String} AND resent_at IS NULL GROUP BY reason ORDER BY count DESC, reason`,
    params: { workspace },
    row: (raw) => ({ reason: raw['reason'] as DropReason, count: Number(raw['count']) }),
  });
}

/**
 * Sends dead letters through the steps again, as received when they were (a model of the past must not change because
 * of it), and marks them. Resolves with how many; those refused again become new dead letters. If it is interrupted,
 * a letter may be sent twice: its messageId keeps it from counting twice.
 */
export async function resendDeadLetters(
  deps: LoadDeps & { readonly spool: Spool },
  workspace: string,
  ids: readonly string[],
): Promise<number> {
  const letters = await listDeadLetters(deps.events, { workspace, ids, limit: ids.length });
  const waiting = letters.filter(({ resentAt }) => resentAt === null);
  await Promise.all(
    waiting.map(({ source, receivedAt, route, body }) =>
      deps.spool.append({ workspace, source, receivedAt, route, body: Buffer.from(body) }),
    ),
  );
  const now = deps.clock.now();
  const rows = waiting.map(({ id, receivedAt, reason, detail, body, route, source, segment }) => ({
    workspace,
    received_at: receivedAt,
    id,
    reason,
    detail,
    body,
    route,
    source,
    segment,
    resent_at: now,
    version: now,
  }));
  await deps.events.insert('dead_letters', rows);
  return waiting.length;
}

function deadLetters(events: EventStore, filter: DeadLetterFilter): Query<DeadLetter> {
  const { workspace, reason, ids, from, to, after, limit } = filter;
  const conditions = ['workspace = {workspace:String}'];
  if (reason !== undefined) conditions.push('reason = {reason:String}');
  if (ids !== undefined) conditions.push('id IN {ids:Array(String)}');
  if (from !== undefined) conditions.push('received_at >= fromUnixTimestamp64Milli({from:Int64})');
  if (to !== undefined) conditions.push('received_at < fromUnixTimestamp64Milli({to:Int64})');
  if (after !== undefined) {
    conditions.push('(received_at, id) < (fromUnixTimestamp64Milli({afterTime:Int64}), {afterId:String})');
  }
  return {
    name: 'dead-letters',
    sql: `SELECT id, toUnixTimestamp64Milli(received_at) AS received, reason, detail, body, route, source, segment,
        toUnixTimestamp64Milli(resent_at) AS resent
      FROM ${events.table('dead_letters')} FINAL WHERE ${conditions.join(' AND ')}
      ORDER BY received_at DESC, id DESC LIMIT {limit:UInt32}`,
    params: { workspace, reason, ids, from, to, afterTime: after?.receivedAt, afterId: after?.id, limit },
    row: (raw) => ({
      ...(raw as unknown as DeadLetter),
      receivedAt: Number(raw['received']),
      resentAt: raw['resent'] === null ? null : Number(raw['resent']),
    }),
  };
}
