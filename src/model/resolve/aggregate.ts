import type { Meaning } from '../expression/names.ts';
import { typeNames } from '../expression/check.ts';
import type { Aggregate, Measure, PropertyType } from '../resolved.ts';
import type { AuthoredMeasure } from '../schema.ts';
import { durationAt, longest, isBroken, type Resolving, reportKey, reportValue, suggest } from './context.ts';
import { propertiesOf, type Vocabulary } from './vocabulary.ts';

export type AggregateKind =
  | 'count'
  | 'sum'
  | 'min'
  | 'max'
  | 'avg'
  | 'unique'
  | 'days'
  | 'first'
  | 'last'
  | 'latest'
  | 'open'
  | 'capabilities';

const dayMilliseconds = 86_400_000;
const fewestBlocks = 2;
const mostBlocks = 520;

/** A measure whose kind is known; `properties` is null when its events had a mistake. */
export interface MeasureParts {
  readonly id: string;
  readonly authored: AuthoredMeasure;
  readonly kind: Exclude<AggregateKind, 'capabilities'>;
  readonly properties: ReadonlyMap<string, Meaning> | null;
  readonly vocabulary: Vocabulary;
}

type Resolved = { readonly aggregate: Aggregate; readonly type: Measure['type'] };

/** Reads the aggregate of a measure; null after a mistake. */
export function resolveAggregate(resolving: Resolving, parts: MeasureParts): Resolved | null {
  const { kind, authored, id } = parts;
  const series = authored.every !== undefined || authored.for !== undefined;
  if (authored.releasedWithin !== undefined)
    notApplicable(resolving, id, 'releasedWithin', 'only belongs to capabilities');
  if (series && kind !== 'count')
    return notApplicable(resolving, id, authored.every === undefined ? 'for' : 'every', 'only makes a series of count');
  switch (kind) {
    case 'count':
      return series ? resolveSeries(resolving, id, authored) : { aggregate: { kind }, type: 'number' };
    case 'days':
      return { aggregate: { kind }, type: 'number' };
    case 'first':
    case 'last':
      return { aggregate: { kind }, type: 'time' };
    case 'sum':
    case 'min':
    case 'max':
    case 'avg': {
      const property = propertyOf(resolving, parts, [kind], 'number');
      return property === null ? null : { aggregate: { kind, property: property.name }, type: 'number' };
    }
    case 'latest': {
      const property = propertyOf(resolving, parts, [kind], null);
      if (property === null) return null;
      return { aggregate: { kind, property: property.name, propertyType: property.type }, type: property.type };
    }
    case 'unique':
      return resolveUnique(resolving, parts);
    case 'open':
      return resolveOpen(resolving, parts);
  }
}

function notApplicable(resolving: Resolving, id: string, key: string, why: string): null {
  return reportKey(resolving, ['measures', id, key], 'measure/not-applicable', `${key} ${why}`);
}

function resolveUnique(resolving: Resolving, parts: MeasureParts): Resolved | null {
  if (parts.authored.unique === 'person') return { aggregate: { kind: 'unique', property: null }, type: 'number' };
  const property = propertyOf(resolving, parts, ['unique'], null);
  return property === null ? null : { aggregate: { kind: 'unique', property: property.name }, type: 'number' };
}

function resolveOpen(resolving: Resolving, parts: MeasureParts): Resolved | null {
  const { open, within } = parts.authored;
  if (within !== undefined)
    return notApplicable(resolving, parts.id, 'within', 'has no meaning for open: it counts what is open now');
  if (open === undefined || parts.properties === null) return null;
  const closing = propertiesOf(parts.vocabulary.catalog, [open.to]);
  const opening = propertiesOf(parts.vocabulary.catalog, [open.from]);
  const name = open.by.replace(/^properties\./, '');
  const path = ['measures', parts.id, 'open', 'by'];
  if (!open.by.startsWith('properties.')) return notAProperty(resolving, path, open.by);
  for (const [event, properties] of [
    [open.from, opening],
    [open.to, closing],
  ] as const) {
    if (properties.has(name)) continue;
    return reportValue(
      resolving,
      path,
      'model/unknown-property',
      `${event} has no property ${JSON.stringify(name)}`,
      suggest(name, properties.keys()),
    );
  }
  return { aggregate: { kind: 'open', from: open.from, to: open.to, by: name }, type: 'number' };
}

function notAProperty(resolving: Resolving, path: string[], text: string): null {
  return reportValue(
    resolving,
    path,
    'measure/not-applicable',
    `${JSON.stringify(text)} is not a property of an event`,
    'write properties.<name>',
  );
}

function propertyOf(
  resolving: Resolving,
  parts: MeasureParts,
  [key]: readonly ['sum' | 'min' | 'max' | 'avg' | 'latest' | 'unique'],
  wanted: PropertyType | null,
): { name: string; type: PropertyType } | null {
  const text = parts.authored[key] ?? '';
  const path = ['measures', parts.id, key];
  if (!text.startsWith('properties.')) return notAProperty(resolving, path, text);
  if (parts.properties === null) return null;
  const name = text.slice('properties.'.length);
  const meaning = parts.properties.get(name);
  if (meaning === undefined) {
    return reportValue(
      resolving,
      path,
      'model/unknown-property',
      `none of its events has a property ${JSON.stringify(name)}`,
      suggest(name, parts.properties.keys()),
    );
  }
  if (meaning.kind === 'ambiguous') {
    const types = meaning.types.map((type) => typeNames[type]).join(' in one event and ');
    return reportValue(
      resolving,
      path,
      'measure/property-types-differ',
      `${JSON.stringify(name)} is ${types} in another`,
      'give it one type, or name fewer events',
    );
  }
  if (meaning.kind !== 'reference' || meaning.type === 'series') return null;
  if (wanted !== null && meaning.type !== wanted) {
    return reportValue(
      resolving,
      path,
      'cel/type',
      `${key} needs ${typeNames[wanted]}, ${JSON.stringify(name)} is ${typeNames[meaning.type]}`,
    );
  }
  return { name, type: meaning.type };
}

function resolveSeries(resolving: Resolving, id: string, authored: AuthoredMeasure): Resolved | null {
  const path = ['measures', id];
  if (authored.within !== undefined)
    return notApplicable(resolving, id, 'within', 'has no meaning for a series; it is every × for long');
  if (authored.every === undefined || authored.for === undefined) {
    const missing = authored.every === undefined ? 'every' : 'for';
    if (isBroken(resolving, [...path, missing])) return null;
    return reportKey(
      resolving,
      path,
      'measure/not-applicable',
      `a series needs ${missing} too`,
      'for example every: 7d, for: 26',
    );
  }
  const every = durationAt(resolving, [...path, 'every'], authored.every);
  if (every === null) return null;
  if (every % dayMilliseconds !== 0)
    return reportValue(
      resolving,
      [...path, 'every'],
      'measure/bad-window',
      'a block is a whole number of days',
      'for example 7d',
    );
  if (authored.for < fewestBlocks || authored.for > mostBlocks) {
    return reportValue(
      resolving,
      [...path, 'for'],
      'measure/bad-window',
      `a series has ${fewestBlocks} to ${mostBlocks} blocks`,
    );
  }
  if (every * authored.for > longest)
    return reportValue(
      resolving,
      [...path, 'every'],
      'model/long-duration',
      `${authored.for} blocks of ${authored.every} are more than 100 years`,
      'shorter or fewer blocks',
    );
  return { aggregate: { kind: 'series', every, blocks: authored.for }, type: 'series' };
}
