import type { EventStore } from '../../store/events/store.ts';

/** The newest traits of an account or person. */
export interface NewestTraits {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly traits: Readonly<Record<string, unknown>>;
}

/** What the history says is true now, by the time of the calls: so a late call never overwrites a newer value. */
export async function newestTraits(
  events: EventStore,
  workspace: string,
  owners: { readonly people: readonly string[]; readonly accounts: readonly string[] },
): Promise<NewestTraits[]> {
  if (owners.people.length + owners.accounts.length === 0) return [];
  const rows = await events.query({
    name: 'newest-traits',
    sql: `SELECT kind, id, trait, argMax((text, number, removed), (time, message)) AS newest
      FROM ${events.table('traits')} FINAL
      WHERE workspace = {workspace:String}
        AND (kind = 'person' AND id IN {people:Array(String)} OR kind = 'account' AND id IN {accounts:Array(String)})
      GROUP BY kind, id, trait ORDER BY kind, id, trait`,
    params: { workspace, people: owners.people, accounts: owners.accounts },
    row: (raw) =>
      raw as { kind: 'account' | 'person'; id: string; trait: string; newest: [string, number | null, number] },
  });
  const byOwner = new Map<string, { kind: 'account' | 'person'; id: string; traits: Record<string, unknown> }>();
  for (const { kind, id, trait, newest } of rows) {
    const key = `${kind} ${id}`;
    let owner = byOwner.get(key);
    if (!owner) byOwner.set(key, (owner = { kind, id, traits: {} }));
    const [text, number, removed] = newest;
    if (removed === 0) owner.traits[trait] = valueOf(text, number);
  }
  return [...byOwner.values()];
}

/** The value as JSON. A text that is written exactly like a number, a boolean or a list reads as one. */
function valueOf(text: string, number: number | null): unknown {
  if (number === null) return text.startsWith('[') ? listOf(text) : text;
  if (text === 'true' || text === 'false') return text === 'true';
  return String(number) === text ? number : text;
}

function listOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
