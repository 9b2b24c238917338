import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { closest } from '../../lib/closest.ts';
import { type Located, type LocatedEntry, type LocatedMap, type Path, placeOf } from './tree.ts';

/** Keys of which a part can have only one: setting one drops the others of the part it overrides. */
const exclusive: readonly (readonly string[])[] = [
  ['count', 'sum', 'min', 'max', 'avg', 'unique', 'days', 'first', 'last', 'latest', 'open', 'capabilities'],
  ['cuts', 'points', 'percentile'],
  ['when', 'otherwise'],
];
// What only makes sense together with the key it stands beside.
const dependents: Readonly<Record<string, readonly string[]>> = { points: ['shape'], count: ['every', 'for'] };

/**
 * Puts a model over the one it extends: maps merge key by key, everything else replaces, null removes.
 * `indicators.use` adds to the list below; new segments come before the ones below, because the first match wins.
 */
export function mergeModels(below: Located, above: Located, report: (one: Diagnostic) => void): Located {
  return merge(below, above, [], report);
}

function merge(below: Located, above: Located, path: Path, report: (one: Diagnostic) => void): Located {
  if (path.length === 2 && path[0] === 'indicators' && path[1] === 'use') return addUses(below, above);
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map<string, LocatedEntry>(path.length === 1 && path[0] === 'segments' ? above.entries : []);
  const dropped = droppedBy(above);
  for (const [key, entry] of below.entries) {
    if (dropped.has(key) && !above.entries.has(key)) continue;
    const over = above.entries.get(key);
    const value = over === undefined ? entry.value : merge(entry.value, over.value, [...path, key], report);
    entries.set(key, over === undefined ? entry : { key: over.key, value });
  }
  for (const [key, entry] of above.entries) if (!entries.has(key)) entries.set(key, entry);
  removeNulls(entries, below, above, path, report);
  return { kind: 'map', entries, span: above.span };
}

function droppedBy(above: LocatedMap): ReadonlySet<string> {
  const groups = exclusive.filter((group) => group.some((key) => isSet(above, key)));
  const dropped = groups.flat().flatMap((key) => [key, ...(dependents[key] ?? [])]);
  return new Set(dropped);
}

function isSet(map: LocatedMap, key: string): boolean {
  const value = map.entries.get(key)?.value;
  return value !== undefined && !isNull(value);
}

function isNull(part: Located): boolean {
  return part.kind === 'scalar' && part.value === null;
}

function removeNulls(
  entries: Map<string, LocatedEntry>,
  below: LocatedMap,
  above: LocatedMap,
  path: Path,
  report: (one: Diagnostic) => void,
): void {
  for (const [key, entry] of above.entries) {
    if (!isNull(entry.value)) continue;
    const used = path[0] === 'indicators' && path.length === 1 && withoutUse(entries, key);
    // In the catalog an event without properties may be written with nothing after it.
    if (!below.entries.has(key) && path[0] === 'catalog' && path.length === 1) continue;
    entries.delete(key);
    if (below.entries.has(key) || used) continue;
    const near = closest(key, below.entries.keys());
    report(
      diagnostic(
        'extends/nothing-to-remove',
        placeOf(entry.key),
        `there is no ${JSON.stringify(key)} to remove here`,
        near === null ? 'null removes a key of the model below' : `did you mean ${near}?`,
      ),
    );
  }
}

/** Takes a built-in out of `use`; true when it was there. */
function withoutUse(entries: Map<string, LocatedEntry>, id: string): boolean {
  const use = entries.get('use');
  if (use?.value.kind !== 'list') return false;
  const items = use.value.items.filter((item) => !(item.kind === 'scalar' && item.value === id));
  if (items.length === use.value.items.length) return false;
  entries.set('use', { key: use.key, value: { ...use.value, items } });
  return true;
}

function addUses(below: Located, above: Located): Located {
  if (below.kind !== 'list' || above.kind !== 'list') return above;
  const known = new Set(below.items.map((item) => (item.kind === 'scalar' ? item.value : item)));
  const added = above.items.filter((item) => !(item.kind === 'scalar' && known.has(item.value)));
  return { ...above, items: [...below.items, ...added] };
}
