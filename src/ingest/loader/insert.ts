import type { EventStore, EventTable } from '../../store/events/store.ts';
import { copyTraits } from '../identity/copy-traits.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';

/**
 * Step 9: one insert per table. Dead letters and traits replace themselves when they are inserted again; events come
 * last, so that whatever finds them stored (`dedupe` of a second try) finds the rest as well.
 */
export async function insert(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  const { events } = deps;
  await Promise.all([
    insertLines(events, 'dead_letters', batch.rows.deadLetters),
    insertLines(events, 'traits', batch.rows.traits).then(() => copyTraits(batch, deps)),
  ]);
  await insertLines(events, 'events', batch.rows.events);
}

/** Lines of JSON as one insert; none is none. */
export async function insertLines(events: EventStore, table: EventTable, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await events.insert(table, Buffer.from(lines.join('\n')));
}
