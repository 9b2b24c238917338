import type { LoadBatch, LoadDeps } from '../loader/batch.ts';

/** A trait row as far as copying it needs; the values stay in the engine. */
interface TraitPlace {
  readonly kind: 'account' | 'person';
  readonly id: string;
  readonly trait: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly message: string;
  readonly version: number;
}

/**
 * After links changed: the traits of every former id belong to the canonical person too, and to nobody that it was
 * linked with by mistake before. Copies have a version above 0; the newest version wins.
 */
export async function copyTraits(batch: LoadBatch, deps: LoadDeps): Promise<void> {
  const { change, workspace } = batch;
  const people = change.links.length === 0 && batch.fresh ? [] : [...change.people.keys()];
  if (people.length === 0) return;
  const rows = await traitPlaces(deps, workspace, people);
  const wanted = new Set<string>();
  const missing: { row: TraitPlace; id: string; kind: TraitPlace['kind'] }[] = [];
  const present = new Set(rows.map((row) => place(row.kind, row.id, row)));
  for (const row of rows.filter(({ version, kind }) => version === 0 && kind === 'person')) {
    const person = change.people.get(row.id) ?? row.id;
    const kinds: TraitPlace['kind'][] = batch.identity.accountKind === 'person' ? ['person', 'account'] : ['person'];
    for (const kind of kinds) {
      if (kind === 'person' && person === row.id) continue;
      wanted.add(place(kind, person, row));
      if (!present.has(place(kind, person, row))) missing.push({ row, id: person, kind });
    }
  }
  const surplus = rows.filter((row) => row.version > 0 && !wanted.has(place(row.kind, row.id, row)));
  await write(
    deps,
    workspace,
    missing.map(({ row, id, kind }) => ({ from: row, kind, id, deleted: 0 })),
    batch.now,
  );
  await write(
    deps,
    workspace,
    surplus.map((row) => ({ from: row, kind: row.kind, id: row.id, deleted: 1 })),
    batch.now,
  );
}

function place(kind: string, id: string, { trait, time, message }: TraitPlace): string {
  return JSON.stringify([kind, id, trait, time, message]);
}

async function traitPlaces({ events }: LoadDeps, workspace: string, ids: readonly string[]): Promise<TraitPlace[]> {
  return events.query({
    name: 'traits-of-people',
    sql: `SELECT kind, id, trait, toUnixTimestamp64Milli(time) AS at, message, version
      FROM ${events.table('traits')} FINAL
      WHERE workspace = {workspace:String} AND id IN {ids:Array(String)}`,
    params: { workspace, ids },
    row: (raw) => ({
      kind: raw['kind'] === 'account' ? 'account' : 'person',
      id: String(raw['id']),
      trait: String(raw['trait']),
      time: Number(raw['at']),
      message: String(raw['message']),
      version: Number(raw['version']),
    }),
  });
}

/** Writes each row once more under another owner, or as removed, with a version above all earlier ones. */
async function write(
  { events }: LoadDeps,
  workspace: string,
  copies: readonly { from: TraitPlace; kind: string; id: string; deleted: 0 | 1 }[],
  version: number,
): Promise<void> {
  if (copies.length === 0) return;
  await events.execute({
    name: 'copy-traits',
    sql: `INSERT INTO ${events.table('traits')}
        (workspace, kind, id, trait, time, message, received_at, text, number, moment, removed, segment, version, deleted)
      SELECT t.workspace, c.2, c.3, t.trait, t.time, t.message, t.received_at, t.text, t.number, t.moment, t.removed,
        t.segment, {version:UInt64}, {deleted:UInt8}
      FROM ${events.table('traits')} AS t FINAL
      ARRAY JOIN arrayFilter(c -> c.1 = (toString(t.kind), t.id, t.trait, t.message),
        arrayMap((kind, id, trait, message, toKind, toId) -> ((kind, id, trait, message), toKind, toId),
          {kinds:Array(String)}, {ids:Array(String)}, {traits:Array(String)}, {messages:Array(String)},
          {toKinds:Array(String)}, {toIds:Array(String)})) AS c
      WHERE t.workspace = {workspace:String} AND t.id IN {ids:Array(String)} AND t.message IN {messages:Array(String)}`,
    params: {
      workspace,
      version,
      deleted: copies[0]?.deleted ?? 0,
      kinds: copies.map(({ from }) => from.kind),
      ids: copies.map(({ from }) => from.id),
      traits: copies.map(({ from }) => from.trait),
      messages: copies.map(({ from }) => from.message),
      toKinds: copies.map(({ kind }) => kind),
      toIds: copies.map(({ id }) => id),
    },
  });
}
