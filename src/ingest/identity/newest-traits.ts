import type { EventStore } from '../../store/events/store.ts';
import type { Message } from '../loader/message.ts';
import { mend } from '../loader/rows.ts';

/** The newest traits of an account or person. */
export interface NewestTraits {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly traits: Readonly<Record<string, unknown>>;
}

interface NewestRow {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly trait: string;
  readonly newest: readonly [text: string, number: number | null, removed: number, message: string];
}

/**
 * What the history says is true now, by the time of the calls: so a late call never overwrites a newer value. Values
 * have the JSON type that they were sent with. What is not `atHand` is read
 * from the events.
 */
export async function newestTraits(
  events: EventStore,
  workspace: string,
  owners: { readonly people: readonly string[]; readonly accounts: readonly string[] },
  atHand: { readonly messages: readonly Message[]; readonly shown: ShownTraits } = { messages: [], shown: new Map() },
): Promise<NewestTraits[]> {
  if (owners.people.length + owners.accounts.length === 0) return [];
  const rows = await events.query({
    name: 'newest-traits',
    sql: `SELECT kind, id, trait, argMax((text, number, removed, message), (time, message)) AS newest
      FROM ${events.table('traits')} FINAL
      WHERE workspace = {workspace:String}
        AND (kind = 'person' AND id IN {people:Array(String)} OR kind = 'account' AND id IN {accounts:Array(String)})
      GROUP BY kind, id, trait ORDER BY kind, id, trait`,
    params: { workspace, people: owners.people, accounts: owners.accounts },
    row: (raw) => raw as unknown as NewestRow,
  });
  const shown = atHand.shown;
  const sent = sentByMessages(atHand.messages);
  const unknown = rows.filter(
    (row) => isAmbiguous(row) && !sent.has(row.newest[3]) && shownAs(row, shown) === undefined,
  );
  for (const [id, one] of await sentByEvents(events, workspace, unknown)) sent.set(id, one);
  const byOwner = new Map<string, { kind: 'account' | 'person'; id: string; traits: Record<string, unknown> }>();
  for (const row of rows) {
    const { kind, id, trait, newest } = row;
    const key = `${kind} ${id}`;
    let owner = byOwner.get(key);
    if (!owner) byOwner.set(key, (owner = { kind, id, traits: {} }));
    if (newest[2] === 0) owner.traits[trait] = valueOf(row, sent.get(newest[3]), shown);
  }
  return [...byOwner.values()];
}

/** Traits as they are shown up to now, by `kind id`. */
export type ShownTraits = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The traits that one message set, by whose they are. */
type Sent = Readonly<Record<'account' | 'person', Readonly<Record<string, unknown>>>>;

/** Numbers, booleans and lists are stored as text besides: a text that looks like one may have been sent as text. */
function isAmbiguous({ newest: [text, number, removed] }: NewestRow): boolean {
  return removed === 0 && (number !== null || text.startsWith('['));
}

function sentByMessages(messages: readonly Message[]): Map<string, Sent> {
  const sent = new Map<string, Sent>();
  for (const { id, kind, personTraits, properties } of messages) {
    const person = personTraits ?? {};
    if (personTraits || kind === 'group') sent.set(id, { person, account: kind === 'group' ? properties : person });
  }
  return sent;
}

/** What was sent by the stored events behind these values, by message id. */
async function sentByEvents(
  events: EventStore,
  workspace: string,
  rows: readonly NewestRow[],
): Promise<[string, Sent][]> {
  if (rows.length === 0) return [];
  return events.query({
    name: 'events-behind-traits',
    sql: `SELECT id, argMax(properties, version) AS sent FROM ${events.table('events')}
      WHERE workspace = {workspace:String} AND kind IN ('identify', 'group') AND id IN {ids:Array(String)} GROUP BY id`,
    params: { workspace, ids: [...new Set(rows.map(({ newest }) => newest[3]))] },
    row: (raw) => {
      const traits = JSON.parse(String(raw['sent'])) as Record<string, unknown>;
      return [String(raw['id']), { person: traits, account: traits }];
    },
  });
}

/** The value as it is shown already, if its text is still the same. */
function shownAs({ kind, id, trait, newest: [text] }: NewestRow, shown: ShownTraits): unknown {
  const value = shown.get(`${kind} ${id}`)?.[trait];
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar && String(value) === text ? value : undefined;
}

/** The value as it was sent; when its event is not there, a text written exactly like another type reads as one. */
function valueOf(row: NewestRow, sent: Sent | undefined, shown: ShownTraits): unknown {
  const {
    kind,
    trait,
    newest: [text, number],
  } = row;
  if (!isAmbiguous(row)) return text;
  const original = sent === undefined ? shownAs(row, shown) : at(sent[kind], trait);
  if (typeof original === 'string') return text;
  if (typeof original === 'number' || typeof original === 'boolean') return original;
  if (number === null) return listOf(mend(text));
  if (text === 'true' || text === 'false') return text === 'true';
  return String(number) === text ? number : text;
}

/** The value of a key, or of keys joined with dots. */
function at(sent: Readonly<Record<string, unknown>>, trait: string): unknown {
  if (Object.hasOwn(sent, trait)) return sent[trait];
  for (let dot = trait.indexOf('.'); dot !== -1; dot = trait.indexOf('.', dot + 1)) {
    const inner = Object.hasOwn(sent, trait.slice(0, dot)) ? sent[trait.slice(0, dot)] : null;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) continue;
    const found = at(inner as Readonly<Record<string, unknown>>, trait.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
