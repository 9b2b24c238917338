import type { Type } from '../expression/expression.ts';
import type { Meaning } from '../expression/names.ts';
import type { PropertyType } from '../resolved.ts';
import { checkIds, isBroken, type Resolving, reportValue, suggest } from './context.ts';
import { isPrefix } from '../shape.ts';
import type { Path } from '../source/tree.ts';

/** The type of a property, or that it is a mistake. */
type WordType = PropertyType | 'broken';

/** The declared words of a model: events with their properties, and traits. */
export interface Vocabulary {
  readonly catalog: ReadonlyMap<string, ReadonlyMap<string, WordType>>;
  readonly accountTraits: ReadonlyMap<string, PropertyType>;
  readonly personTraits: ReadonlyMap<string, PropertyType>;
  readonly keyEvents: readonly string[];
  readonly capabilities: ReadonlyMap<string, readonly string[]>;
  /** Traits whose type is a mistake. */
  readonly brokenTraits: ReadonlySet<string>;
}

// What every page and screen call brings, whatever the catalog says.
const alwaysThere: Readonly<Record<string, readonly string[]>> = {
  'Page Viewed': ['name', 'category', 'path', 'referrer', 'search', 'title', 'url'],
  'Screen Viewed': ['name', 'category'],
};

/** Reads catalog, traits, key events and capabilities. */
export function resolveVocabulary(resolving: Resolving): Vocabulary {
  const { authored } = resolving;
  const catalog = new Map<string, ReadonlyMap<string, WordType>>();
  for (const [event, properties] of Object.entries(authored.catalog ?? {}))
    catalog.set(event, withBroken(resolving, ['catalog', event], types(properties ?? {})));
  const account = types(authored.traits?.account ?? {});
  const person = types(authored.traits?.person ?? {});
  const both = authored.account === 'person' ? new Map([...person, ...account]) : account;
  const groups = authored.account === 'person' ? ['account', 'person'] : ['account'];
  const brokenTraits = new Set(groups.flatMap((group) => brokenBelow(resolving, ['traits', group])));
  const vocabulary = { catalog, accountTraits: both, personTraits: person, brokenTraits };
  const keyEvents = knownEvents(resolving, vocabulary.catalog, ['keyEvents'], authored.keyEvents ?? []);
  const capabilities = new Map<string, readonly string[]>();
  for (const [id, events] of Object.entries(authored.capabilities ?? {})) {
    capabilities.set(id, knownEvents(resolving, catalog, ['capabilities', id], events));
  }
  checkIds(resolving, 'capabilities', capabilities.keys());
  return { ...vocabulary, keyEvents, capabilities };
}

function types(declared: Readonly<Record<string, PropertyType | 'int'>>): ReadonlyMap<string, PropertyType> {
  return new Map(Object.entries(declared).map(([name, type]) => [name, type === 'int' ? 'number' : type]));
}

function withBroken(
  resolving: Resolving,
  path: Path,
  declared: ReadonlyMap<string, PropertyType>,
): ReadonlyMap<string, WordType> {
  return new Map<string, WordType>([
    ...declared,
    ...brokenBelow(resolving, path).map((name): [string, WordType] => [name, 'broken']),
  ]);
}

/** Names right below a path that had a mistake of shape. */
function brokenBelow(resolving: Resolving, path: Path): string[] {
  return resolving.brokenPaths
    .filter((one) => one.length === path.length + 1 && isPrefix(path, one))
    .map((one) => String(one.at(-1)));
}

/** The events of a list that exist; the others are reported. */
export function knownEvents(
  resolving: Resolving,
  catalog: Vocabulary['catalog'],
  path: Path,
  events: readonly string[],
): string[] {
  return events.filter((event, i) => isKnownEvent(resolving, catalog, [...path, i], event));
}

/** Whether an event exists; if not, it is reported. */
export function isKnownEvent(resolving: Resolving, catalog: Vocabulary['catalog'], path: Path, event: string): boolean {
  if (catalog.has(event) || Object.hasOwn(alwaysThere, event)) return true;
  if (isBroken(resolving, ['catalog', event])) return false;
  reportValue(
    resolving,
    path,
    'model/unknown-event',
    `there is no event ${JSON.stringify(event)} in the catalog`,
    suggest(event, [...catalog.keys(), ...Object.keys(alwaysThere)]),
  );
  return false;
}

/** Events as named at a path: a list, null for `any` or nothing, undefined after a mistake. */
export function eventsAt(
  resolving: Resolving,
  vocabulary: Vocabulary,
  path: Path,
  events: string | readonly string[] | undefined,
): readonly string[] | null | undefined {
  if (events === undefined || events === 'any') return null;
  if (events === 'key') {
    if (vocabulary.keyEvents.length > 0) return vocabulary.keyEvents;
    if (resolving.authored.keyEvents !== undefined || isBroken(resolving, ['keyEvents'])) return undefined;
    reportValue(
      resolving,
      path,
      'builtin/needs-key-events',
      'the model names no key events',
      'add keyEvents: [<event>, …]',
    );
    return undefined;
  }
  if (typeof events === 'string')
    return isKnownEvent(resolving, vocabulary.catalog, path, events) ? [events] : undefined;
  const known = knownEvents(resolving, vocabulary.catalog, path, events);
  return known.length === events.length ? known : undefined;
}

/** What `properties.…` means for some events (null means any): the union, where one name must have one type. */
export function propertiesOf(
  catalog: Vocabulary['catalog'],
  events: readonly string[] | null,
): ReadonlyMap<string, Meaning> {
  const found = new Map<string, Set<Type | 'broken'>>();
  for (const event of events ?? [...catalog.keys(), ...Object.keys(alwaysThere)]) {
    const declared: Iterable<readonly [string, WordType]> =
      catalog.get(event) ?? (alwaysThere[event] ?? []).map((name) => [name, 'string'] as const);
    for (const [name, type] of declared) found.set(name, (found.get(name) ?? new Set()).add(type));
  }
  const meanings = new Map<string, Meaning>();
  for (const [name, all] of found) {
    const [type] = all;
    if (type === undefined) continue;
    const known = [...all].filter((one) => one !== 'broken');
    if (type === 'broken' || known.length < all.size) meanings.set(name, { kind: 'broken' });
    else meanings.set(name, all.size === 1 ? { kind: 'reference', type, name } : { kind: 'ambiguous', types: known });
  }
  return meanings;
}

/** What `account.…` means. */
export function traitMeanings(vocabulary: Vocabulary): ReadonlyMap<string, Meaning> {
  const broken = [...vocabulary.brokenTraits].map((name): [string, Meaning] => [name, { kind: 'broken' }]);
  const known = [...vocabulary.accountTraits].map(([name, type]): [string, Meaning] => [
    name,
    { kind: 'reference', type, name },
  ]);
  return new Map([...broken, ...known]);
}
