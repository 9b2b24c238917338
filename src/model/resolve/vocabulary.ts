import type { Type } from '../expression/expression.ts';
import type { Meaning } from '../expression/names.ts';
import type { PropertyType } from '../resolved.ts';
import { checkIds, type Resolving, reportValue, suggest } from './context.ts';
import type { Path } from '../source/tree.ts';

/** The declared words of a model: events with their properties, and traits. */
export interface Vocabulary {
  readonly catalog: ReadonlyMap<string, ReadonlyMap<string, PropertyType>>;
  readonly accountTraits: ReadonlyMap<string, PropertyType>;
  readonly personTraits: ReadonlyMap<string, PropertyType>;
  readonly keyEvents: readonly string[];
  readonly capabilities: ReadonlyMap<string, readonly string[]>;
}

// What every page and screen call brings, whatever the catalog says.
const alwaysThere: Readonly<Record<string, readonly string[]>> = {
  'Page Viewed': ['name', 'category', 'path', 'referrer', 'search', 'title', 'url'],
  'Screen Viewed': ['name', 'category'],
};

/** Reads catalog, traits, key events and capabilities. */
export function resolveVocabulary(resolving: Resolving): Vocabulary {
  const { authored } = resolving;
  const catalog = new Map<string, ReadonlyMap<string, PropertyType>>();
  for (const [event, properties] of Object.entries(authored.catalog ?? {})) catalog.set(event, types(properties ?? {}));
  const account = types(authored.traits?.account ?? {});
  const person = types(authored.traits?.person ?? {});
  const both = authored.account === 'person' ? new Map([...person, ...account]) : account;
  const vocabulary = { catalog, accountTraits: both, personTraits: person };
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
  reportValue(
    resolving,
    path,
    'model/unknown-event',
    `there is no event ${JSON.stringify(event)} in the catalog`,
    suggest(event, [...catalog.keys(), ...Object.keys(alwaysThere)]),
  );
  return false;
}

/** What `properties.…` means for some events (null: any): the union, where one name must have one type. */
export function propertiesOf(
  catalog: Vocabulary['catalog'],
  events: readonly string[] | null,
): ReadonlyMap<string, Meaning> {
  const found = new Map<string, Set<Type>>();
  for (const event of events ?? [...catalog.keys(), ...Object.keys(alwaysThere)]) {
    const declared: Iterable<readonly [string, Type]> =
      catalog.get(event) ?? (alwaysThere[event] ?? []).map((name) => [name, 'string'] as const);
    for (const [name, type] of declared) found.set(name, (found.get(name) ?? new Set()).add(type));
  }
  const meanings = new Map<string, Meaning>();
  for (const [name, all] of found) {
    const [type] = all;
    if (type === undefined) continue;
    meanings.set(name, all.size === 1 ? { kind: 'reference', type, name } : { kind: 'ambiguous', types: [...all] });
  }
  return meanings;
}

/** What `account.…` means. */
export function traitMeanings(traits: ReadonlyMap<string, PropertyType>): ReadonlyMap<string, Meaning> {
  return new Map([...traits].map(([name, type]) => [name, { kind: 'reference', type, name }]));
}
