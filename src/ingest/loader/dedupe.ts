import type { EventStore } from '../../store/events/store.ts';
import { aliasFacts } from '../identity/facts.ts';
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
  const ids = [...first.keys()];
  const [brought, stored] = await Promise.all([
    broughtBefore(events, batch.workspace, ids),
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
  // An earlier try stores the segment's own events before it moves others. Traits come even before, but without links
  // nobody gets a copy of them that a second try could not see.
  if (own.size === 0 && aliasFacts(batch.messages).length === 0) batch.fresh = true;
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

/** Above this many ids a look at every stored hash is cheaper than finding the place of each: they lie everywhere. */
const manyIds = 5_000;

/**
 * Which of the ids are stored already, and by which segments. Usually none is, so the first question is answered from
 * the hashes alone; who brought them is asked only about those that were found. Ids travel as one text: a list of
 * 50,000 takes the engine several times longer to read. No id holds NUL (`check` takes it out).
 */
async function broughtBefore(
  events: EventStore,
  workspace: string,
  ids: readonly string[],
): Promise<{ id: string; segment: string }[]> {
  const joined = "splitByChar('\\0', {ids:String})";
  const hashes = `SELECT reinterpretAsUInt128(sipHash128(arrayJoin(${joined})))`;
  const found = await events.query({
    name: 'hashes-brought-before',
    sql: `SELECT DISTINCT toString(hash) AS found FROM ${events.table('event_ids')}
      PREWHERE workspace = {workspace:String} AND hash IN (${hashes})
      SETTINGS use_index_for_in_with_subqueries = ${ids.length > manyIds ? 0 : 1}`,
    params: { workspace, ids: ids.join('\0') },
    row: (raw) => String(raw['found']),
  });
  if (found.length === 0) return [];
  return events.query({
    name: 'ids-brought-before',
    sql: `SELECT asked.id AS id, known.segment AS segment
      FROM (
        SELECT hash, segment FROM ${events.table('event_ids')}
        WHERE workspace = {workspace:String} AND hash IN (SELECT toUInt128(arrayJoin(splitByChar(',', {found:String}))))
      ) AS known
      INNER JOIN (
        SELECT arrayJoin(${joined}) AS id, reinterpretAsUInt128(sipHash128(id)) AS hash
      ) AS asked ON asked.hash = known.hash`,
    params: { workspace, found: found.join(','), ids: ids.join('\0') },
    row: (raw) => ({ id: String(raw['id']), segment: String(raw['segment']) }),
  });
}
