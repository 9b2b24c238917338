import type { EventStore, EventTable } from '../../store/events/store.ts';
import { copyTraits } from '../identity/copy-traits.ts';
import type { LoadBatch, LoadDeps } from './batch.ts';
import { eventLines } from './rows.ts';

/** Events per insert: the next text is written while the engine reads one, and memory holds few of them. */
const sliceSize = 25_000;

/**
 * Step 9: dead letters and traits replace themselves when they are inserted again, so they come first. Events come
 * after them, so that whatever finds one stored (`dedupe` of a second try) finds the rest as well; and moves of other
 * events last, so that none is moved by a try that left nothing of its own.
 */
export async function insert(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  const { events } = deps;
  await Promise.all([
    insertLines(events, 'dead_letters', batch.rows.deadLetters),
    insertLines(events, 'traits', batch.rows.traits).then(() => copyTraits(batch, deps)),
  ]);
  await insertEvents(batch, deps);
  await insertLines(events, 'events', batch.rows.moves);
}

async function insertEvents(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  let running = Promise.resolve();
  for (let start = 0; start < batch.messages.length; start += sliceSize) {
    const lines = eventLines(batch, batch.messages.slice(start, start + sliceSize), deps);
    await running;
    running = insertLines(deps.events, 'events', lines);
    running.catch(() => {}); // seen at the next await
  }
  await running;
}

/** Lines of JSON as one insert; none is none. */
export async function insertLines(events: EventStore, table: EventTable, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await events.insert(table, Buffer.from(lines.join('\n')));
}
