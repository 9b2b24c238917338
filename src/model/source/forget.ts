import { type Located, type LocatedEntry, type LocatedMap, partAt } from './tree.ts';

/**
 * The model below without mentioning the moments that the one above removes, where they stand in lists of moments
 * (`notWithin`, `policy.exempt`): a file that somebody extends cannot be edited. Where a phase ends with one of them it
 * stays, because then the phase needs another end.
 */
export function forgetMoments(below: Located, above: Located): Located {
  const gone = removedMoments(above);
  const moments = partAt(below, ['moments']);
  if (gone.size === 0 || below.kind !== 'map') return below;
  const policy = partAt(below, ['policy']);
  const entries = new Map(below.entries);
  if (moments?.kind === 'map')
    replace(
      entries,
      'moments',
      mapped(moments, (one) => withoutDistance(one, gone)),
    );
  if (policy?.kind === 'map') replace(entries, 'policy', withList(policy, 'exempt', gone));
  return { ...below, entries };
}

function removedMoments(above: Located): ReadonlySet<string> {
  const moments = partAt(above, ['moments']);
  if (moments?.kind !== 'map') return new Set();
  const removed = [...moments.entries].filter(([, { value }]) => value.kind === 'scalar' && value.value === null);
  return new Set(removed.map(([id]) => id));
}

/** A moment that no longer keeps its distance from those that are gone. */
function withoutDistance(moment: Located, gone: ReadonlySet<string>): Located {
  const notWithin = partAt(moment, ['notWithin']);
  if (moment.kind !== 'map' || notWithin?.kind !== 'map') return moment;
  const entries = new Map(moment.entries);
  const left = withList(notWithin, 'of', gone);
  const of = partAt(left, ['of']);
  const isEmpty = of?.kind === 'list' ? of.items.length === 0 : isGone(of, gone);
  if (isEmpty) entries.delete('notWithin');
  else replace(entries, 'notWithin', left);
  return { ...moment, entries };
}

function withList(map: LocatedMap, key: string, gone: ReadonlySet<string>): LocatedMap {
  const list = partAt(map, [key]);
  if (list?.kind !== 'list') return map;
  const entries = new Map(map.entries);
  replace(entries, key, { ...list, items: list.items.filter((item) => !isGone(item, gone)) });
  return { ...map, entries };
}

function isGone(part: Located | undefined, gone: ReadonlySet<string>): boolean {
  return part?.kind === 'scalar' && typeof part.value === 'string' && gone.has(part.value);
}

function mapped(map: LocatedMap, change: (one: Located) => Located): LocatedMap {
  const entries = [...map.entries].map(([key, entry]): [string, LocatedEntry] => [
    key,
    { key: entry.key, value: change(entry.value) },
  ]);
  return { ...map, entries: new Map(entries) };
}

function replace(entries: Map<string, LocatedEntry>, key: string, value: Located): void {
  const entry = entries.get(key);
  if (entry !== undefined) entries.set(key, { key: entry.key, value });
}
