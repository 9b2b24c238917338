import type { Note } from '../evaluate/warm/account.ts';
import type { ReceivedEvent } from '../evaluate/in-process/raw-event.ts';
import type { TraitRow } from '../evaluate/in-process/trait-states.ts';
import type { LoadBatch } from '../ingest/loader/batch.ts';
import { dayOf } from '../ingest/loader/day.ts';
import type { Message } from '../ingest/loader/message.ts';

/** What a load brought to each account, so that their next evaluation need not ask the events engine. Pure. */
export function notesOf(batch: LoadBatch): ReadonlyMap<string, Note> {
  const { marks, revisions } = batch;
  const notes = new Map<string, Note>();
  const events = Map.groupBy(batch.messages, ({ account }) => account);
  const traits = traitsOf(batch);
  const moved = movedAccounts(batch);
  const today = dayOf(batch.now);
  for (const [account, revision] of revisions) {
    const isPlain = batch.fresh && batch.change.links.length === 0 && !moved.has(account);
    const isToday = [...(marks.get(account)?.days ?? [])].every((day) => day >= today);
    const own = events.get(account) ?? [];
    const news: Note['news'] =
      isPlain && isToday && own.every(({ stored }) => stored !== null)
        ? { events: own.flatMap(rawEvent), traits: traits.get(account) ?? [] }
        : null;
    notes.set(account, { revision, news });
  }
  return notes;
}

/** Accounts that got or lost stored events: what they hold now is not in the batch. */
function movedAccounts({ moves, leftovers, places }: LoadBatch): ReadonlySet<string> {
  return new Set([
    ...moves.flatMap(({ event, account }) => [event.account, account]),
    ...[...leftovers, ...places].map(({ account }) => account),
  ]);
}

function rawEvent({ time, id, kind, name, person, receivedAt, stored }: Message): ReceivedEvent[] {
  return stored === null ? [] : [{ time, id, kind, name, person, receivedAt, ...stored }];
}

interface TraitLine {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly trait: string;
  readonly time: number;
  readonly message: string;
  readonly text: string;
  readonly number: number | null;
  readonly moment: number | null;
  readonly removed: 0 | 1;
}

/** The rows as they were inserted, by account. */
function traitsOf({ rows, identity }: LoadBatch): Map<string, { name: string; row: TraitRow }[]> {
  const found = new Map<string, { name: string; row: TraitRow }[]>();
  for (const line of rows.traits) {
    const { kind, id, trait, time, message, text, number, moment, removed } = JSON.parse(line) as TraitLine;
    if (kind !== (identity.accountKind === 'person' ? 'person' : 'account')) continue;
    const own = found.get(id) ?? [];
    own.push({ name: trait, row: [time, message, text, number, moment, 1 - removed] });
    found.set(id, own);
  }
  return found;
}
