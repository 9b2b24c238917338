import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { closest } from '../../lib/closest.ts';
import { forgetMoments } from './forget.ts';
import { type Located, type LocatedEntry, type LocatedMap, type Path, placeOf } from './tree.ts';

/** Keys of which a part can have only one: setting one drops the others of the part it overrides. */
interface Choice {
  readonly keys: readonly string[];
  /** Keys that mean something only beside one of these; with none it goes whenever the choice is made again. */
  readonly companions: Readonly<Record<string, readonly string[]>>;
}

const choices: Readonly<Record<string, Choice>> = {
  'segments.*': { keys: ['when', 'otherwise'], companions: {} },
  'measures.*': {
    keys: ['count', 'sum', 'min', 'max', 'avg', 'unique', 'days', 'first', 'last', 'latest', 'open', 'capabilities'],
    companions: { every: [], for: [] },
  },
  'indicators.*': { keys: ['cuts', 'points', 'percentile'], companions: { shape: [] } },
  'phases.*.starts': { keys: ['on', 'after', 'when', 'at', 'known'], companions: { where: ['on'] } },
  'phases.*.ends': { keys: ['on', 'when', 'completed', 'after'], companions: { where: ['on'] } },
  'moments.*': {
    keys: ['due', 'schedule', 'on', 'absent', 'when'],
    companions: { where: ['on'], atMostOncePer: ['on'], for: ['when'], within: ['on', 'absent', 'when'] },
  },
  'moments.*.done': { keys: ['on', 'when'], companions: { where: ['on'] } },
  'moments.*.touch.*': { keys: ['owner', 'playbook', 'skip'], companions: {} },
};

/**
 * Puts a model over the one it extends: maps merge key by key, everything else replaces, null removes.
 * `indicators.use` adds to the list below; new segments come before the ones below, because the first match wins; a new
 * phase comes behind the one it is written behind. A moment that is removed leaves the lists of moments below.
 */
export function mergeModels(below: Located, above: Located, report: (one: Diagnostic) => void): Located {
  return merge(forgetMoments(below, above), above, [], report);
}

function merge(below: Located, above: Located, path: Path, report: (one: Diagnostic) => void): Located {
  if (path.length === 2 && path[0] === 'indicators' && path[1] === 'use') return addUses(below, above);
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map<string, LocatedEntry>(path.length === 1 && path[0] === 'segments' ? above.entries : []);
  const dropped = droppedBy(above, path);
  for (const [key, entry] of below.entries) {
    if (dropped.has(key) && !above.entries.has(key)) continue;
    const over = above.entries.get(key);
    const value = over === undefined ? entry.value : merge(entry.value, over.value, [...path, key], report);
    entries.set(key, over === undefined ? entry : { key: over.key, value });
  }
  for (const [key, entry] of above.entries) if (!entries.has(key)) entries.set(key, entry);
  removeNulls(entries, below, above, path, report);
  const isOrdered = path.length === 1 && path[0] === 'phases';
  return { kind: 'map', entries: isOrdered ? placed(entries, below, above) : entries, span: above.span };
}

/** The entries in the order of the part below, new ones behind the one they are written behind, else at the end. */
function placed(
  entries: ReadonlyMap<string, LocatedEntry>,
  below: LocatedMap,
  above: LocatedMap,
): ReadonlyMap<string, LocatedEntry> {
  const order = [...below.entries.keys()];
  let last: string | undefined;
  for (const key of above.entries.keys()) {
    if (!order.includes(key)) order.splice(last === undefined ? order.length : order.indexOf(last) + 1, 0, key);
    last = key;
  }
  const found = order.map((key): [string, LocatedEntry | undefined] => [key, entries.get(key)]);
  return new Map(found.filter((entry): entry is [string, LocatedEntry] => entry[1] !== undefined));
}

function droppedBy(above: LocatedMap, path: Path): ReadonlySet<string> {
  const kind = path.map((step, i) => (i === 1 || (i === 3 && path[2] === 'touch') ? '*' : step)).join('.');
  const choice = Object.hasOwn(choices, kind) ? choices[kind] : undefined;
  const made = choice?.keys.filter((key) => isSet(above, key)) ?? [];
  if (choice === undefined || made.length === 0) return new Set();
  const lonely = Object.entries(choice.companions).filter(([, beside]) => !beside.some((key) => made.includes(key)));
  return new Set([...choice.keys, ...lonely.map(([key]) => key)]);
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
