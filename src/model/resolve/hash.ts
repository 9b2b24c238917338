import { createHash } from 'node:crypto';
import type { ResolvedModel } from '../resolved.ts';

/**
 * Identifies the meaning of a model: the same for other comments, places or orders of keys, another one for anything
 * that changes a number or what people see. Segments keep their order, because the first match wins.
 */
export function hashModel(model: Omit<ResolvedModel, 'hash'>): string {
  const meaning = {
    ...model,
    sources: byId(model.sources).map((source) => ({ ...source, events: source.events.toSorted() })),
    audiences: byId(model.audiences),
    outcomes: byId(model.outcomes),
    measures: byId(model.measures).map((measure) => ({ ...measure, sources: measure.sources.toSorted() })),
    indicators: byId(model.indicators).map((one) => ({ ...one, sources: one.sources.toSorted() })),
    awaiting: byId(model.awaiting),
    score: { ...model.score, domains: byId(model.score.domains), hardTriggers: byId(model.score.hardTriggers) },
    ...lifecycle(model),
  };
  return createHash('sha256').update(canonical(meaning)).digest('hex').slice(0, 16);
}

/**
 * Phases keep their order. Who does what on which days only matters to moments and phases: a model without them keeps
 * the hash it had before there were any.
 */
function lifecycle(model: Omit<ResolvedModel, 'hash'>): object {
  const none = model.phases.length === 0 && model.moments.length === 0;
  if (none) return { roles: undefined, calendars: undefined, phases: undefined, policy: undefined, moments: undefined };
  const { roles, calendars, phases, policy, moments } = model;
  return {
    roles: byId(roles),
    calendars: byId(calendars),
    phases,
    policy: policy === null ? null : { ...policy, exempt: policy.exempt.toSorted() },
    moments: byId(moments).map((one) => ({ ...one, segments: one.segments?.toSorted() ?? null })),
  };
}

/** JSON with sorted keys and without places. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'at') return undefined;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function byId<T extends { readonly id: string }>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
