import { callOf } from '../expression/check.ts';
import type { Expression } from '../expression/expression.ts';
import type { Measure } from '../resolved.ts';
import type { AuthoredMeasure } from '../schema.ts';
import { durationAt, isBroken, placeAt, type Resolving, reportKey } from './context.ts';
import { type ResolvedRelease, type ResolvedSource, sourcesOf } from './sources.ts';
import type { Vocabulary } from './vocabulary.ts';

const dayMilliseconds = 86_400_000;
const number = (value: number): Expression => ({ kind: 'literal', type: 'number', value });

/** A measure over capabilities, and all that its meaning depends on. */
export interface CapabilityParts {
  readonly id: string;
  readonly measure: AuthoredMeasure;
  readonly vocabulary: Vocabulary;
  readonly releases: readonly ResolvedRelease[];
  readonly sources: readonly ResolvedSource[];
}

/**
 * A measure over capabilities has no column of its own: each capability becomes a count of its events, and the measure
 * becomes a sum over "was it used", which takes its place in expressions.
 */
export function resolveCapabilities(
  resolving: Resolving,
  parts: CapabilityParts,
): { value: Expression; measures: Measure[] } | null {
  const { id, measure, vocabulary } = parts;
  const path = ['measures', id];
  const extra = (['of', 'where', 'every', 'for'] as const).find((key) => measure[key] !== undefined);
  if (extra !== undefined)
    return reportKey(resolving, [...path, extra], 'measure/not-applicable', `${extra} has no meaning for capabilities`);
  const released =
    measure.releasedWithin === undefined
      ? null
      : durationAt(resolving, [...path, 'releasedWithin'], measure.releasedWithin);
  const window = measure.within === undefined ? null : durationAt(resolving, [...path, 'within'], measure.within);
  if (measure.releasedWithin !== undefined && released === null) return null;
  if (measure.within !== undefined && window === null) return null;
  if (vocabulary.capabilities.size === 0) {
    if (isBroken(resolving, ['capabilities'])) return null;
    return reportKey(
      resolving,
      path,
      'builtin/needs-capabilities',
      'the model names no capabilities',
      'add capabilities: {<name>: [<event>, …]}',
    );
  }
  if (released !== null && !parts.releases.some((release) => release.capabilities.length > 0)) {
    const written = (resolving.authored.releases ?? []).some((release) => (release.capabilities ?? []).length > 0);
    if (written || isBroken(resolving, ['releases'])) return null;
    return reportKey(
      resolving,
      path,
      'builtin/needs-releases',
      'no release of the model brings a capability',
      'add releases: [{version, at, capabilities}]',
    );
  }
  const used = measure.capabilities === 'used';
  const measures: Measure[] = [];
  const terms: Expression[] = [];
  for (const [capability, events] of vocabulary.capabilities) {
    const isNew = released === null ? null : releasedWithin(parts.releases, capability, released);
    if (released !== null && isNew === null) continue;
    const column = `${id}.${capability}`;
    if (used)
      measures.push({
        id: column,
        at: placeAt(resolving, path),
        type: 'number',
        aggregate: { kind: 'count' },
        events,
        where: null,
        window,
        sources: sourcesOf(parts.sources, events),
      });
    const conditions = [isNew, used ? wasUsed(column) : null].filter((one) => one !== null);
    terms.push(
      conditions.length === 0 ? number(1) : oneIf(conditions.reduce((all, one) => callOf('and', 'bool', [all, one]))),
    );
  }
  const [first = number(0), ...more] = terms;
  return { value: more.reduce((sum, term) => callOf('add', 'number', [sum, term]), first), measures };
}

function wasUsed(column: string): Expression {
  return callOf('greater', 'bool', [{ kind: 'reference', type: 'number', scope: 'measures', name: column }, number(0)]);
}

function oneIf(condition: Expression): Expression {
  return callOf('conditional', 'number', [condition, number(1), number(0)]);
}

/** "The newest release with this capability is at most this old"; null when no release brings it. */
function releasedWithin(releases: readonly ResolvedRelease[], capability: string, window: number): Expression | null {
  const ages = releases
    .filter((release) => release.capabilities.includes(capability))
    .map((release) => callOf('daysSince', 'number', [{ kind: 'literal', type: 'time', value: release.releasedAt }]));
  const tests = ages.map((age) =>
    callOf('and', 'bool', [
      callOf('greaterOrEqual', 'bool', [age, number(0)]),
      callOf('less', 'bool', [age, number(window / dayMilliseconds)]),
    ]),
  );
  return tests.length === 0 ? null : tests.reduce((any, one) => callOf('or', 'bool', [any, one]));
}
