import { propertyTypes } from '../schema.ts';
import { closest } from '../../lib/closest.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { type Located, type LocatedEntry, type LocatedMap, partAt, placeOf, type Path } from '../source/tree.ts';
import { mergeModels } from '../source/merge.ts';
import { type Builtin, builtinIndicators, eventsOfMeasure, measuresOf, traitsOf } from './builtins.ts';

/** A model with the built-ins it asks for; `complete` is false when one of them does not exist. */
export interface UsedBuiltins {
  readonly root: Located;
  readonly used: readonly Builtin[];
  readonly complete: boolean;
}

/**
 * Puts the built-ins that a model asks for under it, with the measures, events and traits they need, so that the model
 * overrides them by key. A measure of the model with the same name takes the place of the built-in's.
 */
export function useBuiltins(authored: Located, report: (one: Diagnostic) => void): UsedBuiltins {
  const model = withEmptyEvents(authored);
  const use = partAt(model, ['indicators', 'use']);
  if (use?.kind !== 'list') return { root: model, used: [], complete: true };
  const used: Builtin[] = [];
  let complete = true;
  for (const item of use.items) {
    const id = item.kind === 'scalar' ? String(item.value) : '';
    const builtin = builtinIndicators().find((one) => one.id === id);
    if (builtin !== undefined) {
      if (!used.includes(builtin)) used.push(builtin);
      continue;
    }
    complete = false;
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue;
    const near = closest(
      id,
      builtinIndicators().map((one) => one.id),
    );
    report(
      diagnostic(
        'model/unknown-builtin',
        placeOf(item.span),
        `there is no built-in indicator ${JSON.stringify(id)}`,
        near === null ? 'the reference lists all built-in indicators' : `did you mean ${near}?`,
      ),
    );
  }
  const fragment = fragmentOf(
    used.filter((one) => one.definition !== null),
    model,
    report,
  );
  return { root: mergeModels(fragment, model, report), used, complete };
}

/** Events written with nothing after them have no properties; a null would remove what a built-in says about them. */
function withEmptyEvents(model: Located): Located {
  const catalog = entryAt(model, ['catalog']);
  if (model.kind !== 'map' || catalog?.value.kind !== 'map') return model;
  const events = [...catalog.value.entries].map(([event, entry]): [string, LocatedEntry] => {
    const empty = entry.value.kind === 'scalar' && entry.value.value === null;
    return [event, empty ? { key: entry.key, value: { kind: 'map', entries: new Map(), span: entry.key } } : entry];
  });
  const value: Located = { ...catalog.value, entries: new Map(events) };
  return { ...model, entries: new Map([...model.entries, ['catalog', { key: catalog.key, value }]]) };
}

function fragmentOf(builtins: readonly Builtin[], model: Located, report: (one: Diagnostic) => void): LocatedMap {
  const indicators = new Map<string, LocatedEntry>();
  const measures = new Map<string, LocatedEntry>();
  const catalog = new Map<string, LocatedEntry>();
  const traits = new Map<string, LocatedEntry>();
  for (const builtin of builtins) {
    const definition = builtin.definition;
    const entry = entryAt(builtin.file, ['indicators', builtin.id]);
    if (definition === null || entry === undefined) continue;
    indicators.set(builtin.id, { key: entry.key, value: definition });
    // An own value needs nothing of what the built-in brings.
    if (partAt(model, ['indicators', builtin.id, 'value']) !== undefined) continue;
    for (const trait of traitsOf(builtin)) addWord(traits, builtin, ['traits', trait], ownTrait(model, trait), report);
    for (const id of measuresOf(builtin)) addMeasure(id, builtin, { measures, catalog }, model, report);
  }
  const map = (entries: Map<string, LocatedEntry>): LocatedEntry => ({
    key: model.span,
    value: { kind: 'map', entries, span: model.span },
  });
  const sections: [string, LocatedEntry][] = [
    ['catalog', map(catalog)],
    ['traits', map(new Map([['account', map(traits)]]))],
    ['measures', map(measures)],
    ['indicators', map(indicators)],
  ];
  return { kind: 'map', entries: new Map(sections), span: model.span };
}

function addMeasure(
  id: string,
  builtin: Builtin,
  into: { measures: Map<string, LocatedEntry>; catalog: Map<string, LocatedEntry> },
  model: Located,
  report: (one: Diagnostic) => void,
): void {
  const entry = entryAt(builtin.file, ['measures', id]);
  if (entry === undefined) throw new Error(`built-in ${builtin.id} has no measure ${id}`);
  const own = entryAt(model, ['measures', id]);
  if (own !== undefined) {
    report(
      diagnostic(
        'builtin/measure-replaced',
        placeOf(own.key),
        `${id} takes the place of the measure of built-in ${builtin.id}`,
      ),
    );
    return;
  }
  into.measures.set(id, entry);
  for (const event of eventsOfMeasure(entry.value)) addEvent(event, builtin, into.catalog, model, report);
}

function addEvent(
  event: string,
  builtin: Builtin,
  catalog: Map<string, LocatedEntry>,
  model: Located,
  report: (one: Diagnostic) => void,
): void {
  const entry = entryAt(builtin.file, ['catalog', event]);
  if (entry?.value.kind !== 'map') throw new Error(`built-in ${builtin.id} has no event ${event}`);
  for (const property of entry.value.entries.keys()) {
    addWord(new Map(), builtin, ['catalog', event, property], partAt(model, ['catalog', event, property]), report);
  }
  catalog.set(event, entry);
}

/** A trait as the model declares it; where an account is a person, traits of people are traits of the account. */
function ownTrait(model: Located, trait: string): Located | undefined {
  const account = partAt(model, ['account']);
  const isPerson = account?.kind === 'scalar' && account.value === 'person';
  const own = partAt(model, ['traits', 'account', trait]);
  return own ?? (isPerson ? partAt(model, ['traits', 'person', trait]) : undefined);
}

/** Adds a trait or property with its type, unless the model has it already; then the types must agree. */
function addWord(
  into: Map<string, LocatedEntry>,
  builtin: Builtin,
  path: Path,
  own: Located | undefined,
  report: (one: Diagnostic) => void,
): void {
  const entry = entryAt(builtin.file, path);
  const name = String(path.at(-1));
  if (entry === undefined) throw new Error(`built-in ${builtin.id} has no ${path.join('.')}`);
  const type = entry.value.kind === 'scalar' ? String(entry.value.value) : '';
  // A word that is no type at all is told elsewhere.
  if (own?.kind === 'scalar' && isType(own.value) && same(String(own.value)) !== same(type)) {
    report(
      diagnostic(
        'builtin/type-conflict',
        placeOf(own.span),
        `built-in ${builtin.id} needs ${name} to be ${type}`,
        `write ${name}: ${type}`,
      ),
    );
    return;
  }
  if (own === undefined) into.set(name, entry);
}

const isType = (word: unknown): boolean => propertyTypes.some((type) => type === word);
const same = (type: string): string => (type === 'int' ? 'number' : type);

function entryAt(root: Located, path: Path): LocatedEntry | undefined {
  const parent = partAt(root, path.slice(0, -1));
  return parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
}
