import type { CompiledModel } from '../../compile/compile.ts';
import type { Plan, TraitColumn, Vantage } from '../../compile/plan.ts';
import { traitDays } from '../../compile/queries/ingredients.ts';
import type { EvaluationScope } from '../../model/expression/evaluate.ts';
import type { Value } from '../../model/expression/expression.ts';
import type { Ingredients, TraitState } from './ingredients.ts';
import { listOf, type Reading, readMeasure } from './merge.ts';

const dayMs = 86_400_000;

/** What everything in process looks at. */
export interface View {
  readonly compiled: CompiledModel;
  readonly vantage: Vantage;
  readonly plan: Plan;
}

/** The measures and traits of an account. */
export interface Facts {
  /** In the order of the plan's measures. */
  readonly readings: readonly Reading[];
  /** What a condition or value sees as of T or a heartbeat. */
  readonly scope: (at: number) => EvaluationScope;
}

/** Where the plan has a measure as of an instant: T, or the heartbeat of a stale source. */
export function placeOf({ plan, vantage }: View, measure: string, at: number): number {
  const place = plan.measures.findIndex(
    (column) => column.measure.id === measure && (column.reach.until ?? vantage.asOf) === at,
  );
  if (place < 0) throw new Error(`measure ${measure} was not read as of ${at}`);
  return place;
}

/** Reads measures over the slices of their windows, and traits as of T. Prepared once, for thousands of accounts. */
export function factsReader(view: View): (ingredients: Ingredients) => Facts {
  const { compiled, vantage, plan } = view;
  const positions = new Map(compiled.rollup.columns.map(({ name }, index) => [name, index]));
  const columns = plan.measures.map((column) => ({ column, position: positions.get(column.base) ?? -1 }));
  const seenAt = Map.groupBy(columns.keys(), (place) => plan.measures[place]?.reach.until ?? vantage.asOf);
  const days = traitDays(plan);
  const traitsOf = traitReader(plan.traits, days);
  const current = plan.traits.filter((column) => column.days === 0);
  return ({ slices, traits }) => {
    const readings = columns.map(({ column, position }) => readMeasure(column, slices, position));
    const trait = traitsOf(traits);
    const account: Record<string, Value> = {};
    for (const column of current) account[column.name] = trait(column);
    const scopes = new Map<number, EvaluationScope>();
    const scope = (at: number): EvaluationScope => {
      const known = scopes.get(at);
      if (known !== undefined) return known;
      const measures: Record<string, Value> = {};
      for (const place of seenAt.get(at) ?? [])
        measures[plan.measures[place]?.measure.id ?? ''] = readings[place]?.value ?? null;
      const made: EvaluationScope = {
        now: at,
        account,
        // Traits are read as of T, also for an indicator that looks from an earlier heartbeat.
        accountAt: (name, time) => {
          const column = plan.traits.find((one) => one.name === name && at - one.days * dayMs === time);
          return column === undefined ? null : trait(column);
        },
        measures,
        releases: compiled.model.releases,
      };
      scopes.set(at, made);
      return made;
    };
    return { readings, scope };
  };
}

function traitReader(
  columns: readonly TraitColumn[],
  days: readonly number[],
): (traits: Ingredients['traits']) => (column: TraitColumn) => Value {
  const places = new Map(columns.map((column) => [column, days.indexOf(column.days)]));
  return (traits) => (column) => traitValue(column, traits.get(column.name)?.[places.get(column) ?? -1] ?? null);
}

/** The value of a trait, null when it is not known or was removed. */
function traitValue({ type }: TraitColumn, state: TraitState | null): Value {
  if (state === null || state[3] !== 1) return null;
  const [text, number, moment] = state;
  switch (type) {
    case 'number':
      return number;
    case 'time':
      return moment;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : null;
    case 'list':
      return text.startsWith('[') ? listOf(text) : null;
    case 'string':
    case 'version':
      return text;
    case 'series':
      throw new Error('a trait is never a series');
  }
}
