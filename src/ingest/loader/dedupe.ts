import type { EventStore, Query } from '../../store/events/store.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';

/**
 * Step 5: an id counts once per workspace, at any distance in time. Within the segment the first one stays; an id that
 * another segment brought is a duplicate; one that this segment brought itself was stored by an interrupted try, and
 * only its row is not inserted again (what it says about people is still taken, since that may be missing).
 */
export async function dedupe(batch: LoadBatch, { events }: LoadDeps): Promise<void> {
  const first = new Map<string, LoadBatch['messages'][number]>();
  for (const message of batch.messages) {
    if (first.has(message.id)) batch.duplicates.push(message.index);
    else first.set(message.id, message);
  }
  if (first.size === 0) return;
  const [brought, stored] = await Promise.all([
    events.query(broughtBefore(events, batch.workspace, [...first.keys()])),
    batch.fresh ? [] : storedBySegment(events, batch),
  ]);
  const own = new Set(stored);
  const elsewhere = new Set<string>();
  for (const { id, segment } of brought) {
    if (segment === batch.segment) own.add(id);
    else elsewhere.add(id);
  }
  batch.messages = [...first.values()].filter(({ id, index }) => {
    const isDuplicate = elsewhere.has(id) && !own.has(id);
    if (isDuplicate) batch.duplicates.push(index);
    return !isDuplicate;
  });
  batch.stored = own;
}

/** Ids stored by an earlier try. The view that feeds `event_ids` may have missed them if the engine died: mend it. */
async function storedBySegment(events: EventStore, batch: LoadBatch): Promise<string[]> {
  const params = { workspace: batch.workspace, segment: batch.segment };
  const ids = await events.query({
    name: 'ids-of-segment',
    sql: `SELECT DISTINCT id FROM ${events.table('events')}
      WHERE workspace = {workspace:String} AND segment = {segment:String}`,
    params,
    row: (raw) => String(raw['id']),
  });
  if (ids.length > 0) {
    await events.execute({
      name: 'mend-event-ids',
      sql: `INSERT INTO ${events.table('event_ids')}
        SELECT workspace, reinterpretAsUInt128(sipHash128(id)), segment FROM ${events.table('events')}
        WHERE workspace = {workspace:String} AND segment = {segment:String} AND version = 0`,
      params,
    });
  }
  return ids;
}

function broughtBefore(events: EventStore, workspace: string, ids: string[]): Query<{ id: string; segment: string }> {
  return {
    name: 'ids-brought-before',
    sql: `WITH asked AS (SELECT arrayJoin({ids:Array(String)}) AS id, reinterpretAsUInt128(sipHash128(id)) AS hash)
      SELECT asked.id AS id, known.segment AS segment
      FROM (
        SELECT hash, segment FROM ${events.table('event_ids')}
        WHERE workspace = {workspace:String} AND hash IN (SELECT hash FROM asked)
      ) AS known
      INNER JOIN asked ON asked.hash = known.hash`,
    params: { workspace, ids },
    row: (raw) => ({ id: String(raw['id']), segment: String(raw['segment']) }),
  };
}
