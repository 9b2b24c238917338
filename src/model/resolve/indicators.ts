import { builtinIndicators } from '../builtins/builtins.ts';
import type { Expression } from '../expression/expression.ts';
import type { Meaning } from '../expression/names.ts';
import type { Indicator, Measure, Points } from '../resolved.ts';
import type { AuthoredIndicator } from '../schema.ts';
import {
  checkIds,
  durationAt,
  expressionAt,
  inWords,
  isBroken,
  measuresIn,
  placeAt,
  type Resolving,
  reportKey,
  reportValue,
} from './context.ts';
import { type AccountNames, accountNames } from './names.ts';
import { resolvePoints } from './points.ts';
import { segmentsAt } from './segments.ts';

/** Reads the indicators; `builtins` has the number of each built-in in use. */
export function resolveIndicators(
  resolving: Resolving,
  known: AccountNames,
  measures: readonly Measure[],
  builtins: ReadonlyMap<string, number>,
): { indicators: Indicator[]; meanings: ReadonlyMap<string, Meaning> } {
  const authored = authoredIndicators(resolving);
  checkIds(
    resolving,
    'indicators',
    authored.map(([id]) => id),
  );
  const byId = new Map(measures.map((measure) => [measure.id, measure]));
  const indicators: Indicator[] = [];
  const meanings = new Map<string, Meaning>();
  for (const name of resolving.broken)
    if (name.startsWith('indicators.')) meanings.set(name.slice(11), { kind: 'broken' });
  for (const [id, indicator] of authored) {
    const resolved = resolveIndicator(resolving, id, indicator, {
      known,
      measures: byId,
      builtin: builtins.get(id) ?? null,
    });
    if (resolved !== null) indicators.push(resolved);
    meanings.set(id, resolved === null ? { kind: 'broken' } : { kind: 'reference', type: 'number', name: id });
  }
  return { indicators, meanings };
}

/** The indicators of the model without the list of built-ins. */
export function authoredIndicators(resolving: Resolving): [string, AuthoredIndicator][] {
  return Object.entries(resolving.authored.indicators ?? {}).filter(
    (entry): entry is [string, AuthoredIndicator] => entry[0] !== 'use',
  );
}

interface Surroundings {
  readonly known: AccountNames;
  readonly measures: ReadonlyMap<string, Measure>;
  readonly builtin: number | null;
}

function resolveIndicator(
  resolving: Resolving,
  id: string,
  authored: AuthoredIndicator,
  around: Surroundings,
): Indicator | null {
  const path = ['indicators', id];
  const { domain, weight, value: text } = authored;
  reportMissing(resolving, id, authored);
  const names = accountNames("an indicator's value", around.known, ['segment'], true);
  const value = text === undefined ? null : expressionAt(resolving, [...path, 'value'], text, names, 'number');
  const points = resolvePoints(resolving, id, authored, value);
  const fading = fadingOf(resolving, id, authored, value, around.measures);
  const segments = segmentsAt(resolving, [...path, 'segments'], authored.segments, around.known.segments);
  if (weight !== undefined && !(weight >= 0 && Number.isFinite(weight))) {
    return reportValue(resolving, [...path, 'weight'], 'score/weights', 'a weight cannot be below 0');
  }
  if (domain === undefined || weight === undefined || value === null || points === null) return null;
  if (fading === null || segments === undefined) return null;
  const cohort = cohortOf(resolving, id, value, points);
  if (cohort === undefined) return null;
  const sources = measuresIn(value).flatMap((measure) => around.measures.get(measure)?.sources ?? []);
  return {
    id,
    at: placeAt(resolving, path),
    domain,
    label: authored.label ?? inWords(id),
    value,
    points,
    weight,
    ...fading,
    segments,
    sources: [...new Set(sources)],
    cohort,
    evidence: authored.evidence ?? null,
    builtin: around.builtin,
  };
}

function reportMissing(resolving: Resolving, id: string, authored: AuthoredIndicator): void {
  const missing = (['domain', 'value', 'weight'] as const).filter((key) => authored[key] === undefined);
  const isBuiltin = builtinIndicators().some((one) => one.id === id);
  if (missing.length === 0 || resolving.broken.has(`indicators.${id}`)) return;
  if (isBuiltin && (resolving.broken.has('indicators.use') || !resolving.usesComplete)) return;
  const hint = isBuiltin ? 'to change a built-in, add it to indicators.use too' : undefined;
  reportKey(
    resolving,
    ['indicators', id],
    'model/missing-key',
    `indicator ${id} has no ${missing.join(', no ')}`,
    hint,
  );
}

type Fading = Pick<Indicator, 'halfLife' | 'fadesWith'>;

function fadingOf(
  resolving: Resolving,
  id: string,
  authored: AuthoredIndicator,
  value: Expression | null,
  measures: ReadonlyMap<string, Measure>,
): Fading | null {
  if (authored.halfLife === undefined) return { halfLife: null, fadesWith: null };
  const path = ['indicators', id, 'halfLife'];
  const halfLife = durationAt(resolving, path, authored.halfLife);
  if (halfLife === null || value === null || isBroken(resolving, ['indicators', id, 'value'])) return null;
  const fadesWith = measuresIn(value).find((measure) => measures.get(measure)?.aggregate.kind === 'latest');
  if (fadesWith !== undefined) return { halfLife, fadesWith };
  return reportKey(
    resolving,
    path,
    'indicator/half-life',
    'halfLife needs the age of an answer, and the value comes from no latest measure',
    'refer to a measure { latest: properties.… }',
  );
}

function cohortOf(
  resolving: Resolving,
  id: string,
  value: Expression,
  points: Points,
): Indicator['cohort'] | undefined {
  const operator =
    value.kind === 'call' && (value.operator === 'rate' || value.operator === 'trend') ? value.operator : null;
  if (points.kind !== 'percentile') return operator;
  if (operator === null) return 'percentile';
  reportKey(
    resolving,
    ['indicators', id, 'percentile'],
    'indicator/two-cohorts',
    `${operator}(…) already compares with other accounts`,
    'use cuts',
  );
  return undefined;
}
