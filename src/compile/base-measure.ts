import type { Expression } from '../model/expression/expression.ts';
import type { Measure, Place, PropertyType, ResolvedModel } from '../model/resolved.ts';
import { hashedName } from './identifier.ts';

/** What is kept per account and day. A measure is a base measure seen through a window. */
export type BaseKind =
  | { readonly kind: 'count' | 'days' | 'first' | 'last' }
  | { readonly kind: 'sum' | 'min' | 'max'; readonly property: string }
  | { readonly kind: 'latest'; readonly property: string; readonly propertyType: PropertyType }
  | { readonly kind: 'unique'; readonly property: string | null }
  | { readonly kind: 'open'; readonly from: string; readonly to: string; readonly by: string };

/** A column of the rollup. Its identity is what it counts, without any window: versions of a model share it. */
export interface BaseMeasure {
  /** `<aggregate>_<10 hex of sha256>`. */
  readonly column: string;
  readonly base: BaseKind;
  readonly events: readonly string[] | null;
  readonly where: Expression | null;
  /** The measures that are read from it. */
  readonly usedBy: readonly { readonly id: string; readonly at: Place }[];
}

/** The base measure behind a measure, named by its identity. */
export function baseMeasure(measure: Measure): BaseMeasure {
  const base = baseKind(measure);
  const events = base.kind === 'open' || measure.events === null ? null : [...new Set(measure.events)].toSorted();
  const identity = JSON.stringify([base, events, measure.where], inKeyOrder);
  return {
    column: hashedName(base.kind, identity),
    base,
    events,
    where: measure.where,
    usedBy: [{ id: measure.id, at: measure.at }],
  };
}

/** A model that comes back from the state store has its keys in another order: names of columns do not depend on it. */
function inKeyOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** All base measures of a model, each once. */
export function baseMeasures(model: ResolvedModel): readonly BaseMeasure[] {
  const found = new Map<string, BaseMeasure>();
  for (const measure of model.measures) {
    const base = baseMeasure(measure);
    const known = found.get(base.column);
    found.set(base.column, known === undefined ? base : { ...known, usedBy: [...known.usedBy, ...base.usedBy] });
  }
  return [...found.values()];
}

function baseKind({ aggregate }: Measure): BaseKind {
  switch (aggregate.kind) {
    case 'count':
    case 'series':
      return { kind: 'count' };
    case 'days':
    case 'first':
    case 'last':
      return { kind: aggregate.kind };
    case 'sum':
    case 'avg':
      return { kind: 'sum', property: aggregate.property };
    case 'min':
    case 'max':
      return { kind: aggregate.kind, property: aggregate.property };
    case 'latest':
      return { kind: 'latest', property: aggregate.property, propertyType: aggregate.propertyType };
    case 'unique':
      return { kind: 'unique', property: aggregate.property };
    case 'open':
      return { kind: 'open', from: aggregate.from, to: aggregate.to, by: aggregate.by };
  }
}
