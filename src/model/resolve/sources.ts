import type { Release, Source } from '../resolved.ts';
import { checkIds, durationAt, isBroken, placeAt, type Resolving, reportValue } from './context.ts';
import { isKnownEvent, knownEvents, type Vocabulary } from './vocabulary.ts';

/** A source, and whether it stands for every event. */
export interface ResolvedSource extends Source {
  readonly any: boolean;
}

/** A release, with what it brought. */
export interface ResolvedRelease extends Release {
  readonly capabilities: readonly string[];
}

/** Reads the connected systems. `any` means all events of the catalog. */
export function resolveSources(resolving: Resolving, vocabulary: Vocabulary): ResolvedSource[] {
  const sources: ResolvedSource[] = [];
  const authored = Object.entries(resolving.authored.sources ?? {});
  checkIds(
    resolving,
    'sources',
    authored.map(([id]) => id),
  );
  for (const [id, source] of authored) {
    const path = ['sources', id];
    const freshness = durationAt(resolving, [...path, 'freshness'], source.freshness);
    const any = source.events === 'any';
    const events = any
      ? [...vocabulary.catalog.keys()]
      : named(resolving, vocabulary, [...path, 'events'], source.events);
    if (freshness !== null) sources.push({ id, events, freshness, at: placeAt(resolving, path), any });
  }
  return sources;
}

function named(
  resolving: Resolving,
  vocabulary: Vocabulary,
  path: string[],
  events: string | string[],
): readonly string[] {
  if (events === 'key') return vocabulary.keyEvents;
  if (typeof events !== 'string') return knownEvents(resolving, vocabulary.catalog, path, events);
  return isKnownEvent(resolving, vocabulary.catalog, path, events) ? [events] : [];
}

/** Ids of the sources that some events come from; null events (any) come from the sources that say `any`. */
export function sourcesOf(sources: readonly ResolvedSource[], events: readonly string[] | null): string[] {
  return sources
    .filter((source) => source.any || (events !== null && events.some((event) => source.events.includes(event))))
    .map((source) => source.id);
}

/** Reads the releases, oldest first. */
export function resolveReleases(resolving: Resolving, vocabulary: Vocabulary): ResolvedRelease[] {
  const releases: ResolvedRelease[] = [];
  for (const [i, release] of (resolving.authored.releases ?? []).entries()) {
    const path = ['releases', i];
    const releasedAt = instant(release.at);
    if (releasedAt === null) {
      reportValue(
        resolving,
        [...path, 'at'],
        'model/bad-time',
        `${JSON.stringify(release.at)} is not a time`,
        'write 2026-01-31 or 2026-01-31T08:00:00Z',
      );
      continue;
    }
    for (const [k, id] of (release.capabilities ?? []).entries()) {
      if (vocabulary.capabilities.has(id) || isBroken(resolving, ['capabilities', id])) continue;
      reportValue(
        resolving,
        [...path, 'capabilities', k],
        'model/unknown-name',
        `there is no capability ${JSON.stringify(id)}`,
        `known: ${[...vocabulary.capabilities.keys()].join(', ')}`,
      );
    }
    releases.push({ version: release.version, releasedAt, capabilities: release.capabilities ?? [] });
  }
  return releases.toSorted((a, b) => a.releasedAt - b.releasedAt);
}

/** UTC milliseconds of `2026-01-31` or an instant with its offset; null when it is neither. */
function instant(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return null;
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : null;
}
