import type { Expression } from '../expression/expression.ts';
import type { Meaning } from '../expression/names.ts';
import type { Measure } from '../resolved.ts';
import type { AuthoredMeasure } from '../schema.ts';
import { type AggregateKind, resolveAggregate } from './aggregate.ts';
import { resolveCapabilities } from './capabilities.ts';
import { checkIds, durationAt, expressionAt, placeAt, type Resolving, reportKey } from './context.ts';
import { type ResolvedRelease, type ResolvedSource, sourcesOf } from './sources.ts';
import { eventsAt, isKnownEvent, propertiesOf, type Vocabulary } from './vocabulary.ts';

const aggregateKeys: readonly AggregateKind[] = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'unique',
  'days',
  'first',
  'last',
  'latest',
  'open',
  'capabilities',
];

/** The measures, and what `measures.…` means in expressions. */
export interface ResolvedMeasures {
  readonly measures: readonly Measure[];
  readonly meanings: ReadonlyMap<string, Meaning>;
}

/** Reads the measures. One with a mistake stays known by name, so that its users are not blamed for it. */
export function resolveMeasures(
  resolving: Resolving,
  vocabulary: Vocabulary,
  sources: readonly ResolvedSource[],
  releases: readonly ResolvedRelease[],
): ResolvedMeasures {
  const measures: Measure[] = [];
  const meanings = new Map<string, Meaning>();
  for (const name of resolving.broken)
    if (name.startsWith('measures.')) meanings.set(name.slice(9), { kind: 'broken' });
  const authored = Object.entries(resolving.authored.measures ?? {});
  checkIds(
    resolving,
    'measures',
    authored.map(([id]) => id),
  );
  for (const [id, measure] of authored) {
    if (measure.capabilities !== undefined && aggregateOf(resolving, id, measure) === 'capabilities') {
      const derived = resolveCapabilities(resolving, { id, measure, vocabulary, releases, sources });
      for (const one of derived?.measures ?? []) measures.push(one);
      meanings.set(id, derived === null ? { kind: 'broken' } : { kind: 'inline', expression: derived.value });
      continue;
    }
    const resolved = resolveMeasure(resolving, id, measure, vocabulary, sources);
    if (resolved !== null) measures.push(resolved);
    const known = resolved !== null && !resolving.broken.has(`measures.${id}`);
    meanings.set(id, known ? { kind: 'reference', type: resolved.type, name: id } : { kind: 'broken' });
  }
  return { measures, meanings };
}

function resolveMeasure(
  resolving: Resolving,
  id: string,
  authored: AuthoredMeasure,
  vocabulary: Vocabulary,
  sources: readonly ResolvedSource[],
): Measure | null {
  const path = ['measures', id];
  const kind = aggregateOf(resolving, id, authored);
  if (kind === null || kind === 'capabilities') return null;
  const events = eventsOf(resolving, id, authored, kind, vocabulary);
  const properties = events === undefined ? null : propertiesOf(vocabulary.catalog, events);
  const aggregate = resolveAggregate(resolving, { id, authored, kind, properties, vocabulary });
  const window = authored.within === undefined ? null : durationAt(resolving, [...path, 'within'], authored.within);
  let where: Expression | null = null;
  if (authored.where !== undefined && properties !== null) {
    const filtered =
      kind === 'open' && authored.open !== undefined
        ? propertiesOf(vocabulary.catalog, [authored.open.from])
        : properties;
    where = expressionAt(resolving, [...path, 'where'], authored.where, whereNames(filtered), 'bool');
    if (where === null) return null;
  }
  if (aggregate === null || events === undefined) return null;
  if (authored.within !== undefined && window === null) return null;
  return {
    id,
    at: placeAt(resolving, path),
    type: aggregate.type,
    aggregate: aggregate.aggregate,
    events,
    where,
    window,
    sources: sourcesOf(sources, events),
  };
}

/** What a filter over events may name. */
export function whereNames(properties: ReadonlyMap<string, Meaning>): Parameters<typeof expressionAt>[3] {
  return {
    place: 'a filter of events',
    prefixes: { properties },
    bare: new Map(),
    segments: new Set(),
    phases: new Set(),
    cohortFunctions: false,
  };
}

/** The one aggregate of a measure; null after a mistake. */
function aggregateOf(resolving: Resolving, id: string, authored: AuthoredMeasure): AggregateKind | null {
  const found = aggregateKeys.filter((key) => authored[key] !== undefined);
  const [kind, second] = found;
  if (kind === undefined) {
    if (resolving.broken.has(`measures.${id}`)) return null;
    return reportKey(
      resolving,
      ['measures', id],
      'measure/no-aggregate',
      `measure ${id} does not say what it computes`,
      `give it one of ${aggregateKeys.join(', ')}`,
    );
  }
  if (second === undefined) return kind;
  return reportKey(
    resolving,
    ['measures', id, second],
    'measure/two-aggregates',
    `measure ${id} already has ${kind}`,
    'make two measures of it',
  );
}

/** Events of a measure: a list, null for any, undefined after a mistake. */
function eventsOf(
  resolving: Resolving,
  id: string,
  authored: AuthoredMeasure,
  kind: AggregateKind,
  vocabulary: Vocabulary,
): readonly string[] | null | undefined {
  if (kind === 'open' && authored.open !== undefined) return openEvents(resolving, id, authored.open, vocabulary);
  const key = kind === 'count' || kind === 'days' ? kind : 'of';
  const path = ['measures', id, key];
  if (key !== 'of' && authored.of !== undefined) {
    reportKey(
      resolving,
      ['measures', id, 'of'],
      'measure/not-applicable',
      `${kind} names its events itself`,
      `write ${kind}: <event> without of`,
    );
    return undefined;
  }
  return eventsAt(resolving, vocabulary, path, authored[key]);
}

function openEvents(
  resolving: Resolving,
  id: string,
  open: { from: string; to: string },
  vocabulary: Vocabulary,
): readonly string[] | undefined {
  const path = ['measures', id, 'open'];
  const from = isKnownEvent(resolving, vocabulary.catalog, [...path, 'from'], open.from);
  const to = isKnownEvent(resolving, vocabulary.catalog, [...path, 'to'], open.to);
  return from && to ? [...new Set([open.from, open.to])] : undefined;
}
