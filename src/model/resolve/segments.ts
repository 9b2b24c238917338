import type { Audience, Outcome, Segment } from '../resolved.ts';
import type { Path } from '../source/tree.ts';
import { checkIds, expressionAt, isKnownName, placeAt, type Resolving, reportKey, writtenNames } from './context.ts';
import { whereNames } from './measures.ts';
import { type AccountNames, accountNames } from './names.ts';
import { isKnownEvent, propertiesOf, type Vocabulary } from './vocabulary.ts';

/** Reads the segments in order and finds those that nobody can come into. */
export function resolveSegments(resolving: Resolving, known: AccountNames): Segment[] {
  const authored = Object.entries(resolving.authored.segments ?? {});
  checkIds(
    resolving,
    'segments',
    authored.map(([id]) => id),
  );
  const names = accountNames("a segment's condition", known, []);
  const segments: Segment[] = [];
  let otherwise: string | null = null;
  const seen = new Map<string, string>();
  for (const [id, segment] of authored) {
    const path = ['segments', id];
    if ((segment.when === undefined) === (segment.otherwise === undefined)) {
      if (!resolving.broken.has(`segments.${id}`))
        reportKey(resolving, path, 'segment/no-condition', `segment ${id} needs either when or otherwise: true`);
      continue;
    }
    const when =
      segment.when === undefined ? null : expressionAt(resolving, [...path, 'when'], segment.when, names, 'bool');
    if (segment.when !== undefined && when === null) continue;
    const same = seen.get(JSON.stringify(when));
    if (otherwise !== null)
      reportKey(
        resolving,
        path,
        'segment/unreachable',
        `nobody is left for ${id}: ${otherwise} before it takes every account`,
        `move ${otherwise} to the end`,
      );
    else if (same !== undefined)
      reportKey(
        resolving,
        path,
        'segment/unreachable',
        `nobody is left for ${id}: ${same} before it has the same condition`,
      );
    const always = when?.kind === 'literal' && when.value === true;
    if (when === null || always) otherwise ??= id;
    seen.set(JSON.stringify(when), id);
    segments.push({ id, when, touch: segment.touch, at: placeAt(resolving, path) });
  }
  if (authored.length > 0 && otherwise === null && segments.length === writtenNames(resolving, ['segments']).length) {
    reportKey(
      resolving,
      ['segments'],
      'segment/no-otherwise',
      'accounts that match none of these have no segment',
      'add a last one with otherwise: true',
    );
  }
  return segments;
}

/** The segments that something is limited to; null: all, undefined after a mistake. */
export function segmentsAt(
  resolving: Resolving,
  path: Path,
  named: readonly string[] | undefined,
  known: ReadonlySet<string>,
): readonly string[] | null | undefined {
  if (named === undefined) return null;
  const names = { noun: 'segment', section: 'segments', code: 'model/unknown-segment', known } as const;
  const found = named.filter((segment, i) => isKnownName(resolving, [...path, i], segment, names));
  return found.length === named.length ? found : undefined;
}

/** Reads the audiences. */
export function resolveAudiences(resolving: Resolving, known: AccountNames): Audience[] {
  const authored = Object.entries(resolving.authored.audiences ?? {});
  checkIds(
    resolving,
    'audiences',
    authored.map(([id]) => id),
  );
  const names = accountNames("an audience's condition", known, ['segment', 'band', 'score', 'coverage']);
  const audiences: Audience[] = [];
  for (const [id, audience] of authored) {
    const path = ['audiences', id];
    const when = expressionAt(resolving, [...path, 'when'], audience.when, names, 'bool');
    if (when !== null) audiences.push({ id, when, at: placeAt(resolving, path) });
  }
  return audiences;
}

/** Reads the outcomes. */
export function resolveOutcomes(resolving: Resolving, vocabulary: Vocabulary): Outcome[] {
  const authored = Object.entries(resolving.authored.outcomes ?? {});
  checkIds(
    resolving,
    'outcomes',
    authored.map(([id]) => id),
  );
  const outcomes: Outcome[] = [];
  for (const [id, outcome] of authored) {
    const path = ['outcomes', id];
    if (!isKnownEvent(resolving, vocabulary.catalog, [...path, 'on'], outcome.on)) continue;
    const names = whereNames(propertiesOf(vocabulary.catalog, [outcome.on]));
    const where =
      outcome.where === undefined ? null : expressionAt(resolving, [...path, 'where'], outcome.where, names, 'bool');
    if (outcome.where !== undefined && where === null) continue;
    outcomes.push({ id, on: outcome.on, where, at: placeAt(resolving, path) });
  }
  return outcomes;
}
