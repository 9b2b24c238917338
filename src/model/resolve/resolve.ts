import type { Diagnostic } from '../diagnostics.ts';
import type { UsedBuiltins } from '../builtins/use.ts';
import type { PropertyType, ResolvedModel } from '../resolved.ts';
import { laterKeys } from '../schema.ts';
import type { Shaped } from '../shape.ts';
import type { Located } from '../source/tree.ts';
import { partAt, placeOf } from '../source/tree.ts';
import { hasErrors, type Resolving, reportKey, reportValue, useSpan, writtenNames } from './context.ts';
import { hashModel } from './hash.ts';
import { authoredIndicators, resolveIndicators } from './indicators.ts';
import { resolveLifecycle } from './lifecycle.ts';
import { resolveMeasures } from './measures.ts';
import type { AccountNames } from './names.ts';
import { resolveScore } from './score.ts';
import { resolveAudiences, resolveOutcomes, resolveSegments } from './segments.ts';
import { resolveReleases, resolveSources } from './sources.ts';
import { resolveVocabulary, type Vocabulary } from './vocabulary.ts';

/** Gives every name of a well-shaped model its meaning; all mistakes are reported, and the model is complete without errors only. */
export function resolveModel(
  root: Located,
  shaped: Shaped,
  { used: builtins, complete }: UsedBuiltins,
): { model: ResolvedModel; diagnostics: Diagnostic[] } {
  const resolving: Resolving = {
    authored: shaped.model,
    root,
    broken: new Set(shaped.broken.map((path) => path.slice(0, 2).join('.'))),
    brokenPaths: shaped.broken,
    diagnostics: [],
    builtins,
    usesComplete: complete,
    usedMeasures: new Set(),
  };
  reportLater(resolving);
  const vocabulary = resolveVocabulary(resolving);
  const sources = resolveSources(resolving, vocabulary);
  const releases = resolveReleases(resolving, vocabulary);
  const { measures, meanings } = resolveMeasures(resolving, vocabulary, sources, releases);
  const names: AccountNames = {
    vocabulary,
    isPerson: shaped.model.account === 'person',
    measures: meanings,
    indicators: null,
    segments: new Set(writtenNames(resolving, ['segments'])),
    phases: new Set(writtenNames(resolving, ['phases'])),
  };
  const segments = resolveSegments(resolving, names);
  const numbers = new Map(builtins.filter((one) => one.awaits === null).map((one) => [one.id, one.number]));
  const found = resolveIndicators(resolving, names, measures, numbers);
  const all: AccountNames = { ...names, indicators: found.meanings };
  const audiences = resolveAudiences(resolving, all);
  const awaited = builtins.filter((one) => one.awaits !== null);
  const score = resolveScore(resolving, all, found.indicators, new Set(awaited.map((one) => one.domain)));
  const lifecycle = resolveLifecycle(resolving, all);
  reportUnused(resolving);
  if (
    authoredIndicators(resolving).length === 0 &&
    awaited.length === 0 &&
    ![...resolving.broken].some((name) => name.startsWith('indicators'))
  ) {
    reportKey(resolving, ['indicators'], 'score/no-indicators', 'the model has no indicator, so there is no score');
  }
  const model: Omit<ResolvedModel, 'hash'> = {
    name: shaped.model.name,
    timezone: timezoneOf(resolving),
    account: shaped.model.account ?? 'group',
    ...plainVocabulary(vocabulary),
    sources: sources.map(({ id, events, freshness, at }) => ({ id, events, freshness, at })),
    releases: releases.map(({ version, releasedAt }) => ({ version, releasedAt })),
    segments,
    audiences,
    outcomes: resolveOutcomes(resolving, vocabulary),
    measures,
    indicators: found.indicators,
    awaiting: awaited.map((one) => ({ id: one.id, awaits: one.awaits ?? 'records', at: usePlace(resolving, one.id) })),
    score,
    ...lifecycle,
  };
  return { model: deepFreeze({ ...model, hash: hashModel(model) }), diagnostics: resolving.diagnostics };
}

function plainVocabulary(vocabulary: Vocabulary): Pick<ResolvedModel, 'catalog' | 'traits'> {
  const catalog: Record<string, Record<string, PropertyType>> = {};
  for (const [event, properties] of vocabulary.catalog) {
    const typed: Record<string, PropertyType> = {};
    for (const [name, type] of properties) if (type !== 'broken') typed[name] = type;
    catalog[event] = typed;
  }
  const traits = {
    account: Object.fromEntries(vocabulary.accountTraits),
    person: Object.fromEntries(vocabulary.personTraits),
  };
  return { catalog, traits };
}

function reportLater(resolving: Resolving): void {
  for (const key of laterKeys) {
    if (partAt(resolving.root, [key]) === undefined) continue;
    reportKey(resolving, [key], 'model/later-key', `${key} are not yet supported in this version and are ignored`);
  }
}

function reportUnused(resolving: Resolving): void {
  if (hasErrors(resolving)) return;
  for (const [id, measure] of Object.entries(resolving.authored.measures ?? {})) {
    const columns = [...resolving.usedMeasures].some((used) => used === id || used.startsWith(`${id}.`));
    if (columns || measure.capabilities === 'all' || resolving.broken.has(`measures.${id}`)) continue;
    reportKey(resolving, ['measures', id], 'measure/unused', `nothing refers to measure ${id}`);
  }
}

function timezoneOf(resolving: Resolving): string {
  const timezone = resolving.authored.timezone ?? 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone === '' ? 'UTC' : timezone;
  } catch {
    reportValue(
      resolving,
      ['timezone'],
      'model/bad-timezone',
      `${JSON.stringify(timezone)} is not a time zone`,
      'for example Europe/Berlin, or UTC',
    );
    return 'UTC';
  }
}

function usePlace(resolving: Resolving, id: string): ResolvedModel['awaiting'][number]['at'] {
  const { file, line, column } = placeOf(useSpan(resolving, id));
  return { file, line, column };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
